import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli } from "../../test/cli/harness.ts";
import { makeTestSave } from "../testing/test-save.ts";
import { fastSave } from "./fast-save.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "roboport-fast-save-"));
  const mods = { base: "2.0.60", "\u001b[31mred\u202e": "1.0.0" };
  await writeFile(join(folder, "w.zip"), makeTestSave({ mods, settings: { on: true } }));
  await writeFile(join(folder, "bad.zip"), "bad");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("fastSave", () => {
  it.each([
    ["save", "info", "w.zip"],
    ["save", "info", "w.zip", "--json"],
    ["save", "info", "--no-color", "w.zip"],
  ])("[SAVE-19] says what the program says: %s %s %s %s", async (...argv) => {
    const { stdout } = await runCli(argv, { cwd: folder });
    expect(fastSave(argv, folder)).toBe(stdout);
  });

  it.each([
    ["save", "info"],
    ["save", "diff", "w.zip"],
    ["save", "info", "w.zip", "x.zip"],
    ["save", "info", "--help"],
    ["save", "info", "w.zip", "--lockfile"],
    ["save", "info", "bad.zip"],
    ["save", "info", "absent.zip"],
  ])("[SAVE-19] leaves the rest to it: %s %s %s %s", (...argv) => {
    expect(fastSave(argv, folder)).toBeUndefined();
  });
});
