import { createHash } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isRoboportError } from "../src/errors.ts";
import { openStore } from "../src/store/blob-store.ts";
import { type DownloadRequest, downloadAll, type FetchRelease } from "../src/store/download.ts";
import { seededRandom } from "../test/faults/seeded-random.ts";
import { HOSTILE, type HostileZip, hostileZips } from "../test/zips/hostile.ts";
import { runCases } from "./run-cases.ts";
import type { Scale, Suite, SuiteOptions } from "./suite.ts";

const VARIANTS: Readonly<Record<Scale, number>> = { ci: 2, full: 12 };
const MILLISECONDS_MAX = 2_000;
const MEBIBYTE = 2 ** 20;
const MEMORY_MAX = 256 * MEBIBYTE;

export const suite: Suite = {
  name: "zips",
  goal: "Every hostile zip is refused with a code within two seconds and 256 MiB, and no byte of it stays anywhere",
  run: async (options) => {
    const scratch = await mkdtemp(join(tmpdir(), "roboport-zips-"));
    const seen = { slowest: 0, mostMemory: 0, digests: new Set<string>() };
    try {
      const tally = await runCases(casesOf(options), options, (zip) => refuse(zip, { scratch, seen }));
      const figures = {
        classes: HOSTILE.length,
        archives: seen.digests.size,
        "slowest, ms": Math.round(seen.slowest),
        "most memory, MiB": Math.round(seen.mostMemory / MEBIBYTE),
      };
      return { ...tally, figures, skipped: [] };
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  },
};

function casesOf({ seed, scale }: SuiteOptions): Iterable<HostileZip> {
  return hostileZips(seededRandom(seed), VARIANTS[scale]);
}

interface Judging {
  readonly scratch: string;
  readonly seen: { slowest: number; mostMemory: number; readonly digests: Set<string> };
}

/** Sent by a portal that vouches for it. */
async function refuse({ from, variant, mod, bytes }: HostileZip, { scratch, seen }: Judging): Promise<void> {
  const sha1 = createHash("sha1").update(bytes).digest("hex");
  seen.digests.add(sha1);
  const dir = join(scratch, "store");
  const request = { id: `${mod.name} ${mod.version}`, name: mod.name, version: mod.version, sha1 };
  const memory = process.memoryUsage.rss();
  const start = performance.now();
  const reason = await reasonOf(downloadAll([request], { store: openStore({ dir }), fetch: sending(bytes) }));
  seen.slowest = Math.max(seen.slowest, performance.now() - start);
  seen.mostMemory = Math.max(seen.mostMemory, process.memoryUsage.rss() - memory);
  const what = `${from.row}, ${from.name}, variant ${variant}`;
  if (!isExpected(reason, from.reasons)) throw new Error(`${what}: ${reason}`);
  if (seen.slowest > MILLISECONDS_MAX) throw new Error(`${what}: took ${seen.slowest} ms`);
  if (seen.mostMemory > MEMORY_MAX) throw new Error(`${what}: took ${seen.mostMemory} bytes of memory`);
  const left = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = left.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
  if (files.length > 0) throw new Error(`${what}: left ${files.join(", ")}`);
}

function isExpected(reason: string, reasons: readonly string[]): boolean {
  // What does not even begin as a zip is turned away at its first bytes.
  return reasons.includes(reason) || reason === "DOWNLOAD_NOT_ZIP";
}

async function reasonOf(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt;
    return "it was accepted";
  } catch (error) {
    if (isRoboportError(error, "ZIP_INVALID")) return String(error.data?.["reason"]);
    if (isRoboportError(error)) return error.code;
    throw error;
  }
}

function sending(bytes: Uint8Array): FetchRelease<DownloadRequest> {
  const plain = { totalLength: undefined, lastModified: undefined, etag: undefined, discard: () => {} };
  return async () => ({ status: 200, length: bytes.byteLength, ...plain, body: piecesOf(bytes) });
}

async function* piecesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  const length = 65_536;
  for (let at = 0; at < bytes.byteLength; at += length) yield bytes.subarray(at, at + length);
}
