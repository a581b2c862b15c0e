import type { Fault } from "../../operations/verify.ts";
import { carryOut } from "../carry-out.ts";
import { changeFlags, defineCommand, switchFlag } from "../command.ts";
import { bitCodedExit, type ExitBits } from "../exit-bits.ts";
import { networkFlags } from "../network-flags.ts";
import { formatCount } from "../quantity.ts";
import { dim, green, lines, red, styled } from "../styled.ts";

const BITS: ExitBits<Exclude<Fault["kind"], "missing" | "changed">> = { switch: 8, leftover: 16, "not-recorded": 32 };

export const command = defineCommand({
  details:
    "Reads every zip and compares its bytes with roboport.lock. Exit code 3 when a zip is missing or changed, else 4 when something else is not as it should be; plus 8 for switches in mod-list.json, 16 for zips of ours that should be gone, 32 for mods whose bytes roboport.lock does not name.",
  flags: { repair: switchFlag("Mend what was found"), ...changeFlags, ...networkFlags },
  examples: [
    ["roboport verify", "Is every file what was installed?"],
    ["roboport verify --repair", "Bring back what is missing or damaged"],
  ],
  async run(context, flags) {
    const { output } = context;
    const session = await context.openSession(flags);
    const { verify } = await import("../../operations/verify.ts");
    const { good, faults, byHand, repair } = await verify(session);
    if (flags.repair && faults.length > 0) return await carryOut(context, session, { ...flags, answer: repair });
    output.data({ ok: faults.length === 0, good, faults, byHand }, () =>
      lines(
        faults.map(({ text }) => styled`${red("x")} ${text}`),
        byHand.map((file) => dim(`  ${file} is not managed by Roboport`)),
        faults.length === 0
          ? styled`${green("ok")} ${formatCount(good, "mod")} verified`
          : `${formatCount(faults.length, "fault")}; roboport verify --repair mends ${faults.length === 1 ? "it" : "them"}`,
      ),
    );
    return faults.length === 0 ? undefined : exitCodeFor(faults.map(({ kind }) => kind));
  },
});

function exitCodeFor(kinds: readonly Fault["kind"][]): number {
  const others = kinds.flatMap((kind) => (kind === "missing" || kind === "changed" ? [] : [kind]));
  return bitCodedExit(others.length < kinds.length ? "VERIFY_FAILED" : "LOCKFILE_STALE", others, BITS);
}
