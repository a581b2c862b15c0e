import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type BuiltIn, compareBuiltIns } from "../game/built-ins.ts";
import { findDependency } from "../game/dependency.ts";
import { parseInfoJson } from "../game/info-json.ts";
import { findVersion, type Version } from "../game/version.ts";
import { findText, parseAt } from "./text-file.ts";
import { unlessErrno } from "./unless-errno.ts";

/** What the `data/` folder of a game says about it. */
export interface GameData {
  /** Undefined when there is neither a base mod nor a changelog. */
  readonly game: Version | undefined;
  /** What ships with it, in the order of mod-list.json. */
  readonly builtIns: readonly BuiltIn[];
}

/**
 * Read the game's version and the mods that ship with it; any folder that holds an info.json is one, except core.
 *
 * @returns undefined when there is no such folder.
 * @throws {RoboportError} `INFO_JSON_SHAPE` with the path when one of them is damaged.
 * @see reference/formats.md §7 and §12, rules DATA-1 to DATA-3
 */
export async function findGameData(dataDir: string): Promise<GameData | undefined> {
  const names = unlessErrno(["ENOENT", "ENOTDIR", "EACCES"], () => readdirSync(dataDir));
  if (!names) return undefined;
  const found = await Promise.all(names.filter((name) => name !== "core").map((name) => findBuiltIn(dataDir, name)));
  const builtIns = found.filter((each) => each !== undefined).toSorted((a, b) => compareBuiltIns(a.name, b.name));
  const base = builtIns.find((builtIn) => builtIn.name === "base");
  return { game: base?.version ?? (await findChangelogVersion(dataDir)), builtIns };
}

async function findBuiltIn(dataDir: string, name: string): Promise<BuiltIn | undefined> {
  const path = join(dataDir, name, "info.json");
  const text = await findText(path);
  if (text === undefined) return undefined;
  const info = parseAt(path, text, parseInfoJson);
  // A base without the field would depend on itself.
  const dependencies = info.dependencies.filter((each) => findDependency(each)?.name !== info.name);
  return { name: info.name, version: info.version, dependencies };
}

async function findChangelogVersion(dataDir: string): Promise<Version | undefined> {
  const text = await findText(join(dataDir, "changelog.txt"));
  const line = /^Version: *(.+)$/m.exec(text ?? "");
  return line?.[1] === undefined ? undefined : findVersion(line[1]);
}
