import { gameOfMap } from "../game/map-version.ts";
import { formatCanonicalVersion, type Version, versionParts } from "../game/version.ts";
import { compareModSets, compareStartupSettings, type ModChange, type SetMod } from "../game/save-diff.ts";
import { readSave } from "../installation/save-file.ts";
import type { AuditFinding } from "../resolve/audited-set.ts";
import { type LoadableSet, readFolderSet, readLockedSet, withChecksums } from "./save-set.ts";
import type { Session } from "./session.ts";

const NAMES_SHOWN = 8;

/**
 * Judge whether a map can be loaded with the mods folder, or with roboport.lock, and keeps all that is in it.
 *
 * @param path of the save, absolute
 * @throws {RoboportError} `SAVE_SHAPE`, and as looking at the mods does.
 * @see rules SAVE-13 to SAVE-17
 */
export async function auditSave(
  session: Session,
  path: string,
  against: "folder" | "lockfile",
): Promise<readonly AuditFinding[]> {
  const { mapVersion, mods, startupSettings } = readSave(path).header;
  const seen = await (against === "folder" ? readFolderSet(session) : readLockedSet(session));
  const set = await withChecksums(session, seen);
  // Built-ins go with the game, whose version is judged by itself.
  const shipped = new Set((await session.game()).builtIns.map(({ name }) => name));
  const { missing, extra, changed, altered } = compareModSets(mods, set.mods);
  const settings = compareStartupSettings(startupSettings, set.startupSettings);
  const findings = [
    gameFinding(gameOfMap(mapVersion), set.game),
    ...missing.map((mod) => missingFinding(mod, set)),
    ...changed.filter(({ name }) => !shipped.has(name)).map(changeFinding),
    listFinding("note", extra, (names, one) => `The save does not know ${names}, which ${one ? "joins" : "join"} it.`),
    listFinding(
      "note",
      altered.map((name) => ({ name })),
      (names, one) => `${names} ${one ? "has" : "have"} other prototypes now, in the same version.`,
    ),
    listFinding(
      "warning",
      settings,
      (names, one) =>
        `The startup ${one ? "setting" : "settings"} ${names} ${one ? "is" : "are"} not stored as in the save.`,
      IMPORT_HINT,
    ),
  ];
  return findings.filter((finding) => finding !== undefined);
}

const IMPORT_HINT = 'Run "roboport import save" with it to get its mods, versions and settings.';

/** @see rule SAVE-13 */
function gameFinding(saved: Version, game: Version): AuditFinding | undefined {
  const finding = (severity: AuditFinding["severity"], text: string, hint?: string): AuditFinding => ({
    rule: "SAVE-13",
    severity,
    mods: ["base"],
    text,
    ...(hint !== undefined && { hint }),
  });
  const [from, to] = [formatCanonicalVersion(saved), game.text];
  if (game.key < saved.key)
    return finding(
      "error",
      `The save is from Factorio ${from}, and ${to} cannot load it.`,
      `Install Factorio ${from} or later.`,
    );
  const [major] = versionParts(game);
  if (major >= 2 && versionParts(saved)[0] < 1) {
    return finding(
      "error",
      `The save is from Factorio ${from}, which ${to} cannot load any more.`,
      "Load and save it with Factorio 1.1 first.",
    );
  }
  if (game.key === saved.key) return undefined;
  return finding(
    "note",
    `The save is from Factorio ${from}; once ${to} has saved it, ${from} cannot load it any more.`,
  );
}

/** @see rule SAVE-14 */
function missingFinding({ name, version }: SetMod, { disabled }: LoadableSet): AuditFinding {
  const isOff = disabled.some((mod) => mod.name === name);
  return {
    rule: "SAVE-14",
    severity: "error",
    mods: [name],
    text: isOff
      ? `The save was made with ${name} ${version.text}, which is switched off: what it built would be lost.`
      : `The save was made with ${name} ${version.text}, which is not there: what it built would be lost.`,
    hint: isOff ? `Run "roboport enable ${name}".` : IMPORT_HINT,
  };
}

/** @see rule SAVE-15 */
function changeFinding({ name, saved, there }: ModChange): AuditFinding {
  const isOlder = there.key < saved.key;
  return {
    rule: "SAVE-15",
    severity: isOlder ? "warning" : "note",
    mods: [name],
    text: `The save was made with ${name} ${saved.text}, and ${isOlder ? "the older" : "the newer"} ${there.text} is there.`,
    ...(isOlder && { hint: `Mods seldom understand what their later versions left: update ${name}.` }),
  };
}

/** One finding for many mods or settings: a save may have hundreds. */
function listFinding(
  severity: "note" | "warning",
  list: readonly { readonly name: string }[],
  sentence: (names: string, isOne: boolean) => string,
  hint?: string,
): AuditFinding | undefined {
  if (list.length === 0) return undefined;
  const names = list.slice(0, NAMES_SHOWN).map(({ name }) => name);
  const more = list.length > NAMES_SHOWN ? ` and ${list.length - NAMES_SHOWN} more` : "";
  return {
    rule: severity === "note" ? "SAVE-16" : "SAVE-17",
    severity,
    mods: severity === "note" ? list.map(({ name }) => name) : [],
    text: sentence(`${names.join(", ")}${more}`, list.length === 1),
    ...(hint !== undefined && { hint }),
  };
}
