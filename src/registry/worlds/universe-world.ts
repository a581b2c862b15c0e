import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { RoboportError } from "../../errors.ts";
import { isJsonObject } from "../../game/json-text.ts";
import { isModName } from "../../game/mod-name.ts";
import { findVersion } from "../../game/version.ts";
import { generatedRelease, type ReleaseFacts, type ReleaseOwner } from "./generated-release.ts";
import { EPOCH, findInstant } from "./instant.ts";
import { readModDetails } from "./mod-details.ts";
import type { ReportProblem, World, WorldMod } from "../world.ts";
import { staticWorld } from "./memory-source.ts";

/**
 * A world from a universe file, plain or gzipped JSON: `{mods: {NAME: {title, owner, …, releases: [{version,
 * factorio_version, dependencies, released_at}]}}}`.
 *
 * The zips are made here, so a `sha1` or `file_size` in the file is not served: it speaks of other bytes. Mods and
 * releases that no portal could hold are left out and reported.
 *
 * @throws {RoboportError} `UNIVERSE_SHAPE` when the file cannot be read or is not of this shape.
 * @see rules REG-1 to REG-4
 */
export async function openUniverseWorld(file: string, report: ReportProblem): Promise<World> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw shape(file, error instanceof Error ? error.message : String(error), error);
  }
  return readUniverseWorld(bytes, file, report);
}

/**
 * As {@link openUniverseWorld}, from bytes.
 *
 * @throws {RoboportError} `UNIVERSE_SHAPE` when they are not a universe file.
 */
export function readUniverseWorld(bytes: Uint8Array, file: string, report: ReportProblem): World {
  const refuse: Refuse = (place, reason) => {
    report({ file: place, reason });
    return undefined;
  };
  const mods = Object.entries(parseMods(bytes, file)).map(([name, value]) => readMod(name, value, refuse));
  return staticWorld(mods.filter((mod) => mod !== undefined));
}

type Refuse = (place: string, reason: string) => undefined;

function parseMods(bytes: Uint8Array, file: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : Buffer.from(bytes);
    value = JSON.parse(plain.toString("utf8"));
  } catch (error) {
    throw shape(file, error instanceof Error ? error.message : String(error), error);
  }
  if (isJsonObject(value) && isJsonObject(value.mods)) return value.mods;
  throw shape(file, '"mods" is not an object of mods by name');
}

function readMod(name: string, value: unknown, refuse: Refuse): WorldMod | undefined {
  if (!isModName(name)) return refuse(name, "it is not a mod name");
  if (!isJsonObject(value)) return refuse(name, "it is not an object");
  const details = readModDetails(value);
  const owner: ReleaseOwner = { ...details, name };
  const facts = listOf(value.releases)
    .map((each) => readRelease(name, each, refuse))
    .filter((each) => each !== undefined)
    .sort((a, b) => compareText(a.releasedAt, b.releasedAt));
  const releases = facts.map((each) => generatedRelease(owner, each));
  return { ...details, name, createdAt: createdAt(value, facts[0]), releases };
}

function readRelease(name: string, value: unknown, refuse: Refuse): ReleaseFacts | undefined {
  if (!isJsonObject(value)) return refuse(name, "a release is not an object");
  const { version, factorio_version, dependencies, released_at, feature_flags } = value;
  if (typeof version !== "string" || !/^[\d.]{3,40}$/.test(version) || !findVersion(version)) {
    return refuse(name, `${JSON.stringify(version)} is not a version`);
  }
  const listed = typeof dependencies === "string" ? [dependencies] : (dependencies ?? undefined);
  if (listed !== undefined && !isStrings(listed)) {
    return refuse(`${name} ${version}`, "its dependencies are not a list of texts");
  }
  return {
    version,
    factorioVersion: typeof factorio_version === "string" ? factorio_version : undefined,
    dependencies: listed,
    featureFlags: isStrings(feature_flags) ? feature_flags : [],
    releasedAt: instant(released_at) ?? EPOCH,
  };
}

/** The oldest date the file gives for a mod, also of releases whose dependencies it does not know. */
function createdAt(mod: Readonly<Record<string, unknown>>, first: ReleaseFacts | undefined): string {
  const others = listOf(mod.releases_without_deps).filter(isJsonObject);
  const dates = [mod.created_at, ...others.map((each) => each["released_at"])];
  const instants = [first?.releasedAt, ...dates.map(instant)].filter((each) => each !== undefined);
  return instants.sort(compareText)[0] ?? EPOCH;
}

function instant(value: unknown): string | undefined {
  return typeof value === "string" ? findInstant(value) : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function shape(file: string, why: string, cause: unknown = undefined): RoboportError {
  return new RoboportError("UNIVERSE_SHAPE", `Cannot read the world file ${file}: ${why}`, {
    hint: 'Give a JSON file, plain or gzipped, of the form {"mods": {"NAME": {"releases": []}}}.',
    cause,
  });
}
