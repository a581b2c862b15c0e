import type { ErrorCode } from "../../errors.ts";
import type { DoctorArea, DoctorCheck } from "../../operations/doctor-check.ts";
import { defineCommand, switchFlag } from "../command.ts";
import { bitCodedExit, type ExitBits } from "../exit-bits.ts";
import { formatCount } from "../quantity.ts";
import { bold, dim, green, lines, red, styled, type Styled, type Text, yellow } from "../styled.ts";

const BITS: ExitBits<DoctorArea> = { server: 8, mods: 16, state: 32, machine: 64 };
const MARKS = { ok: green("ok"), warning: yellow("! "), error: red("x ") } as const;

export const command = defineCommand({
  details:
    "Changes nothing, and asks no portal without --online. Warnings do not count; with errors the exit code is that of the first one, plus 8 for the server, 16 for its mods, 32 for our own files and 64 for the machine.",
  flags: {
    online: switchFlag("Also ask the portal, and whether it accepts the account"),
    problems: switchFlag("Show only what is not as it should be"),
  },
  examples: [
    ["roboport doctor", "Is everything as it should be?"],
    ["roboport doctor --online --json", "For scripts, with the portal and the account"],
  ],
  async run({ output, env, runtime, openSession }, { online, problems }) {
    const { examine } = await import("../../operations/doctor.ts");
    const { ok, checks } = await examine(await openSession(), { environment: env, runtime, online });
    output.data({ ok, checks }, () => lines(formatChecks(checks, problems), summarise(checks)));
    return ok ? undefined : exitCodeFor(checks);
  },
});

function formatChecks(checks: readonly DoctorCheck[], onlyProblems: boolean): readonly Text[] {
  const shown = onlyProblems ? checks.filter(({ status }) => status !== "ok") : checks;
  return shown.flatMap(({ name, status, message, hint }): readonly Text[] => [
    styled`${MARKS[status]} ${bold(name)}: ${message}`,
    ...(hint === undefined ? [] : [dim(`   ${hint}`)]),
  ]);
}

function summarise(checks: readonly DoctorCheck[]): Styled {
  const having = (status: DoctorCheck["status"]) => checks.filter((check) => check.status === status).length;
  const parts = [
    formatCount(having("error"), "error"),
    formatCount(having("warning"), "warning"),
    `${having("ok")} of ${checks.length} checks all right`,
  ];
  return styled`${parts.join(", ")}`;
}

function exitCodeFor(checks: readonly DoctorCheck[]): number {
  const errors = checks.filter(({ status }) => status === "error");
  const foremost: ErrorCode = errors[0]?.code ?? "VERIFY_FAILED";
  return bitCodedExit(
    foremost,
    errors.map(({ area }) => area),
    BITS,
  );
}
