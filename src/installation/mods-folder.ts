import { lstatSync, readdirSync, type Stats } from "node:fs";
import { join, resolve, sep } from "node:path";
import { isRoboportError, type RoboportError } from "../errors.ts";
import type { LocalMod } from "../game/effective-mods.ts";
import { type InfoJson, parseInfoJson } from "../game/info-json.ts";
import { findModFileName } from "../game/mod-name.ts";
import { compareVersions, parseVersion } from "../game/version.ts";
import { errnoOf } from "../store/errno.ts";
import { MOD_LIST_FILE } from "./mod-list-file.ts";
import { explainDisk, findText, parseAt } from "./text-file.ts";
import { unlessErrno } from "./unless-errno.ts";

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
  readonly readZipInfo: (path: string) => InfoJson;
  /** What earlier looks found, by file name: a zip that has not changed since is not opened. */
  readonly known?: ReadonlyMap<string, FoundMod> | undefined;
}

const ASCII = /^[\0-\x7f]*$/;
const OF_THE_GAME = new Set([MOD_LIST_FILE, "mod-settings.dat"]);
const NOT_READABLE = ["EACCES", "EPERM"];

/**
 * Look at everything in a mods folder; one that is not there holds nothing.
 *
 * @throws {RoboportError} `PERMISSION` or `DISK_ERROR` when the folder cannot be listed.
 * @see reference/formats.md §1 and reliability.md F17, F19, F20, rules MODS-1 to MODS-8
 */
export async function readModsFolder(modsDir: string, options: ReadModsOptions): Promise<ModsFolder> {
  const mods: FoundMod[] = [];
  const foreign: ForeignFile[] = [];
  const folder = resolve(modsDir);
  for (const name of await listNames(folder)) {
    const found = await lookAt(folder, name, options);
    if (found && "version" in found) mods.push(found);
    else if (found) foreign.push(found);
  }
  return { mods, foreign };
}

/** A name as it is on disk: bytes where any name is more than ASCII, because they need not be UTF-8. */
type DiskName = string | Buffer;

async function listNames(modsDir: string): Promise<readonly DiskName[]> {
  try {
    return unlessErrno(["ENOENT"], () => readNames(modsDir)) ?? [];
  } catch (error) {
    throw await explainDisk(error, { message: `Cannot read mods folder ${modsDir}`, folder: modsDir });
  }
}

/** In the order of their bytes. */
function readNames(modsDir: string): readonly DiskName[] {
  const names = readdirSync(modsDir);
  if (names.every((name) => ASCII.test(name))) return names.sort();
  return readdirSync(modsDir, { encoding: "buffer" }).sort(Buffer.compare);
}

type Found = FoundMod | ForeignFile;

function lookAt(modsDir: string, name: DiskName, options: ReadModsOptions): Found | undefined | Promise<Found> {
  const file = typeof name === "string" ? name : name.toString("utf8");
  if (OF_THE_GAME.has(file)) return undefined;
  if (typeof name !== "string" && !Buffer.from(file).equals(name)) return { file, reason: "its name is not UTF-8" };
  const path = `${modsDir}${sep}${file}`;
  const status = lstatSync(path, { throwIfNoEntry: false });
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

function lookAtFile({ path, file, status }: Entry, options: ReadModsOptions): Found {
  const named = findModFileName(file);
  if (!named) return { file, reason: "its name is not NAME_VERSION.zip" };
  const identity = { size: status.size, mtimeMs: status.mtimeMs, ino: status.ino };
  const known = options.known?.get(file);
  if (known && isSameFile(known.identity, identity)) return known;
  try {
    const info = options.readZipInfo(path);
    if (!isNamedLike(info, named)) return { file, reason: misnamed(info) };
    return foundMod({ file, form: "zip", identity }, info);
  } catch (error) {
    return unreadable(file, error);
  }
}

async function lookAtFolder({ path, file, status }: Entry): Promise<Found> {
  try {
    const infoPath = join(path, "info.json");
    const text = await findText(infoPath);
    if (text === undefined) return { file, reason: "it is a folder without info.json" };
    const info = parseAt(infoPath, text, parseInfoJson);
    const named = findModFileName(`${file}.zip`);
    const isFit = file === info.name || (named !== undefined && isNamedLike(info, named));
    if (!isFit) return { file, reason: misnamed(info) };
    return foundMod({ file, form: "folder", identity: { size: 0, mtimeMs: status.mtimeMs, ino: status.ino } }, info);
  } catch (error) {
    return unreadable(file, error);
  }
}

/** A mod that cannot be read is no mod to the game; a failing disk and our own faults are ours to report: they are thrown. */
function unreadable(file: string, error: unknown): ForeignFile {
  if (isRoboportError(error) && isAboutTheMod(error)) return { file, reason: error.message };
  if (NOT_READABLE.includes(errnoOf(error) ?? "")) return { file, reason: "it may not be read by this user" };
  throw error;
}

function isAboutTheMod({ code, data }: RoboportError): boolean {
  if (code === "DISK_ERROR") return data?.["errno"] === undefined;
  return code === "ZIP_INVALID" || code === "INFO_JSON_SHAPE" || code === "PERMISSION";
}

function foundMod(at: Pick<FoundMod, "file" | "form" | "identity">, info: InfoJson): FoundMod {
  const { file, form, identity } = at;
  const { name, version, factorioVersion, dependencies, needsExpansion } = info;
  const mod = { file, form, name, version, factorioVersion, dependencies, needsExpansion, identity };
  const licence = info.raw["license"];
  return typeof licence === "string" ? { ...mod, licence } : mod;
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
