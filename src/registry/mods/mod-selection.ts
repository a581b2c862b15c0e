import { factorioLine } from "../../game/game-version.ts";
import type { ListQuery, SortKey } from "./list-query.ts";
import { updatedAt } from "./mod-json.ts";
import { compareNames, type World, type WorldMod, type WorldRelease } from "../world.ts";

/** Every mod a list query asks for, in the order it asks for, before paging. */
export async function selectMods(world: World, query: ListQuery): Promise<readonly WorldMod[]> {
  const mods = query.names ? await namedMods(world, query.names) : await world.allMods();
  const inOrder = query.pageSize === "max" ? mods : sortedMods(mods, query.sort);
  const { line } = query;
  const hideDeprecated = query.hideDeprecated || line !== undefined;
  const chosen = inOrder.filter(
    (mod) => !(hideDeprecated && mod.deprecated) && (line === undefined || linesOf(mod).has(line)),
  );
  return query.descending && query.pageSize !== "max" ? chosen.reverse() : chosen;
}

async function namedMods(world: World, names: ReadonlySet<string>): Promise<readonly WorldMod[]> {
  const found = await Promise.all([...names].map((name) => world.findMod(name)));
  return found.filter((mod) => mod !== undefined).sort(compareNames);
}

/** Sorting 14,000 mods costs more than answering, so each order of one array of mods is kept with it. */
const SORTED = new WeakMap<readonly WorldMod[], Map<SortKey, readonly WorldMod[]>>();

function sortedMods(mods: readonly WorldMod[], key: SortKey): readonly WorldMod[] {
  if (key === "name") return mods;
  const orders = SORTED.get(mods) ?? new Map<SortKey, readonly WorldMod[]>();
  SORTED.set(mods, orders);
  const date = key === "created_at" ? (mod: WorldMod) => mod.createdAt : updatedAt;
  const order = orders.get(key) ?? mods.toSorted((a, b) => compareDates(date(a), date(b)) || compareNames(a, b));
  orders.set(key, order);
  return order;
}

function compareDates(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const LINES = new WeakMap<WorldMod, ReadonlySet<string>>();

/**
 * The game lines, such as `2.0`, that a mod has a release for.
 *
 * @see reference/formats.md §5, rule REG-24
 */
export function linesOf(mod: WorldMod): ReadonlySet<string> {
  const lines = LINES.get(mod) ?? new Set(mod.releases.flatMap(linesOfRelease));
  LINES.set(mod, lines);
  return lines;
}

/** The newest release, for one game line when it is given. */
export function latestRelease(mod: WorldMod, line: string | undefined): WorldRelease | undefined {
  return mod.releases.findLast((release) => line === undefined || linesOfRelease(release).includes(line));
}

/** The portal offers releases for 0.18 to games of the line 1.0, too. */
function linesOfRelease(release: WorldRelease): readonly string[] {
  const line = factorioLine(release.factorioVersion);
  return line === "0.18" ? ["0.18", "1.0"] : [line];
}
