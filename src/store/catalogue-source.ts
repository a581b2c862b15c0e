import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { RoboportError } from "../errors.ts";
import { parseLenientJson } from "../game/json-text.ts";
import { parseUniverseFile, type UniverseFile } from "../resolve/universe-file.ts";
import { sourceOf } from "./catalogue-format.ts";

/** A universe file that was parsed whole. */
export interface ParsedUniverse {
  readonly file: UniverseFile;
  /** The state of the file that was read; undefined when somebody changed it meanwhile. */
  readonly source: string | undefined;
}

/**
 * Read and parse a universe file, plain or gzipped.
 *
 * @throws {RoboportError} `UNIVERSE_SHAPE`
 */
export async function readUniverseFile(path: string): Promise<ParsedUniverse> {
  try {
    const { bytes, source } = readWhole(path);
    const text = (isGzip(bytes) ? await gunzip(bytes) : bytes).toString("utf8");
    return { file: parseUniverseFile(parseLenientJson(text)), source };
  } catch (error) {
    throw error instanceof RoboportError ? error : unreadable(path, error);
  }
}

function readWhole(path: string): { readonly bytes: Buffer; readonly source: string | undefined } {
  const fd = openSync(path, "r");
  try {
    const before = sourceOf(fstatSync(fd, { bigint: true }));
    const bytes = readFileSync(fd);
    const after = sourceOf(fstatSync(fd, { bigint: true }));
    return { bytes, source: before === after ? before : undefined };
  } finally {
    closeSync(fd);
  }
}

function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

async function gunzip(bytes: Buffer): Promise<Buffer> {
  const { gunzipSync } = await import("node:zlib");
  return gunzipSync(bytes);
}

function unreadable(path: string, error: unknown): RoboportError {
  const why = error instanceof Error ? error.message : String(error);
  return new RoboportError("UNIVERSE_SHAPE", `Cannot read ${path}: ${why}`, {
    hint: "Give a file that --save-universe wrote, or one of the same shape; it may be gzipped.",
    cause: error,
  });
}
