import { findDependency, mustBePresent } from "../../game/dependency.ts";
import { compareVersions, parseVersion } from "../../game/version.ts";
import { updatedAt } from "../mods/mod-json.ts";
import { linesOf } from "../mods/mod-selection.ts";
import { pagination } from "../mods/pagination.ts";
import type { SearchQuery } from "./search-query.ts";
import type { WorldMod } from "../world.ts";

/**
 * The answer of `/api/search`: one page of what was found, and counts over all of it.
 *
 * @see reference/portal-api.md §2.1, rules REG-48 and REG-49
 */
export function searchAnswer(found: readonly WorldMod[], query: SearchQuery): object {
  const { page, pageSize } = query;
  return {
    category_hits: countOf(found.map((mod) => mod.category || "no-category")),
    expansion_hits: countOf(found.filter(requiresSpaceAge).map(() => SPACE_AGE)),
    tag_hits: countOf(found.flatMap((mod) => mod.tags ?? [])),
    pagination: pagination(found.length, page, pageSize),
    results: found.slice((page - 1) * pageSize, page * pageSize).map((mod) => searchResult(mod, query)),
  };
}

const SPACE_AGE = "space-age";

function searchResult(mod: WorldMod, query: SearchQuery): object {
  const latest = mod.releases.at(-1);
  return {
    name: mod.name,
    title: mod.title ?? mod.name,
    owner: mod.owner ?? "",
    summary: mod.summary ?? "",
    downloads_count: mod.downloadsCount ?? 0,
    latest_release: latest?.id ?? null,
    latest_release_version: latest?.version ?? null,
    category: mod.category ?? "no-category",
    created_at: withoutZone(mod.createdAt),
    updated_at: withoutZone(updatedAt(mod)),
    deprecated: mod.deprecated ?? false,
    source_url: mod.sourceUrl ?? null,
    requires_space_age: requiresSpaceAge(mod),
    thumbnail: mod.thumbnail ?? "",
    highlighted_fields: highlighted(mod, query),
    factorio_versions: [...linesOf(mod)].sort((a, b) => compareVersions(parseVersion(a), parseVersion(b))),
    tags: mod.tags ?? [],
  };
}

/** Search answers alone have no `Z`. */
function withoutZone(instant: string): string {
  return instant.slice(0, -1);
}

/** Of its newest release. */
function requiresSpaceAge(mod: WorldMod): boolean {
  const dependencies = mod.releases.at(-1)?.dependencies ?? [];
  return dependencies.map(findDependency).some((each) => each?.name === SPACE_AGE && mustBePresent(each.kind));
}

function highlighted(mod: WorldMod, { words, highlight: [before, after] }: SearchQuery): object | null {
  if (words.length === 0) return null;
  const pattern = new RegExp(words.map((word) => word.replaceAll(/[^\p{L}\p{N}]/gu, "\\$&")).join("|"), "gi");
  const mark = (text: string) => text.replaceAll(pattern, (match) => before + match + after);
  return {
    name: mark(mod.name),
    owner: mark(mod.owner ?? ""),
    summary: mark(mod.summary ?? ""),
    title: mark(mod.title ?? mod.name),
  };
}

function countOf(values: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return Object.fromEntries(counts);
}
