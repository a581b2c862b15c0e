import { join } from "node:path";
import { isRoboportError, RoboportError } from "../errors.ts";
import { type ChangelogSection, parseChangelog, sectionsWithin, type VersionRange } from "../game/changelog.ts";
import { findText } from "../installation/text-file.ts";
import { getModInfo } from "./info.ts";
import type { Session } from "./session.ts";

/** The changelog of a mod, or of the game. */
export interface Changelog {
  /** Where it comes from: a portal's address, or a path. */
  readonly source: string;
  /** As its author wrote it. */
  readonly text: string;
  /** Newest first; none when the text names no versions. */
  readonly sections: readonly ChangelogSection[];
}

/**
 * The changelog of a mod as its portal shows it; that of the game itself, which is the mod base, lies beside its data.
 *
 * @throws {RoboportError} `NO_SUCH_MOD` also for a mod without a changelog, and as a portal does.
 * @see rules CHANGES-4 and CHANGES-10
 */
export async function getChangelog(session: Session, name: string, range: VersionRange): Promise<Changelog> {
  const { text, source } = name === "base" ? await getGameChangelog(session) : await getModChangelog(session, name);
  return { source, text, sections: sectionsWithin(parseChangelog(text), range) };
}

interface Source {
  readonly text: string;
  readonly source: string;
}

async function getModChangelog(session: Session, name: string): Promise<Source> {
  const { mod, portal } = await getModInfo(session, name);
  const text = mod.changelog ?? "";
  if (text.trim() !== "") return { text, source: portal };
  throw noChangelog(name, `Open the page of ${name} on its portal: some authors tell of changes there.`);
}

async function getGameChangelog(session: Session): Promise<Source> {
  const dataDir = await findDataDir(session);
  const source = dataDir === undefined ? undefined : join(dataDir, "changelog.txt");
  const text = source === undefined ? undefined : await findText(source);
  if (text !== undefined && source !== undefined) return { text, source };
  throw noChangelog("base", "Pass --server-dir with the folder of a game, whose data/ holds it.");
}

async function findDataDir(session: Session): Promise<string | undefined> {
  try {
    return (await session.installation()).dataDir;
  } catch (error) {
    if (isRoboportError(error, "NO_INSTALLATION")) return undefined;
    throw error;
  }
}

function noChangelog(name: string, hint: string): RoboportError {
  return new RoboportError("NO_SUCH_MOD", `Found no changelog of ${name}`, { hint, data: { name } });
}
