import { resolve } from "node:path";
import { exitCodeOf } from "../../errors.ts";
import type { Audit } from "../../operations/audit.ts";
import type { Session } from "../../operations/session.ts";
import { defineCommand, switchFlag, valueFlag } from "../command.ts";
import { formatCount } from "../quantity.ts";
import { bold, dim, green, lines, red, styled, type Styled, type Text, yellow } from "../styled.ts";

const MARKS = { error: red("x"), warning: yellow("!"), note: dim("-") } as const;
const TITLES = { error: "Errors", warning: "Warnings", note: "Notes" } as const;

export const command = defineCommand({
  details:
    "Looks at the mods folder as the game does, with every mod that is switched on, whoever put it there. Changes nothing and asks no portal. Exit code 3 when the game would refuse the mods.",
  flags: {
    lockfile: switchFlag("Audit roboport.lock instead of the mods folder"),
    save: valueFlag("FILE", "Also judge whether this save can be loaded without a loss"),
  },
  examples: [
    ["roboport audit", "Would the game load these mods?"],
    ["roboport audit --factorio 2.1.12", "Would another version of it?"],
    ["roboport audit --save saves/world.zip", "Would this save lose anything?"],
    ["roboport audit --lockfile --json", "For scripts, before anything is installed"],
  ],
  async run({ output, openSession, cwd }, flags) {
    const session = await openSession();
    const { auditLockfile, auditModsFolder } = await import("../../operations/audit.ts");
    const judged = flags.lockfile ? await auditLockfile(session) : await auditModsFolder(session);
    const answer = flags.save === undefined ? judged : await withSave(session, judged, resolve(cwd, flags.save), flags);
    output.data(answer, () => formatAudit(answer));
    return answer.ok ? undefined : exitCodeOf("AUDIT_FAILED");
  },
});

async function withSave(
  session: Session,
  { factorio, findings }: Audit,
  path: string,
  { lockfile }: { readonly lockfile: boolean },
): Promise<Audit> {
  const { auditSave } = await import("../../operations/audit-save.ts");
  const all = [...findings, ...(await auditSave(session, path, lockfile ? "lockfile" : "folder"))];
  return { ok: all.every(({ severity }) => severity !== "error"), factorio, findings: all };
}

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
