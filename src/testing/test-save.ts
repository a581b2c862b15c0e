import { deflateSync } from "node:zlib";
import { BinaryWriter } from "../game/binary-writer.ts";
import { isAtLeast, type MapVersion, writeMapVersion } from "../game/map-version.ts";
import { jsonToProperty, type PropertyJson } from "../game/property-json.ts";
import { writePropertyTree } from "../game/property-tree.ts";
import type { AllowedCommands, SaveHeader } from "../game/save-header.ts";
import { parseVersion, type Version, versionOf, versionParts } from "../game/version.ts";
import { writeZip, type ZipFile } from "../store/zip-write.ts";

/** What a save of a test says; whatever is left out gets a plain value. */
export interface TestSave {
  /** `[2, 0, 60, 0]` when not given. */
  readonly version?: MapVersion;
  /** Version by name; just base, as new as the game, when not given. */
  readonly mods?: Readonly<Record<string, string>>;
  /** Startup settings by name. */
  readonly settings?: Readonly<Record<string, PropertyJson>>;
  /** Name of the folder in the zip. */
  readonly folder?: string;
}

/** A map is cut into pieces of this many bytes since 1.1.14. */
const CHUNK = 1024 * 1024;

/** A save with a proper head and nothing behind it, laid out as a game of its version does. */
export function makeTestSave({ folder = "world", ...save }: TestSave = {}): Uint8Array<ArrayBuffer> {
  const header = testSaveHeader(save);
  const level = saveHeaderBytes(header);
  const isChunked = isAtLeast(header.mapVersion, 1, 1, 14);
  const files = isChunked ? chunksOf(level) : [{ path: "level.dat", bytes: level, deflate: true }];
  const created: ZipFile = { path: "level-init.dat", bytes: level, deflate: true };
  return writeZip([created, ...files].map((file) => ({ ...file, path: `${folder}/${file.path}` })));
}

function chunksOf(level: Uint8Array): readonly ZipFile[] {
  const total = new BinaryWriter();
  total.u64(BigInt(level.byteLength));
  const chunks = Array.from({ length: Math.ceil(level.byteLength / CHUNK) }, (_, index) => ({
    path: `level.dat${index}`,
    bytes: deflateSync(level.subarray(index * CHUNK, (index + 1) * CHUNK), { level: 1 }),
  }));
  return [...chunks, { path: "level.datmetadata", bytes: total.bytes() }];
}

/** The head of a save as its reader sees it. */
export function testSaveHeader({ version = [2, 0, 60, 0], mods, settings = {} }: TestSave = {}): SaveHeader {
  const game = versionOf(version[0], version[1], version[2]);
  const isSince = (...at: readonly [number, number, number?, number?]) => isAtLeast(version, ...at);
  const values = Object.entries(settings).map(([name, value]) => [name, { value }] as const);
  return {
    mapVersion: version,
    branch: isSince(0, 17) ? 0 : undefined,
    campaign: "",
    level: "freeplay",
    scenarioMod: "base",
    difficulty: 0,
    finished: false,
    playerWon: false,
    nextLevel: "",
    canContinue: false,
    finishedButContinuing: false,
    savingReplay: false,
    allowNonAdminDebugOptions: isSince(0, 16) ? true : undefined,
    appVersion: game,
    appBuild: 1,
    allowedCommands: isSince(0, 13, 0, 87) ? "admins-only" : "true",
    mods: Object.entries(mods ?? { base: game.text }).map(([name, text]) => ({
      name,
      version: parseVersion(text),
      crc: isSince(0, 15, 0, 92) ? 0 : undefined,
    })),
    startupSettingsCrc: isSince(0, 17) ? 0 : undefined,
    startupSettings: isSince(0, 17) ? jsonToProperty(Object.fromEntries(values), "number") : undefined,
  };
}

const COMMANDS: readonly AllowedCommands[] = ["true", "false", "admins-only"];

/** The bytes a map begins with: what `parseSaveHeader` reads. */
export function saveHeaderBytes(header: SaveHeader): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  const { mapVersion } = header;
  const isSince = (...at: readonly [number, number, number?, number?]) => isAtLeast(mapVersion, ...at);
  const text = (value: string, isShort = isSince(0, 16)) =>
    writer.text(value, (length) => (isShort ? writer.optU32(length) : writer.u32(length)));
  const version = (value: Version) =>
    versionParts(value).forEach((part) => (isSince(0, 14, 14) ? writer.optU16(part) : writer.u16(part)));
  writeMapVersion(writer, mapVersion);
  if (isSince(0, 17)) writer.u8(header.branch ?? 0);
  for (const value of [header.campaign, header.level, header.scenarioMod]) text(value);
  writer.u8(header.difficulty);
  writer.bool(header.finished);
  writer.bool(header.playerWon);
  text(header.nextLevel);
  for (const value of [header.canContinue, header.finishedButContinuing, header.savingReplay]) writer.bool(value);
  if (isSince(0, 16)) writer.bool(header.allowNonAdminDebugOptions ?? true);
  version(header.appVersion);
  if (isSince(1, 2)) writer.u32(header.appBuild);
  else writer.u16(header.appBuild);
  writer.u8(
    isSince(0, 13, 0, 87) ? COMMANDS.indexOf(header.allowedCommands) + 1 : Number(header.allowedCommands === "true"),
  );
  if (!isSince(0, 13, 0, 42)) writer.u32(0);
  if (isSince(1, 2)) writer.u32(10 * CHUNK);
  if (isSince(0, 16)) writer.optU32(header.mods.length);
  else writer.u32(header.mods.length);
  for (const mod of header.mods) {
    text(mod.name, isSince(0, 14, 14));
    version(mod.version);
    if (isSince(0, 15, 0, 92)) writer.u32(mod.crc ?? 0);
  }
  if (header.startupSettings === undefined) return writer.bytes();
  writer.u32(header.startupSettingsCrc ?? 0);
  writePropertyTree(writer, header.startupSettings);
  return writer.bytes();
}
