import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  blobsOf,
  formatGeneration,
  type Generation,
  generationFile,
  getGeneration,
  listGenerationNumbers,
  listGenerations,
  nextGenerationNumber,
  pruneGenerations,
} from "./generations.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "roboport-generations-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function generation(number: number): Generation {
  return {
    number,
    at: "2026-01-01T00:00:00Z",
    reason: "add flib",
    manifest: "// kept\n{}\n",
    lockfile: "{}",
    mods: [{ file: `m_${number}.0.0.zip`, sha256: String(number).padStart(64, "0"), size: number }],
  };
}

function write(number: number): void {
  const path = generationFile(root, number);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, formatGeneration(generation(number)));
}

describe("generations", () => {
  it("[GEN-1] reads back what was written, and lists by number", async () => {
    expect([await listGenerations(root), await nextGenerationNumber(root)]).toEqual([[], 1]);
    for (const number of [10, 2, 1]) write(number);
    writeFileSync(join(dirname(generationFile(root, 1)), "notes.txt"), "not ours");
    expect(await listGenerationNumbers(root)).toEqual([1, 2, 10]);
    expect(await listGenerations(root)).toEqual([1, 2, 10].map(generation));
    expect(await nextGenerationNumber(root)).toBe(11);
  });

  it("[GEN-2] refuses one that is not there, and one that was changed", async () => {
    await expect(getGeneration(root, 1)).rejects.toMatchObject({ code: "NO_SUCH_GENERATION" });
    write(1);
    writeFileSync(generationFile(root, 1), formatGeneration(generation(1)).replace("flib", "glib"));
    await expect(getGeneration(root, 1)).rejects.toMatchObject({ code: "STATE_SHAPE" });
  });

  it("[GEN-3] forgets all but the newest, never the last one", async () => {
    for (const number of [1, 2, 3]) write(number);
    expect(await pruneGenerations(root, 2)).toEqual([1]);
    expect(await pruneGenerations(root, 0)).toEqual([2]);
    expect([await listGenerationNumbers(root), await nextGenerationNumber(root)]).toEqual([[3], 4]);
  });

  it("[GEN-4] names the zips that the store has to keep", () => {
    expect([...blobsOf([generation(1), generation(2), generation(1)])]).toEqual(
      ["1", "2"].map((each) => each.padStart(64, "0")),
    );
  });
});
