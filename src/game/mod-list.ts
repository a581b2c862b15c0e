import { RoboportError } from "../errors.ts";
import { compareBuiltIns } from "./built-ins.ts";
import { isJsonObject, parseJsonObject } from "./json-text.ts";
import { compareModNames } from "./mod-name.ts";

/** One entry of mod-list.json. */
export interface ModListEntry {
  readonly name: string;
  readonly enabled: boolean;
  /** The local version the game must use; the highest one when absent. */
  readonly version?: string;
  /** Fields this project does not know, in the order of the file. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** A mod-list.json. */
export interface ModList {
  readonly mods: readonly ModListEntry[];
  /** Unknown fields beside `mods`. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

const TEXT_MAX = 16 * 1024 * 1024;

/**
 * Read a mod-list.json of any game version: `enabled` may be the string `"true"` (before 0.15).
 * Of two entries with one name the later counts, as for any JSON reader that fills a map.
 *
 * @throws {RoboportError} `MOD_LIST_SHAPE` with line and column when it is not JSON or not a mod list.
 * @see reference/formats.md §8, rules LIST-1 to LIST-6
 */
export function parseModList(text: string): ModList {
  const { mods, ...extra } = parseJsonObject(text, TEXT_MAX, shape);
  if (!Array.isArray(mods)) throw shape('"mods" is not a list');
  const entries = new Map<string, ModListEntry>();
  mods.forEach((each: unknown, index) => {
    const entry = readEntry(each, index);
    entries.set(entry.name, entry);
  });
  return { mods: [...entries.values()], ...(Object.keys(extra).length > 0 && { extra }) };
}

function readEntry(value: unknown, index: number): ModListEntry {
  if (!isJsonObject(value)) throw shape(`entry ${index + 1} is not an object`);
  const { name, enabled, version, ...others } = value;
  if (typeof name !== "string") throw shape(`entry ${index + 1} has no name`);
  const isPin = typeof version === "string";
  const extra = isPin || version === undefined ? others : { version, ...others };
  return {
    name,
    enabled: enabled === true || enabled === "true",
    ...(isPin && { version }),
    ...(Object.keys(extra).length > 0 && { extra }),
  };
}

function shape(why: string): RoboportError {
  return new RoboportError("MOD_LIST_SHAPE", `Cannot read mod-list.json: ${why}`, {
    hint: "Mend the file or move it away; the game writes a new one at its next start.",
  });
}

/**
 * Write a mod-list.json byte for byte as the game does since 0.17: built-ins first, then the others by upper-cased name.
 *
 * @param builtIns names of the mods that ship with this game
 * @see reference/formats.md §8, rules LIST-7 and LIST-8
 */
export function formatModList(list: ModList, builtIns: ReadonlySet<string>): string {
  const sorted = list.mods.toSorted((a, b) => {
    const [x, y] = [builtIns.has(a.name), builtIns.has(b.name)];
    if (x !== y) return x ? -1 : 1;
    return x ? compareBuiltIns(a.name, b.name) : compareModNames(a.name, b.name);
  });
  const entries = sorted.map(formatEntry).join(",\n    \n");
  const extra = Object.entries(list.extra ?? {}).map(([key, value]) => `,\n  ${field(key, value)}`);
  return `\n{\n  "mods": \n  [\n    \n${entries}${entries && "\n"}  ]${extra.join("")}\n}\n`;
}

function formatEntry(entry: ModListEntry): string {
  const fields = [field("name", entry.name), field("enabled", entry.enabled)];
  if (entry.version !== undefined) fields.push(field("version", entry.version));
  for (const [key, value] of Object.entries(entry.extra ?? {})) fields.push(field(key, value));
  return `    {\n      ${fields.join(",\n      ")}\n    }`;
}

function field(key: string, value: unknown): string {
  return `${JSON.stringify(key)}: ${JSON.stringify(value)}`;
}
