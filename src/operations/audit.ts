import { type EffectiveMods, findEffectiveMods } from "../game/effective-mods.ts";
import { findModFileName } from "../game/mod-name.ts";
import { findModListFile } from "../installation/mod-list-file.ts";
import { type ForeignFile, type FoundMod, readModsFolder } from "../installation/mods-folder.ts";
import { audit } from "../resolve/audit.ts";
import type { AuditedMod, AuditFinding } from "../resolve/audited-set.ts";
import { readModZip } from "../store/mod-zip.ts";
import { settled } from "./alone.ts";
import { getLockfile } from "./files.ts";
import type { Session } from "./session.ts";

/** Whether a game would load a set of mods, and everything there is to say about it. */
export interface Audit {
  /** False when a finding is an error. */
  readonly ok: boolean;
  /** Version of the game it was judged for. */
  readonly factorio: string;
  readonly findings: readonly AuditFinding[];
}

/**
 * Judge the mods folder as a game would load it, managed by Roboport or not. Changes nothing and asks nobody.
 *
 * @throws {RoboportError} `NO_INSTALLATION`, `NO_GAME_VERSION`, `MOD_LIST_SHAPE`, `PERMISSION`, `DISK_ERROR`
 * @see rules AUDIT-21 to AUDIT-23
 */
export async function auditModsFolder(session: Session): Promise<Audit> {
  const { modsDir } = await settled(session);
  const { version: game, builtIns } = await session.game();
  const { mods, foreign } = await readModsFolder(modsDir, { readZipInfo: (path) => readModZip(path).info });
  const list = await findModListFile(modsDir);
  const effective = findEffectiveMods(mods, list, builtIns);
  const off = (list?.mods ?? []).filter(({ enabled }) => !enabled).map(({ name }) => name);
  const findings = [
    ...audit({ game, builtIns, disabledBuiltIns: new Set(off), mods: auditedMods(effective) }),
    ...brokenPinFindings(effective),
    ...foreign.filter(({ file }) => file.endsWith(".zip")).map(skippedFinding),
  ];
  return { ok: isLoadable(findings), factorio: game.text, findings };
}

/**
 * Judge roboport.lock, and nothing that lies beside it in the mods folder. Changes nothing and asks nobody.
 *
 * @throws {RoboportError} `NO_INSTALLATION`, `NO_GAME_VERSION`, `NOT_INSTALLED` without a lockfile, `LOCKFILE_SHAPE`
 * @see rule AUDIT-24
 */
export async function auditLockfile(session: Session): Promise<Audit> {
  const { root } = await settled(session);
  const lockfile = await getLockfile(root);
  const { version: game, builtIns } = await session.game();
  const off = lockfile.builtIns.filter(({ enabled }) => !enabled).map(({ name }) => name);
  const findings = audit({ game, builtIns, disabledBuiltIns: new Set(off), mods: lockfile.mods });
  return { ok: isLoadable(findings), factorio: game.text, findings };
}

function isLoadable(findings: readonly AuditFinding[]): boolean {
  return findings.every(({ severity }) => severity !== "error");
}

function auditedMods({ enabled, disabled, shadowed }: EffectiveMods<FoundMod>): readonly AuditedMod[] {
  const idle = [...disabled, ...shadowed].map((mod) => ({ ...mod, enabled: false }));
  return [...enabled.map((mod) => ({ ...mod, enabled: true })), ...idle];
}

/** A pin on a mod that is switched off changes nothing. */
function brokenPinFindings({ brokenPins, enabled }: EffectiveMods<FoundMod>): readonly AuditFinding[] {
  return brokenPins.flatMap(({ name, version }) => {
    const standIn = enabled.find((mod) => mod.name === name);
    if (!standIn) return [];
    return {
      rule: "AUDIT-22",
      severity: "warning",
      mods: [name],
      text: `mod-list.json pins ${name} to ${version}, which is not in the mods folder, and ${standIn.version.text} loads instead.`,
      hint: `Install ${name} ${version}, or take its version out of mod-list.json.`,
    };
  });
}

function skippedFinding({ file, reason }: ForeignFile): AuditFinding {
  const name = findModFileName(file)?.name;
  const why = reason.replace(/^Cannot [^:]*: /, "");
  return {
    rule: "AUDIT-23",
    severity: "warning",
    mods: name === undefined ? [] : [name],
    text: `The game skips ${file}: ${why}.`,
    hint: `Replace ${file} with a proper copy, or move it away.`,
  };
}
