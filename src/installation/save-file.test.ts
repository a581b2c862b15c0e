import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isRoboportError, type RoboportError } from "../errors.ts";
import { formatMapVersion } from "../game/map-version.ts";
import { withZipBytes, type ZipBytes } from "../store/zip-bytes.ts";
import { writeZip } from "../store/zip-write.ts";
import { makeTestSave, saveHeaderBytes, testSaveHeader } from "../testing/test-save.ts";
import { readSave, readSaveBytes } from "./save-file.ts";

const DATA = process.env["ROBOPORT_DATA"] ?? fileURLToPath(new URL("../../../shared/data", import.meta.url));
const SAVES = join(DATA, "saves");

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "roboport-save-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const read = (bytes: Uint8Array) => withZipBytes(bytes, readSaveBytes);
const level = (patch: number) => saveHeaderBytes(testSaveHeader({ version: [2, 0, patch, 0] }));
const patchOf = (bytes: Uint8Array) => read(bytes).header.mapVersion[2];

function faultOf(attempt: () => unknown): RoboportError {
  try {
    attempt();
  } catch (error) {
    if (isRoboportError(error)) return error;
    throw error;
  }
  throw new Error("Nothing was refused");
}

describe("readSave", () => {
  it("[SAVE-1] prefers level.dat0 to level.dat to level-init.dat, wherever they stand", () => {
    const created = { path: "w/level-init.dat", bytes: level(1), deflate: true };
    const whole = { path: "w/level.dat", bytes: level(2), deflate: true };
    const chunk = { path: "w/level.dat0", bytes: deflateSync(level(3)) };
    expect(patchOf(writeZip([created, whole, chunk]))).toBe(3);
    expect(patchOf(writeZip([whole, created]))).toBe(2);
    expect(patchOf(writeZip([created]))).toBe(1);
  });

  it("[SAVE-1] takes any folder's name, none, and chunks that were deflated again", () => {
    expect(patchOf(writeZip([{ path: "my save.zip/level.dat0", bytes: deflateSync(level(3)), deflate: true }]))).toBe(
      3,
    );
    expect(patchOf(writeZip([{ path: "level-init.dat", bytes: level(4) }]))).toBe(4);
  });

  it("[SAVE-1] is not taken in by files of such a name further down", () => {
    const script = { path: "w/locale/level.dat0", bytes: deflateSync(level(9)) };
    expect(patchOf(writeZip([script, { path: "w/level.dat", bytes: level(2) }]))).toBe(2);
  });

  it("[SAVE-1] reads a level file outside of its save", () => {
    expect(patchOf(level(5))).toBe(5);
    expect(patchOf(deflateSync(level(6)))).toBe(6);
  });

  it("[SAVE-2] reads less than 256 KB, whatever the size", () => {
    const noise = Buffer.allocUnsafe(8 * 1024 * 1024);
    for (let at = 0; at < noise.length; at += 4) noise.writeUInt32LE(Math.imul(at, 2_654_435_761) >>> 0, at);
    const first = deflateSync(Buffer.concat([level(3), noise.subarray(0, 1024 * 1024)]));
    const chunks = Array.from({ length: 600 }, (_, at) => ({
      path: `w/level.dat${at + 1}`,
      bytes: noise.subarray(at, at + 9),
    }));
    const zip = writeZip([{ path: "w/script.dat", bytes: noise }, { path: "w/level.dat0", bytes: first }, ...chunks]);
    let taken = 0;
    const counted = (bytes: ZipBytes): ZipBytes => ({
      size: bytes.size,
      at: (offset, length) => {
        taken += length;
        return bytes.at(offset, length);
      },
    });
    expect(withZipBytes(zip, (bytes) => readSaveBytes(counted(bytes))).header.mapVersion[2]).toBe(3);
    expect(taken).toBeLessThan(256 * 1024);
  });

  it("[SAVE-2] looks again where the head is longer than the first look", () => {
    const mods = Object.fromEntries(
      Array.from({ length: 20_000 }, (_, at) => [`mod-${(at * 7919) % 100_003}-${at}`, "1.2.3"]),
    );
    const save = makeTestSave({ mods });
    expect(read(save).header.mods).toHaveLength(20_000);
  });

  it("[SAVE-2] inflates no bomb", () => {
    const bomb = deflateSync(Buffer.concat([level(3).subarray(0, 8), Buffer.alloc(64 * 1024 * 1024)]));
    expect(() => read(writeZip([{ path: "w/level.dat0", bytes: bomb, deflate: true }]))).not.toThrow(RangeError);
  });

  it.each([
    ["nothing", new Uint8Array()],
    ["one byte", new Uint8Array([80])],
    ["a text", Buffer.from("Factorio saves are zips")],
    ["a zip without a map", writeZip([{ path: "w/info.json", bytes: Buffer.from("null") }])],
    ["a zip cut off", makeTestSave().subarray(0, -30)],
    ["a chunk that is none", writeZip([{ path: "w/level.dat0", bytes: Buffer.from("x\u0001garbage") }])],
    ["an empty map", writeZip([{ path: "w/level.dat", bytes: new Uint8Array() }])],
  ])("[SAVE-12] refuses %s, by name", async (what, bytes) => {
    const path = join(folder, `${what}.zip`);
    await writeFile(path, bytes);
    const error = faultOf(() => readSave(path));
    expect(error).toMatchObject({ code: "SAVE_SHAPE", data: { path } });
    expect(error.message).toContain(path);
    expect(error.hint).toBeDefined();
  });

  it("[SAVE-12] refuses what cannot be opened, and follows links", async () => {
    expect(faultOf(() => readSave(join(folder, "absent.zip")))).toMatchObject({ code: "USAGE" });
    expect(faultOf(() => readSave(folder))).toMatchObject({ code: "SAVE_SHAPE" });
    await writeFile(join(folder, "real.zip"), makeTestSave());
    await symlink("real.zip", join(folder, "latest.zip"));
    expect(readSave(join(folder, "latest.zip")).entry).toBe("level.dat0");
  });

  it("[SAVE-12] answers any damage with a save or a refusal", () => {
    const save = makeTestSave({ settings: { a: true }, mods: { base: "2.0.60", other: "1.0.0" } });
    const edits = fc.array(fc.tuple(fc.nat(save.byteLength - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(edits, fc.nat(save.byteLength), (changes, length) => {
        const bytes = Uint8Array.from(save).subarray(0, length < 40 ? undefined : length);
        for (const [at, value] of changes) bytes[at % bytes.byteLength] = value;
        try {
          read(bytes);
        } catch (error) {
          expect(isRoboportError(error, "SAVE_SHAPE") || isRoboportError(error, "ZIP_INVALID")).toBe(true);
        }
      }),
    );
  });
});

describe.skipIf(!existsSync(SAVES))("readSave on real saves", () => {
  const names = existsSync(SAVES) ? readdirSync(SAVES).filter((name) => name.endsWith(".zip")) : [];

  it.each(names.filter((name) => !name.startsWith("broken")))("[SAVE-1] %s", (name) => {
    const expected = JSON.parse(readFileSync(join(SAVES, "expected", name.replace(/zip$/, "json")), "utf8"));
    const { entry, header } = readSave(join(SAVES, name));
    const map = expected["level.dat0"] ?? expected["level.dat"] ?? expected["level-init.dat"];
    expect(expected[entry]).toBe(map);
    expect(formatMapVersion(header.mapVersion)).toBe(map.mapVersion);
    expect(header.mods.map((mod) => `${mod.name} ${mod.version.text}`)).toEqual(
      map.mods.map((mod: { name: string; version: string }) => `${mod.name} ${mod.version}`),
    );
  });

  it.each(names.filter((name) => name.startsWith("broken")))("[SAVE-12] %s", (name) => {
    expect(faultOf(() => readSave(join(SAVES, name))).code).toBe("SAVE_SHAPE");
  });
});
