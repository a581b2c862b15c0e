import { createCipheriv, createHash } from "node:crypto";
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { modFileName } from "../src/game/mod-name.ts";
import { writeZip } from "../src/store/zip-write.ts";
import { normal, startRandom } from "./random.ts";

/** A mod with one release, whose zip lies in a folder. */
export interface BenchMod {
  readonly name: string;
  readonly version: string;
  readonly file: string;
  /** Bytes. */
  readonly size: number;
  readonly sha1: string;
}

/** Which zips to make. */
export interface ZipsRequest {
  readonly folder: string;
  /** Bytes of padding in each. */
  readonly sizes: readonly number[];
  /** Names begin with it. */
  readonly prefix: string;
  readonly version?: string;
}

const BLOCK = 64 * 1024 * 1024;

/** Write mod zips full of bytes that nothing compresses, the same every time. */
export function writeZips({ folder, sizes, prefix, version = "1.0.0" }: ZipsRequest): readonly BenchMod[] {
  mkdirSync(folder, { recursive: true });
  return sizes.map((size, index) => {
    const name = `${prefix}-${String(index).padStart(3, "0")}`;
    const file = modFileName(name, version);
    const bytes = writeZip([
      { path: `${name}/info.json`, bytes: infoJson(name, version) },
      ...noise(`${file} ${size}`, size).map((block, at) => ({ path: `${name}/noise-${at}.bin`, bytes: block })),
    ]);
    return { name, version, file, size: bytes.byteLength, sha1: writeHashed(join(folder, file), bytes) };
  });
}

/** Node writes and hashes less than 2 GiB at once. */
function writeHashed(path: string, bytes: Uint8Array): string {
  const sha1 = createHash("sha1");
  writeFileSync(path, "");
  for (let at = 0; at < bytes.byteLength; at += BLOCK) {
    const piece = bytes.subarray(at, at + BLOCK);
    appendFileSync(path, piece);
    sha1.update(piece);
  }
  return sha1.digest("hex");
}

function infoJson(name: string, version: string): Buffer {
  return Buffer.from(
    JSON.stringify({ name, version, title: name, author: "bench", factorio_version: "2.0", dependencies: ["base"] }),
  );
}

/** Random bytes out of a text, in blocks that fit into an entry. */
function noise(seed: string, size: number): readonly Buffer[] {
  const cipher = createCipheriv("aes-128-ctr", createHash("md5").update(seed).digest(), Buffer.alloc(16));
  const blocks: Buffer[] = [];
  for (let left = size; left > 0; left -= BLOCK) blocks.push(cipher.update(Buffer.alloc(Math.min(left, BLOCK))));
  return blocks;
}

/** Sizes as mods have them, from 2 kB to 131 MB, that make up `total` bytes. */
export function logNormalSizes(count: number, total: number): readonly number[] {
  const random = startRandom(1);
  const raw = Array.from({ length: count }, () => Math.exp(2.2 * normal(random)));
  let scale = 1;
  const clamp = (value: number) => Math.min(131e6, Math.max(2e3, Math.round(value * scale)));
  for (let round = 0; round < 50; round++) scale *= total / raw.reduce((sum, value) => sum + clamp(value), 0);
  return raw.map(clamp);
}

/** A mod as `POST /api/mods?full=true` tells it. */
export function describeMod({ name, version, file, sha1 }: BenchMod) {
  const release = {
    version,
    file_name: file,
    download_url: `/download/${name}/${version.replaceAll(".", "-")}`,
    released_at: "2025-01-01T00:00:00.000000Z",
    sha1,
    info_json: { factorio_version: "2.0", dependencies: ["base"] },
  };
  return { name, title: name, owner: "bench", created_at: release.released_at, releases: [release] };
}
