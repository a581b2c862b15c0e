import type { Stats } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import pLimit from "p-limit";
import { isRoboportError, type RoboportError } from "../errors.ts";
import type { LocalMod } from "../game/effective-mods.ts";
import { type InfoJson, parseInfoJson } from "../game/info-json.ts";
import { findModFileName } from "../game/mod-name.ts";
import { compareVersions, parseVersion } from "../game/version.ts";
import { diskError } from "../store/disk-error.ts";
import { errnoOf, unlessErrno } from "../store/file-system.ts";
import { MOD_LIST_FILE } from "./mod-list-file.ts";
import { findText, parseAt } from "./text-file.ts";

/** What changes when a file is replaced or written to. */
export interface FileIdentity {
  /** Bytes; 0 for a folder. */
  readonly size: number;
  readonly mtimeMs: number;
  readonly ino: number;
}

/** A mod in the mods folder, as its info.json describes it. */
export interface FoundMod extends LocalMod {
  /** As written. */
  readonly factorioVersion: string;
  readonly dependencies: readonly string[];
  /** True when its info.json asks for what only owners of the expansion have; absent when that was not read. */
  readonly needsExpansion?: boolean;
  /** The licence that its info.json names. */
  readonly licence?: string;
  readonly identity: FileIdentity;
}

/** What a mods folder holds, apart from what the game itself keeps there. */
export interface ModsFolder {
  /** Ordered by file name. */
  readonly mods: readonly FoundMod[];
  /** What the game would not load as a mod, ordered by name: looked at, never touched. */
  readonly foreign: readonly ForeignFile[];
}

export interface ForeignFile {
  /** Bytes that are no UTF-8 are shown as U+FFFD. */
  readonly file: string;
  readonly reason: string;
}

export interface ReadModsOptions {
  /** Reads the info.json of a zip. */
  readonly readZipInfo: (path: string) => Promise<InfoJson>;
  /** What earlier looks found, by file name: a zip that has not changed since is not opened. */
  readonly known?: ReadonlyMap<string, FoundMod> | undefined;
}

const LOOKS_AT_ONCE = 16;
const OF_THE_GAME = new Set([MOD_LIST_FILE, "mod-settings.dat"]);
const NOT_READABLE = ["EACCES", "EPERM"];

/**
 * Look at everything in a mods folder; one that is not there holds nothing.
 *
 * @throws {RoboportError} `PERMISSION` or `DISK_ERROR` when the folder cannot be listed.
 * @see reference/formats.md §1 and reliability.md F17, F19, F20, rules MODS-1 to MODS-8
 */
export async function readModsFolder(modsDir: string, options: ReadModsOptions): Promise<ModsFolder> {
  const names = await listNames(modsDir);
  const limit = pLimit(LOOKS_AT_ONCE);
  const found = await Promise.all(names.map((name) => limit(() => lookAt(modsDir, name, options))));
  const entries = found.filter((each) => each !== undefined);
  return {
    mods: entries.filter((each) => "version" in each),
    foreign: entries.filter((each) => "reason" in each),
  };
}

async function listNames(modsDir: string): Promise<readonly Buffer[]> {
  try {
    const names = await unlessErrno(["ENOENT"], readdir(modsDir, { encoding: "buffer" }));
    return (names ?? []).toSorted(Buffer.compare);
  } catch (error) {
    throw await diskError(error, { message: `Cannot read mods folder ${modsDir}`, folder: modsDir });
  }
}

async function lookAt(
  modsDir: string,
  bytes: Buffer,
  options: ReadModsOptions,
): Promise<FoundMod | ForeignFile | undefined> {
  const file = bytes.toString("utf8");
  if (OF_THE_GAME.has(file)) return undefined;
  if (!Buffer.from(file).equals(bytes)) return { file, reason: "its name is not UTF-8" };
  const path = join(modsDir, file);
  const status = await unlessErrno(["ENOENT"], lstat(path));
  if (!status) return undefined;
  if (status.isFile()) return lookAtFile({ path, file, status }, options);
  if (status.isDirectory()) return lookAtFolder({ path, file, status });
  return { file, reason: `it is ${kindOfSpecial(status)}` };
}

interface Entry {
  readonly path: string;
  readonly file: string;
  readonly status: Stats;
}

async function lookAtFile(entry: Entry, options: ReadModsOptions): Promise<FoundMod | ForeignFile> {
  const { path, file, status } = entry;
  const named = findModFileName(file);
  if (!named) return { file, reason: "its name is not NAME_VERSION.zip" };
  const identity = { size: status.size, mtimeMs: status.mtimeMs, ino: status.ino };
  const known = options.known?.get(file);
  if (known && isSameFile(known.identity, identity)) return known;
  return unlessUnreadable(file, async () => {
    const info = await options.readZipInfo(path);
    if (!isNamedLike(info, named)) return { file, reason: misnamed(info) };
    return foundMod({ file, form: "zip", identity }, info);
  });
}

async function lookAtFolder({ path, file, status }: Entry): Promise<FoundMod | ForeignFile> {
  return unlessUnreadable(file, async () => {
    const infoPath = join(path, "info.json");
    const text = await findText(infoPath);
    if (text === undefined) return { file, reason: "it is a folder without info.json" };
    const info = parseAt(infoPath, text, parseInfoJson);
    const named = findModFileName(`${file}.zip`);
    const isFit = file === info.name || (named !== undefined && isNamedLike(info, named));
    if (!isFit) return { file, reason: misnamed(info) };
    return foundMod({ file, form: "folder", identity: { size: 0, mtimeMs: status.mtimeMs, ino: status.ino } }, info);
  });
}

/** A mod that cannot be read is no mod to the game; a failing disk and our own faults are ours to report. */
async function unlessUnreadable(
  file: string,
  read: () => Promise<FoundMod | ForeignFile>,
): Promise<FoundMod | ForeignFile> {
  try {
    return await read();
  } catch (error) {
    if (isRoboportError(error) && isAboutTheMod(error)) return { file, reason: error.message };
    if (NOT_READABLE.includes(errnoOf(error) ?? "")) return { file, reason: "it may not be read by this user" };
    throw error;
  }
}

function isAboutTheMod({ code, data }: RoboportError): boolean {
  if (code === "DISK_ERROR") return data?.["errno"] === undefined;
  return code === "ZIP_INVALID" || code === "INFO_JSON_SHAPE" || code === "PERMISSION";
}

function foundMod(at: Pick<FoundMod, "file" | "form" | "identity">, info: InfoJson): FoundMod {
  const { name, version, factorioVersion, dependencies, needsExpansion } = info;
  const licence = info.raw["license"];
  const named = typeof licence === "string" && { licence };
  return { ...at, name, version, factorioVersion, dependencies, needsExpansion, ...named };
}

function isNamedLike(info: InfoJson, named: { readonly name: string; readonly version: string }): boolean {
  return info.name === named.name && compareVersions(info.version, parseVersion(named.version)) === 0;
}

function misnamed(info: InfoJson): string {
  return `its info.json says ${JSON.stringify(info.name)} ${info.version.text}`;
}

function isSameFile(a: FileIdentity, b: FileIdentity): boolean {
  return a.size === b.size && a.mtimeMs === b.mtimeMs && a.ino === b.ino;
}

function kindOfSpecial(status: Stats): string {
  if (status.isSymbolicLink()) return "a symbolic link";
  if (status.isFIFO()) return "a pipe";
  if (status.isSocket()) return "a socket";
  return "a device";
}
