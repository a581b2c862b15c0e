import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { RoboportError } from "../errors.ts";
import { isJsonObject } from "../game/json-text.ts";
import { ModListSchema } from "../portal/contract/list.ts";
import { keepMods } from "./sources/keep-mods.ts";
import { findToldMod, type ToldMod } from "./sources/upstream-record.ts";
import type { RegistryData } from "./storage/registry-data.ts";
import { readUniverseWorld } from "./worlds/universe-world.ts";
import { everyModOf } from "./worlds/memory-source.ts";
import type { ReportProblem, WorldMod } from "./world.ts";

/** What became of an import. */
export interface Imported {
  readonly mods: number;
  readonly releases: number;
  /** Names that were published or claimed here and stay what they are. */
  readonly kept: readonly string[];
}

/**
 * Take over the metadata of a file: the answer of `/api/mods?page_size=max` or `/api/mods/NAME/full`, or a universe file;
 * plain or gzipped. Zips are not in such files; they come from the upstream when they are asked for.
 *
 * @throws {RoboportError} `UNIVERSE_SHAPE` when the file is none of these.
 * @see rules REG-90 to REG-92
 */
export async function importMods(
  data: Pick<RegistryData, "db" | "records" | "claims">,
  file: string,
  report: ReportProblem,
): Promise<Imported> {
  const found = await readMods(file, report);
  const kept = keepMods(data, found, report);
  const taken = found.filter(({ record }) => !kept.includes(record.name));
  return { mods: taken.length, releases: taken.reduce((sum, { record }) => sum + record.releases.length, 0), kept };
}

async function readMods(file: string, report: ReportProblem): Promise<readonly ToldMod[]> {
  const bytes = await readWhole(file);
  const value = parse(bytes, file);
  if (isJsonObject(value) && isJsonObject(value.mods)) {
    return (await everyModOf(readUniverseWorld(bytes, file, report))).map((mod) => toldByWorld(mod));
  }
  const list = ModListSchema.safeParse(isJsonObject(value) && "name" in value ? { results: [value] } : value);
  if (!list.success) throw shape(file, "it is neither a universe nor an answer of /api/mods");
  return list.data.results.flatMap((entry) => findToldMod(entry, report) ?? []);
}

/** The zips of a universe file would be made up, so they count as not there. */
function toldByWorld(mod: WorldMod): ToldMod {
  const releases = mod.releases.map(({ open: _open, size: _size, sha1: _sha1, ...release }) => ({
    ...release,
    sha1: "",
    sha256: undefined,
    size: undefined,
    upstreamPath: undefined,
  }));
  return { record: { ...mod, origin: { source: "upstream" }, releases }, isWhole: true };
}

async function readWhole(file: string): Promise<Uint8Array> {
  try {
    const bytes = await readFile(file);
    return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
  } catch (error) {
    throw shape(file, error instanceof Error ? error.message : String(error), error);
  }
}

function parse(bytes: Uint8Array, file: string): unknown {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8"));
  } catch (error) {
    if (error instanceof SyntaxError) throw shape(file, "it is not JSON", error);
    throw error;
  }
}

function shape(file: string, why: string, cause: unknown = undefined): RoboportError {
  return new RoboportError("UNIVERSE_SHAPE", `Cannot import ${file}: ${why}`, {
    hint: "Give an answer of /api/mods?page_size=max, of /api/mods/NAME/full, or a universe file.",
    cause,
  });
}
