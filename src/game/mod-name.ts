import { RoboportError } from "../errors.ts";

/** A mod's internal name that is safe in a path and a URL. Made only by {@link parseModName}. */
export type ModName = string & { readonly ModName: unique symbol };

const SHAPE = /^[A-Za-z0-9_-](?:[A-Za-z0-9 _-]{0,98}[A-Za-z0-9_-])?$/;
/** Not a key of an ordinary object in JavaScript. */
const PROTOTYPE = "__proto__";
const RESERVED_ON_WINDOWS = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])$/i;

/**
 * True for names that all 14,426 known mods have: letters, digits, `_`, `-` and inner spaces, at most 100 characters.
 *
 * Anything else never reaches a path or a URL.
 *
 * @see reference/formats.md §1, rules NAME-1 and NAME-2
 */
export function isModName(text: string): text is ModName {
  return SHAPE.test(text) && text !== PROTOTYPE && !RESERVED_ON_WINDOWS.test(text);
}

/**
 * Take a text as a mod name.
 *
 * @throws {RoboportError} `MOD_NAME` when {@link isModName} says no.
 */
export function parseModName(text: string): ModName {
  if (isModName(text)) return text;
  throw new RoboportError("MOD_NAME", `Cannot use ${JSON.stringify(text.slice(0, 120))} as a mod name`, {
    hint: "Use the mod's internal name as the address of its portal page shows it: letters, digits, spaces, _ and -.",
  });
}

/**
 * How the game orders names in mod-list.json and in the load order: by upper case, then as written.
 *
 * @see reference/formats.md §6 and §8, rule NAME-3
 */
export function compareModNames(a: string, b: string): number {
  const [x, y] = [a.toUpperCase(), b.toUpperCase()];
  if (x !== y) return x < y ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What the file name of a mod zip says. */
export interface ModFileName {
  readonly name: ModName;
  /** The version as written in the file name. */
  readonly version: string;
}

/**
 * Split `{name}_{version}.zip`; the version stands after the last underscore.
 *
 * @see reference/formats.md §1, rule FILE-1
 */
export function findModFileName(fileName: string): ModFileName | undefined {
  const match = /^(.+)_(\d+\.\d+(?:\.\d+)*)\.zip$/.exec(fileName);
  const [, name = "", version = ""] = match ?? [];
  return isModName(name) ? { name, version } : undefined;
}

/**
 * The only file name the game accepts for a release.
 *
 * @param version as its info.json writes it
 * @see reference/formats.md §1, rule FILE-2
 */
export function modFileName(name: string, version: string): string {
  return `${name}_${version}.zip`;
}
