import { dirname, resolve } from "node:path";
import { isRoboportError, RoboportError } from "../errors.ts";
import { isJsonObject } from "../game/json-text.ts";
import { readJsonc } from "../game/jsonc.ts";
import { findSimilarNames } from "../resolve/explain/similar-names.ts";
import { type Flag, type Flags, optionName } from "./command.ts";

/** Where a value came from, the strongest first. */
export type SettingOrigin = "option" | "environment" | "file" | "default" | "unset";

/** A setting with where it came from. */
export interface LayeredSetting {
  readonly name: string;
  readonly value: unknown;
  readonly origin: SettingOrigin;
  /** The option, the variable or the file. */
  readonly place: string | undefined;
}

/** A file of settings. */
export interface SettingsFile {
  readonly path: string;
  readonly text: string;
}

export interface LayersOptions {
  readonly flags: Flags;
  readonly defaults: Readonly<Record<string, string>>;
  /** Names of settings that are paths: a relative one in the file starts at the file's folder. */
  readonly paths: ReadonlySet<string>;
  /** What variables of the environment begin with. */
  readonly prefix: string;
  /** As the command line gave them: undefined, false and an empty list are nothing. */
  readonly given: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly file: SettingsFile | undefined;
  /** Variables with the prefix that are no settings. */
  readonly otherVariables: readonly string[];
}

/** Settings that were looked for everywhere. */
export interface Layers {
  /** By name. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly settings: readonly LayeredSetting[];
}

/**
 * Find every setting: an option counts before the environment, that before the file, and that before the default.
 *
 * @throws {RoboportError} `SERVE_SETTING` for a key or variable that is no setting, or whose value cannot be read.
 * @see rules HTTP-50 to HTTP-52
 */
export function layerSettings(options: LayersOptions): Layers {
  const { flags, prefix, env, file, otherVariables } = options;
  const content = file ? readContent(file) : {};
  refuseUnknown(Object.keys(content), [...Object.keys(flags), "$schema"], `in ${file?.path}`);
  const variables = Object.keys(env).filter((name) => name.startsWith(prefix) && env[name] !== undefined);
  const known = Object.keys(flags).map((name) => variableName(prefix, name));
  refuseUnknown(variables, [...known, ...otherVariables], "in the environment");
  const settings = Object.entries(flags).map(([name, flag]) => settle(name, flag, { ...options, content }));
  return { values: Object.fromEntries(settings.map(({ name, value }) => [name, value])), settings };
}

/** `ROBOPORT_SERVE_FILES_PORT` for `filesPort`. */
function variableName(prefix: string, name: string): string {
  return prefix + optionName(name).slice(2).toUpperCase().replaceAll("-", "_");
}

type Search = LayersOptions & { readonly content: Readonly<Record<string, unknown>> };

function settle(name: string, flag: Flag<unknown>, search: Search): LayeredSetting {
  const { given, env, prefix, content, file, defaults, paths } = search;
  const value = given[name];
  const isGiven = Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false;
  if (isGiven) return { name, value, origin: "option", place: optionName(name) };
  const variable = variableName(prefix, name);
  const text = env[variable];
  if (text !== undefined && text !== "") {
    const texts = flag.kind === "list" ? text.split(/[\s,]+/).filter((each) => each !== "") : [text];
    return { name, value: readTexts(flag, texts, variable), origin: "environment", place: variable };
  }
  const entry = content[name];
  if (file && entry !== undefined) {
    const texts = textsOf(entry, flag, `"${name}" in ${file.path}`);
    const placed = paths.has(name) ? texts.map((each) => resolve(dirname(file.path), each)) : texts;
    return { name, value: readTexts(flag, placed, `"${name}" in ${file.path}`), origin: "file", place: file.path };
  }
  const standard = defaults[name];
  if (standard !== undefined) {
    return { name, value: readTexts(flag, [standard], name), origin: "default", place: undefined };
  }
  const nothing = { switch: false, list: [], value: undefined }[flag.kind];
  return { name, value: nothing, origin: "unset", place: undefined };
}

/** JSON as the words of a command line. */
function textsOf(entry: unknown, { kind }: Flag<unknown>, place: string): readonly string[] {
  const entries = kind === "list" && Array.isArray(entry) ? (entry as readonly unknown[]) : [entry];
  return entries.map((each) => {
    const fits = kind === "switch" ? typeof each === "boolean" : typeof each === "string" || typeof each === "number";
    if (fits) return String(each);
    throw wrong(
      place,
      { switch: "it is not true or false", list: "it is not a list of texts", value: "it is no text or number" }[kind],
    );
  });
}

const ON = ["true", "1", "yes", "on"];
const OFF = ["false", "0", "no", "off"];

function readTexts(
  { kind, parse: read = (text) => text }: Flag<unknown>,
  texts: readonly string[],
  place: string,
): unknown {
  const [text = ""] = texts;
  if (kind === "switch" && [...ON, ...OFF].includes(text)) return ON.includes(text);
  if (kind === "switch") throw wrong(place, "it is not true or false");
  try {
    return kind === "list" ? texts.map(read) : read(text);
  } catch (error) {
    if (!isRoboportError(error, "USAGE") && !(error instanceof RangeError)) throw error;
    throw wrong(place, error.message, error);
  }
}

function readContent({ path, text }: SettingsFile): Readonly<Record<string, unknown>> {
  const read = readJsonc(text.replace(/^\uFEFF/, ""));
  if ("why" in read) throw wrong(path, read.line === undefined ? read.why : `${read.why} in line ${read.line}`);
  if (!isJsonObject(read.value)) throw wrong(path, "it is not an object");
  return read.value;
}

function refuseUnknown(names: readonly string[], known: readonly string[], place: string): void {
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const { same, near } = findSimilarNames(unknown, new Map(known.map((name) => [name, name])));
  const similar = same ?? near;
  throw new RoboportError("SERVE_SETTING", `Unknown setting ${unknown} ${place}`, {
    hint: similar === undefined ? "Run `roboport serve config` for those there are." : `Did you mean ${similar}?`,
    data: { name: unknown, similar },
  });
}

function wrong(place: string, why: string, cause?: Error): RoboportError {
  const hint = isRoboportError(cause) ? cause.hint : "Every setting is described in docs/guide-operations.md.";
  return new RoboportError("SERVE_SETTING", `Cannot read ${place}: ${why}`, { hint, data: { place }, cause });
}
