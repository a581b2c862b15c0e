import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createTestServer } from "../../test/cli/harness.ts";
import { closing, nodeFileSystem, type OpenFile } from "./file-system.ts";
import { findBytes, openPlainFile, readPieces } from "./plain-file.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "roboport-plain-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

it("[DISK-8] refuses a file that is too large before it reads it", async () => {
  const path = join(dir, "huge");
  writeFileSync(path, "x");
  expect((await findBytes(nodeFileSystem, path))?.toString()).toBe("x");
  truncateSync(path, 2 ** 40);
  await expect(findBytes(nodeFileSystem, path)).rejects.toMatchObject({ code: "DISK_ERROR" });
});

const PIECE = 512 * 1024;

it.each([0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 5 * PIECE + 7])(
  "[DISK-9] reads all of %i bytes, each piece as it was until it is done with",
  async (size) => {
    const path = join(dir, "bytes");
    const bytes = Buffer.from(Array.from({ length: size }, (_, at) => (at * 7919) >>> 5));
    writeFileSync(path, bytes);
    const pieces: Buffer[] = [];
    await closing(await openPlainFile(nodeFileSystem, path), (file) =>
      readPieces(file, async (piece) => {
        await setImmediate();
        pieces.push(Buffer.from(piece));
      }),
    );
    expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
  },
);

it("[DISK-9] what fails while a piece is used is thrown when nothing reads any more", async () => {
  const path = join(dir, "bytes");
  writeFileSync(path, Buffer.alloc(3 * PIECE));
  let reading = 0;
  const open = await openPlainFile(nodeFileSystem, path);
  const watched: OpenFile = {
    ...open,
    read: async (buffer, position) => {
      reading++;
      await setImmediate();
      return open.read(buffer, position).finally(() => reading--);
    },
  };
  const failure = readPieces(watched, () => {
    throw new Error("no use");
  });
  await expect(failure).rejects.toThrow("no use");
  expect(reading).toBe(0);
  await open.close();
});

it.skipIf(process.platform === "win32")("[DISK-6] [DISK-8] waits for no pipe in place of a file of ours", async () => {
  for (const name of ["roboport.json", "roboport.lock", "mods/mod-list.json"]) {
    await using server = await createTestServer();
    await server.run(["init"]);
    const path = join(server.root, name);
    rmSync(path, { force: true });
    execFileSync("mkfifo", [path]);
    expect((await server.run(["install"])).exitCode, name).toBe(6);
    rmSync(path);
    writeFileSync(path, "x");
    truncateSync(path, 2 ** 40);
    expect((await server.run(["install"])).exitCode, name).toBe(6);
  }
});
