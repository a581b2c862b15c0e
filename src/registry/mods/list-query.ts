import { findVersion, versionParts } from "../../game/version.ts";

export type SortKey = "name" | "created_at" | "updated_at";

/** What `/api/mods` was asked. */
export interface ListQuery {
  /** From 1. */
  readonly page: number;
  readonly pageSize: number | "max";
  readonly sort: SortKey;
  readonly descending: boolean;
  readonly hideDeprecated: boolean;
  readonly full: boolean;
  /** Only these names. */
  readonly names: ReadonlySet<string> | undefined;
  /** `major.minor`: only mods, not deprecated, with a release for this line. */
  readonly line: string | undefined;
}

const PAGE_SIZE = 25;

/**
 * Read the parameters of `/api/mods`; unknown ones and values that make no sense are passed over, as the portal does.
 *
 * @returns undefined when `version` is not a version.
 * @see reference/portal-api.md §1.1, rules REG-20 to REG-26
 */
export function findListQuery(parameters: URLSearchParams): ListQuery | undefined {
  const version = parameters.get("version") ?? "";
  const line = version === "" ? undefined : lineOf(version);
  if (version !== "" && !line) return undefined;
  return {
    page: positive(parameters.get("page")) ?? 1,
    pageSize: parameters.get("page_size") === "max" ? "max" : (positive(parameters.get("page_size")) ?? PAGE_SIZE),
    sort: sortKey(parameters.get("sort")),
    descending: parameters.get("sort_order") === "desc",
    hideDeprecated: isTrue(parameters.get("hide_deprecated")),
    full: isTrue(parameters.get("full")),
    names: namesOf(parameters.getAll("namelist")),
    line,
  };
}

/** `2.0` of `2.0` and of `2.0.60`. */
export function lineOf(text: string): string | undefined {
  const version = findVersion(text);
  return version && versionParts(version).slice(0, 2).join(".");
}

/** A whole number from 1 to 10^15 - 1. */
export function positive(text: string | null): number | undefined {
  const value = /^\d{1,15}$/.test(text ?? "") ? Number(text) : 0;
  return value > 0 ? value : undefined;
}

function isTrue(text: string | null): boolean {
  return text?.toLowerCase() === "true" || text === "1";
}

function sortKey(text: string | null): SortKey {
  return text === "created_at" || text === "updated_at" ? text : "name";
}

/** Names never hold a comma, so the comma list and the repeated parameter may be mixed. */
function namesOf(values: readonly string[]): ReadonlySet<string> | undefined {
  return values.length === 0 ? undefined : new Set(values.flatMap((value) => value.split(",")));
}
