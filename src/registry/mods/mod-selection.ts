import { compareNames, type ModSummary } from "../world.ts";
import type { ListQuery, SortKey } from "./list-query.ts";

/**
 * Every mod a list query asks for, in the order it asks for, before paging.
 *
 * @param all in the byte order of the names
 */
export function selectMods(all: readonly ModSummary[], query: ListQuery): readonly ModSummary[] {
  const { line, names } = query;
  const mods = names ? namedMods(all, names) : all;
  const inOrder = query.pageSize === "max" ? mods : sortedMods(mods, query.sort);
  const hideDeprecated = query.hideDeprecated || line !== undefined;
  const chosen = inOrder.filter(
    (mod) => !(hideDeprecated && mod.deprecated) && (line === undefined || mod.lines.includes(line)),
  );
  return query.descending && query.pageSize !== "max" ? chosen.reverse() : chosen;
}

const BY_NAME = new WeakMap<readonly ModSummary[], ReadonlyMap<string, ModSummary>>();

function namedMods(all: readonly ModSummary[], names: ReadonlySet<string>): readonly ModSummary[] {
  const byName = BY_NAME.get(all) ?? new Map(all.map((mod) => [mod.name, mod]));
  BY_NAME.set(all, byName);
  return [...names].flatMap((name) => byName.get(name) ?? []).sort(compareNames);
}

/** Sorting 20,000 mods costs more than answering, so each order of one array of mods is kept with it. */
const SORTED = new WeakMap<readonly ModSummary[], Map<SortKey, readonly ModSummary[]>>();

function sortedMods(mods: readonly ModSummary[], key: SortKey): readonly ModSummary[] {
  if (key === "name") return mods;
  const orders = SORTED.get(mods) ?? new Map<SortKey, readonly ModSummary[]>();
  SORTED.set(mods, orders);
  const date = key === "created_at" ? (mod: ModSummary) => mod.createdAt : (mod: ModSummary) => mod.updatedAt;
  const order = orders.get(key) ?? mods.toSorted((a, b) => compareDates(date(a), date(b)) || compareNames(a, b));
  orders.set(key, order);
  return order;
}

function compareDates(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
