import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nodeFileSystem } from "../store/file-system.ts";
import { makeTar, makeTestGame, storedXz, type TarFile } from "../testing/index.ts";
import { unpackGame } from "./game-archive.ts";
import { readTar } from "./game-tar.ts";

let scratch: string;
let count = 0;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "roboport-game-"));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

async function unpack(bytes: Uint8Array, limits = { bytes: 1e6, entries: 100 }): Promise<string> {
  const folder = join(scratch, `out-${++count}`);
  await writeFile(`${folder}.tar.xz`, bytes);
  await unpackGame(`${folder}.tar.xz`, folder, { fs: nodeFileSystem, signal: new AbortController().signal, limits });
  return folder;
}

const unpackTar = (files: readonly TarFile[]) => unpack(storedXz(makeTar(files)));

describe("archives of the game", () => {
  it("[GAMEFILE-2] are unpacked without their outermost folder, programs as programs", async () => {
    const folder = await unpack(
      makeTestGame({ version: "2.0.60", files: { "data/base/large.lua": "x".repeat(200_000) } }),
    );
    expect((await readdir(folder)).sort()).toEqual(["bin", "config-path.cfg", "data"]);
    expect((await stat(join(folder, "bin/x64/factorio"))).mode & 0o111).toBe(0o111);
    expect((await stat(join(folder, "data/base/info.json"))).mode & 0o111).toBe(0);
    expect(await readFile(join(folder, "data/base/large.lua"), "utf8")).toHaveLength(200_000);
  });

  it.each([
    ["a path that climbs", { path: "factorio/../../evil" }],
    ["an absolute path", { path: "/etc/evil" }],
    ["a path of another system", { path: "factorio/..\\evil" }],
    ["a symbolic link", { path: "factorio/link", type: "2" }],
    ["a hard link", { path: "factorio/link", type: "1" }],
    ["a device", { path: "factorio/null", type: "3" }],
  ])("[GAMEFILE-3] are refused with %s", async (_name, file) => {
    await expect(unpackTar([file])).rejects.toMatchObject({ code: "GAME_ARCHIVE" });
    expect(await readdir(scratch)).not.toContain("evil");
  });

  it("[GAMEFILE-3] are refused with a file twice", async () => {
    await expect(unpackTar([{ path: "factorio/a" }, { path: "factorio/a" }])).rejects.toMatchObject({
      code: "DISK_ERROR",
    });
  });

  it.each(["entries", "bytes"] as const)("[GAMEFILE-4] are refused with too many %s", async (what) => {
    const limits = { bytes: 1e6, entries: 100, [what]: 1 };
    await expect(unpack(makeTestGame({ version: "2.0.60" }), limits)).rejects.toMatchObject({ code: "GAME_ARCHIVE" });
  });

  it("[GAMEFILE-4] are refused when they are cut off or damaged", async () => {
    const whole = makeTestGame({ version: "2.0.60" });
    const damaged = Buffer.from(whole);
    damaged[600] = (damaged[600] ?? 0) ^ 1;
    for (const bytes of [whole.subarray(0, 900), damaged, Buffer.from("<html>")]) {
      await expect(unpack(bytes)).rejects.toMatchObject({ code: "GAME_ARCHIVE" });
    }
  });

  it("[GAMEFILE-4] long names of both kinds are read", async () => {
    const long = `factorio/${"d/".repeat(80)}x`;
    const record = ` path=${long}\n`;
    const length = record.length + 3;
    const pax = await list([
      { path: "p", type: "x", content: `${length}${record}` },
      { path: "short", content: "1" },
    ]);
    const gnu = await list([
      { path: "g", type: "L", content: `${long}\0` },
      { path: "short", content: "1" },
    ]);
    expect([pax, gnu]).toEqual([[long], [long]]);
  });

  it("[GAMEFILE-3] whatever the bytes, no path leads out", async () => {
    const valid = makeTar([{ path: "factorio/data/a", content: "x".repeat(700) }, { path: "factorio/b" }]);
    const mutation = fc.array(fc.tuple(fc.nat({ max: valid.length - 1 }), fc.nat({ max: 255 })), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(mutation, fc.integer({ min: 1, max: 3000 }), async (changes, pieceSize) => {
        const bytes = Buffer.from(valid);
        for (const [at, value] of changes) bytes[at] = value;
        try {
          for await (const { path } of readTar(inPieces(bytes, pieceSize))) {
            expect(path.some((part) => part === ".." || part === "" || part.includes("/"))).toBe(false);
          }
        } catch (error) {
          expect(error).toMatchObject({ code: "GAME_ARCHIVE" });
        }
      }),
    );
  });
});

async function list(files: readonly TarFile[]): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { path } of readTar(inPieces(makeTar(files), 300))) names.push(path.join("/"));
  return names;
}

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
