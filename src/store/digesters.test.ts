import { createHash } from "node:crypto";
import { constants, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { openDigesters } from "./digesters.ts";
import { closing, CREATE_NEW, type FileSystem, nodeFileSystem } from "./file-system.ts";

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const digesters of opened.splice(0)) await digesters.close();
});
function open() {
  const digesters = openDigesters();
  opened.push(digesters);
  return digesters;
}

const LARGE = 100 * 1024 * 1024;
const hex = (name: string, bytes: Uint8Array) => createHash(name).update(bytes).digest("hex");
const digestsOf = (bytes: Uint8Array) => ({
  sha1: hex("sha1", bytes),
  sha256: hex("sha256", bytes),
  size: bytes.byteLength,
});

/** Random bytes in memory of the kind that is asked for. */
function randomBytes(length: number, shared: boolean): Uint8Array {
  const bytes = new Uint8Array(shared ? new SharedArrayBuffer(length + 7) : new ArrayBuffer(length + 7), 5, length);
  for (let at = 0; at < length; at++) bytes[at] = Math.imul(at + length, 2654435761) >>> 13;
  return bytes;
}

it.each([
  ["little, here", 1000, 1000],
  ["of unknown length, here", undefined, 1000],
  ["much, in a thread", LARGE, 2_000_000],
  ["nothing, in a thread", LARGE, 0],
])("[FETCH-13] digests are the same wherever they are made: %s", async (_, size, length) => {
  for (const shared of [false, true]) {
    const bytes = randomBytes(length, shared);
    const digester = open().open(size);
    for (let at = 0; at < length; at += 300_000) await digester.update(bytes.subarray(at, at + 300_000));
    expect(await digester.digests()).toEqual(digestsOf(bytes));
  }
});

it("[FETCH-13] streams in a thread do not mix, nor do memories that one stream comes in", async () => {
  const digesters = open();
  const streams = Array.from({ length: 6 }, (_, index) => {
    const parts = [true, true, false, true].map((shared, at) => randomBytes(70_000 + 1000 * index + at, shared));
    return { parts, digester: digesters.open(LARGE) };
  });
  for (let at = 0; at < 4; at++) {
    await Promise.all(streams.map(({ parts, digester }) => digester.update(parts[at] as Uint8Array)));
  }
  for (const { parts, digester } of streams) {
    expect(await digester.digests()).toEqual(digestsOf(Buffer.concat(parts)));
  }
});

const wrapped: FileSystem = {
  ...nodeFileSystem,
  open: async (...args) => ({ ...(await nodeFileSystem.open(...args)) }),
};

it.each([
  ["here", 1000, nodeFileSystem],
  ["in a thread", LARGE, nodeFileSystem],
  ["in a thread, while each write has to be seen here", LARGE, wrapped],
])("[FETCH-13] what is hashed is written down: %s", async (_, size, fs) => {
  const bytes = randomBytes(900_000, true);
  const dir = mkdtempSync(join(tmpdir(), "roboport-digesters-"));
  const path = join(dir, "bytes");
  const digests = await closing(await fs.open(path, CREATE_NEW, 0o644), async (file) => {
    const digester = open().open(size);
    for (let at = 0; at < bytes.length; at += 300_000) await digester.update(bytes.subarray(at, at + 300_000), file);
    return digester.digests();
  });
  expect(digests).toEqual(digestsOf(bytes));
  expect(readFileSync(path).equals(bytes)).toBe(true);
  rmSync(dir, { recursive: true });
});

it.runIf(existsSync("/dev/full")).each([
  ["here", 1000],
  ["in a thread", LARGE],
])("[FETCH-13] a write that fails is told as Node tells it: %s", async (_, size) => {
  const bytes = randomBytes(1000, false);
  await closing(await nodeFileSystem.open("/dev/full", constants.O_WRONLY), async (file) => {
    const failure = { code: "ENOSPC", errno: -28, syscall: "write" };
    await expect(open().open(size).update(bytes, file)).rejects.toMatchObject(failure);
  });
});
