import { RoboportError } from "../errors.ts";
import { type Manifest } from "../plan/manifest.ts";
import { editManifest, type ManifestEdit } from "../plan/manifest-edit.ts";
import type { Lockfile } from "../plan/lockfile.ts";
import { settled } from "./alone.ts";
import { getWish } from "./files.ts";
import { look } from "./look.ts";
import { prepare, type Prepared, type Unsolvable } from "./prepare.ts";
import { dependentsOf, listed } from "./remove.ts";
import type { Game, Session } from "./session.ts";

export interface SwitchRequest {
  readonly names: readonly string[];
  readonly enabled: boolean;
}

/**
 * Plan to switch mods or built-ins on or off; their files stay.
 *
 * @throws {RoboportError} `NOT_INSTALLED`, `STILL_REQUIRED` naming who needs a mod that is to be off, `USAGE` for base.
 * @see rule OPS-11
 */
export async function planSwitch(session: Session, request: SwitchRequest): Promise<Prepared | Unsolvable> {
  const { root } = await settled(session);
  const { text, manifest, previous, texts } = await getWish(root);
  const { actual } = await look(session);
  const byHand = new Set(actual.mods.filter((mod) => !mod.owned).map((mod) => mod.name));
  const context = { manifest, previous, game: await session.game(), request, byHand };
  const edits = request.names.flatMap((name) => editFor(name, context));
  const listed = new Map(actual.modList?.mods.map((entry) => [entry.name, entry]));
  const entries = request.names
    .filter((name) => byHand.has(name))
    .map((name) => ({ ...listed.get(name), name, enabled: request.enabled }));
  return await prepare(session, {
    command: `${request.enabled ? "enable" : "disable"} ${request.names.join(" ")}`,
    manifestText: editManifest(text, edits),
    previous,
    texts,
    freedom: "nothing",
    entries,
  });
}

interface Context {
  readonly manifest: Manifest;
  readonly previous: Lockfile | undefined;
  readonly game: Game;
  readonly request: SwitchRequest;
  /** Mods that are the admin's own: only mod-list.json switches them. */
  readonly byHand: ReadonlySet<string>;
}

function editFor(name: string, { manifest, previous, game, request, byHand }: Context): readonly ManifestEdit[] {
  const { enabled } = request;
  if (name === "base") {
    throw new RoboportError("USAGE", "Cannot switch base: the game does not run without it", {
      hint: "Leave it as it is.",
    });
  }
  if (!enabled) requireDispensable(name, { previous, leaving: new Set(request.names) });
  if (game.builtIns.some((builtIn) => builtIn.name === name)) {
    return [{ builtIn: name, enabled }];
  }
  const mod = manifest.mods.find((each) => each.name === name);
  if (mod) return [{ set: { ...mod, enabled } }];
  if (byHand.has(name)) return [];
  throw new RoboportError("NOT_INSTALLED", `Cannot switch ${name}: roboport.json does not name it`, {
    hint: hintFor(name, previous),
    data: { name },
  });
}

function hintFor(name: string, previous: Lockfile | undefined): string {
  const locked = previous?.mods ?? [];
  const dependents = dependentsOf(name, locked);
  if (dependents.length > 0)
    return `It is on as long as ${listed(dependents)} need${dependents.length === 1 ? "s" : ""} it.`;
  if (locked.some((mod) => mod.name === name))
    return `It is only recommended: "roboport remove ${name}" turns it down.`;
  return `Run "roboport add ${name}".`;
}

function requireDispensable(
  name: string,
  context: { previous: Lockfile | undefined; leaving: ReadonlySet<string> },
): void {
  const dependents = dependentsOf(name, context.previous?.mods ?? []).filter((each) => !context.leaving.has(each));
  if (dependents.length === 0) return;
  throw new RoboportError(
    "STILL_REQUIRED",
    `Cannot disable ${name}: ${listed(dependents)} need${dependents.length === 1 ? "s" : ""} it`,
    {
      hint: `Disable ${listed(dependents)} as well.`,
      data: { name, dependents },
    },
  );
}
