import { exitCodeOf } from "../../errors.ts";
import type { Audit } from "../../operations/audit.ts";
import { defineCommand, switchFlag } from "../command.ts";
import { formatCount } from "../quantity.ts";
import { bold, dim, green, lines, red, styled, type Styled, type Text, yellow } from "../styled.ts";

const MARKS = { error: red("x"), warning: yellow("!"), note: dim("-") } as const;
const TITLES = { error: "Errors", warning: "Warnings", note: "Notes" } as const;

export const command = defineCommand({
  details:
    "Looks at the mods folder as the game does, with every mod that is switched on, whoever put it there. Changes nothing and asks no portal. Exit code 3 when the game would refuse the mods.",
  flags: { lockfile: switchFlag("Audit roboport.lock instead of the mods folder") },
  examples: [
    ["roboport audit", "Would the game load these mods?"],
    ["roboport audit --factorio 2.1.12", "Would another version of it?"],
    ["roboport audit --lockfile --json", "For scripts, before anything is installed"],
  ],
  async run({ output, openSession }, flags) {
    const session = await openSession();
    const { auditLockfile, auditModsFolder } = await import("../../operations/audit.ts");
    const answer = flags.lockfile ? await auditLockfile(session) : await auditModsFolder(session);
    output.data(answer, () => formatAudit(answer));
    return answer.ok ? undefined : exitCodeOf("AUDIT_FAILED");
  },
});

function formatAudit({ ok, factorio, findings }: Audit): Styled {
  const groups = (["error", "warning", "note"] as const).map((severity) => {
    const group = findings.filter((finding) => finding.severity === severity);
    return group.length === 0 ? [] : [bold(`${TITLES[severity]}:`), ...group.flatMap(formatFinding), ""];
  });
  const verdict = ok
    ? styled`${green("ok")} Factorio ${factorio} loads these mods`
    : styled`${red("x")} Factorio ${factorio} does not load these mods: ${formatCount(countErrors(findings), "error")}`;
  return lines(groups.flat(), verdict);
}

function formatFinding({ severity, text, hint }: Audit["findings"][number]): readonly Text[] {
  return [styled`  ${MARKS[severity]} ${text}`, ...(hint === undefined ? [] : [dim(`    ${hint}`)])];
}

function countErrors(findings: Audit["findings"]): number {
  return findings.filter(({ severity }) => severity === "error").length;
}
