import { exitCodeOf } from "../../errors.ts";
import { carryOut } from "../carry-out.ts";
import { changeFlags, defineCommand, switchFlag } from "../command.ts";
import { networkFlags } from "../network-flags.ts";
import { formatCount } from "../quantity.ts";
import { dim, green, lines, red, styled } from "../styled.ts";

export const command = defineCommand({
  details:
    "Reads every zip and compares its bytes with roboport.lock. Exit code 3 when anything is not as it should be.",
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
          : `${formatCount(faults.length, "fault")}; roboport verify --repair mends them`,
      ),
    );
    return faults.length === 0 ? undefined : exitCodeOf("VERIFY_FAILED");
  },
});
