import type { LockedMod } from "../plan/lockfile.ts";
import { settled } from "./alone.ts";
import { getLockfile, getWish } from "./files.ts";
import { look } from "./look.ts";
import { planFor, type Prepared } from "./prepare.ts";
import type { Session } from "./session.ts";

/** One thing that is not as the lockfile says. */
export interface Fault {
  readonly kind: "missing" | "changed" | "not-recorded" | "leftover" | "switch";
  readonly name: string;
  readonly file: string;
  readonly text: string;
}

/** What reading every locked zip again showed. */
export interface Verification {
  /** Locked mods whose bytes were read and are right. */
  readonly good: number;
  readonly faults: readonly Fault[];
  /** Files in the mods folder that Roboport does not manage. */
  readonly byHand: readonly string[];
  /** The plan that mends every fault. */
  readonly repair: Prepared;
}

/**
 * Read every locked zip again and compare its bytes with the lockfile, whatever its times say. Changes nothing.
 *
 * @throws {RoboportError} `NO_INSTALLATION`, `NOT_INSTALLED` without a lockfile.
 * @see rule OPS-16
 */
export async function verify(session: Session): Promise<Verification> {
  const { root } = await settled(session);
  const { text, texts, previous } = await getWish(root);
  const lockfile = previous ?? (await getLockfile(root));
  const looking = { trustStamps: false };
  const looked = { ...(await look(session, looking)), texts };
  const planned = await planFor(session, { manifestText: text, lockfile, looked, looking, command: "verify --repair" });
  const { plan } = planned;
  const unrecorded = plan.keep.filter((mod) => mod.sha256 === undefined).map(notRecorded);
  const faults = [
    ...plan.actions.map((action): Fault => {
      if (action.do === "remove") return fault("leftover", action.from, "is ours, but not in roboport.lock");
      if (action.do === "repair") return fault("changed", action.mod, "does not hold the bytes it was installed with");
      return fault("missing", action.mod, "is not in the mods folder");
    }),
    ...plan.blocked.map(({ mod }) => fault("changed", mod, "is another file of the same name, put there by hand")),
    ...plan.switches.map(({ name, enabled }) =>
      fault("switch", { name, file: "mod-list.json" }, `is to be switched ${enabled ? "on" : "off"}`),
    ),
    ...unrecorded,
  ];
  const managed = new Set([...lockfile.mods.map((mod) => mod.file), ...faults.map(({ file }) => file)]);
  const byHand = [...looked.actual.mods, ...looked.actual.foreign].map(({ file }) => file);
  return {
    good: plan.keep.length - unrecorded.length,
    faults,
    byHand: byHand.filter((file) => !managed.has(file)),
    repair: { ...planned, findings: [], previous: lockfile },
  };
}

function notRecorded(mod: LockedMod): Fault {
  return fault("not-recorded", mod, "has no SHA-256 in roboport.lock yet");
}

function fault(kind: Fault["kind"], about: { name: string; file: string }, text: string): Fault {
  return { kind, name: about.name, file: about.file, text: `${about.file} ${text}` };
}
