import { RoboportError } from "../errors.ts";
import { type BinaryFault, BinaryReader } from "./binary-reader.ts";
import { isAtLeast, type MapVersion, readMapVersion } from "./map-version.ts";
import { type PropertyTree, readPropertyTree } from "./property-tree.ts";
import { type Version, versionOf } from "./version.ts";

/** Who may use commands in a map. */
export type AllowedCommands = "true" | "false" | "admins-only" | "unknown";

/** A mod that a map was saved with. */
export interface SavedMod {
  readonly name: string;
  readonly version: Version;
  /** The game's "Checksum of NAME" over the mod's prototypes, since 0.15; says nothing about its zip. */
  readonly crc: number | undefined;
}

/** The head of a map. What a game of its version did not write yet is undefined. */
export interface SaveHeader {
  readonly mapVersion: MapVersion;
  readonly branch: number | undefined;
  readonly campaign: string;
  /** Name of the scenario, such as `freeplay`. */
  readonly level: string;
  /** The mod the scenario comes from. */
  readonly scenarioMod: string;
  readonly difficulty: number;
  readonly finished: boolean;
  readonly playerWon: boolean;
  readonly nextLevel: string;
  readonly canContinue: boolean;
  readonly finishedButContinuing: boolean;
  readonly savingReplay: boolean;
  readonly allowNonAdminDebugOptions: boolean | undefined;
  /** The game that saved it. */
  readonly appVersion: Version;
  readonly appBuild: number;
  readonly allowedCommands: AllowedCommands;
  /** Every mod that was on, built-ins too, in the order of the file. */
  readonly mods: readonly SavedMod[];
  readonly startupSettingsCrc: number | undefined;
  /** A dictionary of startup settings, name to `{"value": …}`. */
  readonly startupSettings: PropertyTree | undefined;
}

const MODS_MAX = 20_000;

/**
 * Read the head of a map, from 0.12 to 2.1. What follows it, and whether anything does, is of no matter.
 *
 * @param bytes `level.dat`, `level-init.dat`, or the inflated `level.dat0`, from the beginning
 * @throws {RoboportError} `SAVE_SHAPE`; `data.reason` is `truncated` when more bytes might help, else `damaged`.
 * @see reference/formats.md §10, rules SAVE-3 to SAVE-9
 */
export function parseSaveHeader(bytes: Uint8Array): SaveHeader {
  const reader = new BinaryReader(bytes, refuse);
  const mapVersion = readMapVersion(reader);
  const isSince = (...version: readonly [number, number, number?, number?]) => isAtLeast(mapVersion, ...version);
  const text = () => reader.text(isSince(0, 16) ? reader.optU32() : reader.u32());
  const part = () => (isSince(0, 14, 14) ? reader.optU16() : reader.u16());
  const version = () => versionOf(part(), part(), part());
  const head = {
    mapVersion,
    branch: isSince(0, 17) ? reader.u8() : undefined,
    campaign: text(),
    level: text(),
    scenarioMod: text(),
    difficulty: reader.u8(),
    finished: reader.bool(),
    playerWon: reader.bool(),
    nextLevel: text(),
    canContinue: isSince(0, 12) && reader.bool(),
    finishedButContinuing: isSince(0, 12) && reader.bool(),
    savingReplay: reader.bool(),
    allowNonAdminDebugOptions: isSince(0, 16) ? reader.bool() : undefined,
    appVersion: version(),
    appBuild: isSince(1, 2) ? reader.u32() : reader.u16(),
    allowedCommands: readAllowedCommands(reader, mapVersion),
  };
  if (!isSince(0, 13, 0, 42)) skipKillStatistics(reader);
  // Of no known meaning, and the same in every map.
  if (isSince(1, 2)) reader.skip(4);
  const mods = readMods(reader, mapVersion, version);
  if (!isSince(0, 17)) return { ...head, mods, startupSettingsCrc: undefined, startupSettings: undefined };
  return { ...head, mods, startupSettingsCrc: reader.u32(), startupSettings: readStartupSettings(reader) };
}

/** Two values at first, three since somebody was trusted less than all and more than none. */
function readAllowedCommands(reader: BinaryReader, mapVersion: MapVersion): AllowedCommands {
  const value = reader.u8();
  if (!isAtLeast(mapVersion, 0, 13, 0, 87)) return value === 0 ? "false" : "true";
  return (["unknown", "true", "false", "admins-only"] as const)[value] ?? "unknown";
}

/** Each force's kills, losses and such: three tables of a number and a count. */
function skipKillStatistics(reader: BinaryReader): void {
  for (let forces = reader.u32(); forces > 0; forces--) {
    reader.u8();
    for (let table = 0; table < 3; table++) reader.skip(reader.u32() * 6);
  }
}

function readMods(reader: BinaryReader, mapVersion: MapVersion, version: () => Version): readonly SavedMod[] {
  const count = isAtLeast(mapVersion, 0, 16) ? reader.optU32() : reader.u32();
  if (count > MODS_MAX) throw reader.refuse(`${count} mods`);
  const hasShortNames = isAtLeast(mapVersion, 0, 14, 14);
  const hasCrc = isAtLeast(mapVersion, 0, 15, 0, 92);
  const mods: SavedMod[] = [];
  for (let index = 0; index < count; index++) {
    mods.push({
      name: reader.text(hasShortNames ? reader.optU32() : reader.u32()),
      version: version(),
      crc: hasCrc ? reader.u32() : undefined,
    });
  }
  return mods;
}

function readStartupSettings(reader: BinaryReader): PropertyTree {
  const tree = readPropertyTree(reader);
  if (tree.type !== "dictionary") throw reader.refuse("startup settings that are no dictionary");
  return tree;
}

function refuse(why: string, reason: BinaryFault): RoboportError {
  return new RoboportError("SAVE_SHAPE", `Cannot read the save: ${why}`, {
    hint: "Check that it is a save of Factorio 0.12 or later, and not still being written; the game keeps older ones as _autosave.",
    data: { reason },
  });
}
