import type { Game } from "./checker.ts";
import { lineOf, loadsIn } from "./game-rules.ts";
import type { Offer } from "./no-checker.ts";
import type { Pack } from "./real-data.ts";

/** The last version of each line of the game, and the day on which its first one came out. */
const LINES: readonly (readonly [version: string, since: string])[] = [
  ["0.12.35", "2015-07-17"],
  ["0.13.20", "2016-06-27"],
  ["0.14.23", "2016-08-26"],
  ["0.15.40", "2017-04-24"],
  ["0.16.51", "2017-12-13"],
  ["0.17.79", "2019-02-26"],
  ["0.18.47", "2020-01-21"],
  ["1.0.0", "2020-08-14"],
  ["1.1.110", "2020-11-23"],
  ["2.0.77", "2024-10-21"],
];
const EXPANSION = ["elevated-rails", "quality", "space-age"];

/** What ships with a version of the game, everything as new as the game. */
function gameOf(version: string): Game {
  const line = lineOf(version);
  const names = ["base", ...(line === "2.1" ? ["recycler"] : []), ...(line.startsWith("2.") ? EXPANSION : [])];
  return { version, builtIns: new Map(names.map((name) => [name, version])) };
}

/** The last version of the line that was made for this `factorio_version`. */
export function gameForLine(line: string): Game {
  return gameOf(LINES.find(([version]) => lineOf(version) === line)?.[0] ?? `${line}.0`);
}

/** The mods that a pack switches on, without what ships with the game. */
export function rootsOf({ modList }: Pack): readonly string[] {
  const on = modList.mods.filter(({ enabled }) => String(enabled) === "true").map(({ name }) => name);
  return [...new Set(on)].filter((name) => name !== "base" && name !== "core" && !EXPANSION.includes(name));
}

/**
 * The game a pack was most likely made for: 2.0 where it names the expansion, else the newest of its day or, when more of
 * its mods were made for that, the one before.
 */
export function guessGame(pack: Pack, offer: Offer): Game {
  if (pack.modList.mods.some(({ name }) => EXPANSION.includes(name))) return gameForLine("2.0");
  const past = LINES.filter(([, since]) => since <= pack.date.slice(0, 10)).map(([version]) => version);
  const candidates = past.slice(-2).reverse();
  const known = candidates.map((version) => rootsOf(pack).filter((name) => isMadeFor(version, offer[name])).length);
  return gameOf(candidates[known.indexOf(Math.max(...known))] ?? "0.12.35");
}

function isMadeFor(version: string, mod: Offer[string] | undefined): boolean {
  return mod?.releases.some((release) => loadsIn(version, release.factorio_version)) ?? false;
}
