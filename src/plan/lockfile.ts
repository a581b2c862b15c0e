import { RoboportError } from "../errors.ts";
import { isJsonObject, parseLenientJson } from "../game/json-text.ts";
import { findModFileName } from "../game/mod-name.ts";
import { findVersion, type Version } from "../game/version.ts";

/** One picked release, with what it takes to fetch it again anywhere and to know it by its bytes. */
export interface LockedMod {
  readonly name: string;
  readonly version: Version;
  readonly file: string;
  readonly enabled: boolean;
  readonly factorioVersion: string;
  readonly dependencies: readonly string[];
  /** 40 hex digits, the portal's. */
  readonly sha1?: string;
  /** 64 hex digits, ours: known from the first download on. */
  readonly sha256?: string;
  /** Bytes. */
  readonly size?: number;
  /** Origin of the portal it comes from; none for a zip that was adopted from the mods folder. */
  readonly portal?: string;
  /** Path on that portal, never with credentials. */
  readonly downloadUrl?: string;
  /** ISO 8601. */
  readonly releasedAt?: string;
}

/** A built-in as it was when the lockfile was written. */
export interface LockedBuiltIn {
  readonly name: string;
  readonly version: Version;
  readonly enabled: boolean;
}

/** What was picked: the content of roboport.lock. */
export interface Lockfile {
  /** Full game version that was solved for. */
  readonly factorio: Version;
  readonly builtIns: readonly LockedBuiltIn[];
  /** The request this answers, in canonical text; a manifest that asks for the same needs no solving. */
  readonly request: string;
  readonly mods: readonly LockedMod[];
}

export const LOCKFILE_FILE = "roboport.lock";
const FORMAT_VERSION = 1;
const TEXT_MAX = 64 * 1024 * 1024;

/**
 * Read a roboport.lock.
 *
 * @throws {RoboportError} `LOCKFILE_SHAPE` naming the entry that is wrong, or a newer format.
 * @see rules LOCK-1 to LOCK-3
 */
export function parseLockfile(text: string): Lockfile {
  if (text.length > TEXT_MAX) throw shape(`it is larger than ${TEXT_MAX} characters`);
  let value: unknown;
  try {
    value = parseLenientJson(text);
  } catch (error) {
    throw shape(error instanceof Error ? error.message : String(error), { cause: error });
  }
  if (!isJsonObject(value)) throw shape("it is not an object");
  if (value["lockfileVersion"] !== FORMAT_VERSION) {
    const found = JSON.stringify(value["lockfileVersion"]);
    throw shape(`its format is ${found}, and this program reads ${FORMAT_VERSION}`, {
      hint: `Use the version of Roboport that wrote ${LOCKFILE_FILE}.`,
    });
  }
  return {
    factorio: readVersion(value["factorio"], "factorio"),
    builtIns: readList(value["builtIns"], "builtIns").map(readBuiltIn),
    request: typeof value["request"] === "string" ? value["request"] : "",
    mods: unrepeated(readList(value["mods"], "mods").map(readMod)),
  };
}

function unrepeated(mods: readonly LockedMod[]): readonly LockedMod[] {
  const names = new Set<string>();
  for (const { name } of mods) {
    if (names.has(name)) throw shape(`it names ${name} twice`);
    names.add(name);
  }
  return mods;
}

function readMod(value: unknown, index: number): LockedMod {
  const where = `mods[${index}]`;
  if (!isJsonObject(value)) throw shape(`${where} is not an object`);
  const { file, enabled, dependencies, size } = value;
  const named = typeof file === "string" ? findModFileName(file) : undefined;
  if (!named || typeof file !== "string") throw shape(`${where}.file is not the file name of a mod`);
  const version = readVersion(value["version"], `${where}.version`);
  if (value["name"] !== named.name) throw shape(`${where}.name does not fit its file`);
  if (findVersion(named.version)?.key !== version.key) throw shape(`${where}.version does not fit its file`);
  const digest = (key: string, length: number) => readDigest(value[key], { where: `${where}.${key}`, length });
  const text = (key: string) => (typeof value[key] === "string" ? { [key]: value[key] } : {});
  return {
    name: named.name,
    version,
    file,
    enabled: enabled !== false,
    factorioVersion: typeof value["factorioVersion"] === "string" ? value["factorioVersion"] : "",
    dependencies: Array.isArray(dependencies) ? dependencies.filter((each) => typeof each === "string") : [],
    ...digest("sha1", 40),
    ...digest("sha256", 64),
    ...(typeof size === "number" && { size }),
    ...text("portal"),
    ...text("downloadUrl"),
    ...text("releasedAt"),
  };
}

function readDigest(value: unknown, options: { where: string; length: number }): Record<string, string> {
  if (value === undefined) return {};
  if (typeof value === "string" && new RegExp(`^[0-9a-f]{${options.length}}$`).test(value)) {
    return { [options.where.slice(options.where.lastIndexOf(".") + 1)]: value };
  }
  throw shape(`${options.where} is not ${options.length} hex digits`);
}

function readBuiltIn(value: unknown, index: number): LockedBuiltIn {
  if (!isJsonObject(value) || typeof value["name"] !== "string") throw shape(`builtIns[${index}] has no name`);
  return {
    name: value["name"],
    version: readVersion(value["version"], `builtIns[${index}].version`),
    enabled: value["enabled"] !== false,
  };
}

function readList(value: unknown, where: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw shape(`"${where}" is not a list`);
}

function readVersion(value: unknown, where: string): Version {
  const version = typeof value === "string" ? findVersion(value) : undefined;
  if (version) return version;
  throw shape(`${where} is not a version`);
}

function shape(why: string, options: { readonly hint?: string; readonly cause?: unknown } = {}): RoboportError {
  const { hint = 'Restore it from version control, or delete it and run "roboport install" to solve again.', cause } =
    options;
  return new RoboportError("LOCKFILE_SHAPE", `Cannot read ${LOCKFILE_FILE}: ${why}`, { hint, cause });
}

/**
 * Write a roboport.lock: one mod a line, sorted by name, so that a diff reads as a list of changes.
 *
 * @see rule LOCK-4
 */
export function formatLockfile(lockfile: Lockfile): string {
  const line = (value: unknown) => `    ${JSON.stringify(value)}`;
  const mods = [...lockfile.mods].sort((a, b) => (a.name < b.name ? -1 : 1));
  const list = (lines: readonly string[]) => (lines.length === 0 ? "[]" : `[\n${lines.join(",\n")}\n  ]`);
  return [
    "{",
    `  "lockfileVersion": ${FORMAT_VERSION},`,
    `  "factorio": ${JSON.stringify(lockfile.factorio.text)},`,
    `  "builtIns": ${list(lockfile.builtIns.map((each) => line({ ...each, version: each.version.text })))},`,
    `  "request": ${JSON.stringify(lockfile.request)},`,
    `  "mods": ${list(mods.map((mod) => line(modFields(mod))))}`,
    "}",
    "",
  ].join("\n");
}

/** A fixed order of fields, absent ones left out. */
function modFields(mod: LockedMod): object {
  const { name, version, file, enabled, portal, downloadUrl, sha1, sha256, size, releasedAt } = mod;
  const { factorioVersion, dependencies } = mod;
  return {
    name,
    version: version.text,
    file,
    ...(!enabled && { enabled }),
    portal,
    downloadUrl,
    sha1,
    sha256,
    size,
    releasedAt,
    factorioVersion,
    dependencies,
  };
}
