import { mkdir, mkdtemp, readdir, rename, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { formatStamp, lookOf, STAMP_FILE } from "../plan/stamp.ts";
import { fastInstall } from "./fast-install.ts";

const ANSWER = "Up to date: 2 mods for Factorio 2.0.60\n";
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "roboport-fast-"));
  await mkdir(join(root, "mods"));
  await mkdir(join(root, ".roboport"));
  for (const file of ["roboport.json", "roboport.lock", "mods/mod-list.json", "mods/a_1.0.0.zip", "mods/b_1.0.0.zip"]) {
    await writeFile(join(root, file), file);
  }
  await writeStamp("mods");
});

afterEach(() => rm(root, { recursive: true }));

describe("fastInstall", () => {
  it("[CLI-30] answers from the folder, from below it, and from elsewhere when told where", async () => {
    await mkdir(join(root, "saves/old"), { recursive: true });
    expect(fastInstall(["install"], root)).toBe(ANSWER);
    expect(fastInstall(["install"], join(root, "saves/old"))).toBe(ANSWER);
    expect(fastInstall(["install", "--server-dir", root, "--no-color"], tmpdir())).toBe(ANSWER);
    expect(fastInstall(["install", "--mods-dir", join(root, "mods")], tmpdir())).toBe(ANSWER);
    expect(fastInstall(["install", "--mods-dir", "../mods"], join(root, "saves"))).toBe(ANSWER);
    for (const option of ["--yes", "-y", "--locked", "--offline"]) {
      expect(fastInstall(["install", option], root)).toBe(ANSWER);
    }
    expect(fastInstall(["install", "--portal", "https://mods.example:8443/", "-y"], root)).toBe(ANSWER);
    expect(fastInstall(["install", "--quiet"], root)).toBe("");
    expect(JSON.parse(fastInstall(["install", "-q", "--json"], root) ?? "")).toEqual({
      ok: true,
      applied: true,
      empty: true,
      factorio: "2.0.60",
      mods: 2,
      actions: [],
      switches: [],
    });
  });

  it.each([
    [[]],
    [["update"]],
    [["--json", "install"]],
    [["install", "--portal", "http://user@x"]],
    [["install", "--portal", "x"]],
    [["install", "--factorio", "2.0.61"]],
    [["install", "--help"]],
    [["install", "--verbose"]],
    [["install", "flib"]],
    [["install", "--server-dir"]],
    [["install", "--server-dir", "--json"]],
    [["install", "--json", "--"]],
  ])("[CLI-31] leaves %j to the whole program", (argv) => {
    expect(fastInstall(argv, root)).toBeUndefined();
  });

  it.each<[string, () => Promise<unknown>]>([
    ["nobody left a stamp", () => rm(join(root, STAMP_FILE))],
    ["the stamp is damaged", () => writeFile(join(root, STAMP_FILE), '{"version":1,')],
    ["a transaction was interrupted", () => writeFile(join(root, ".roboport/journal.json"), "{}")],
    ["a transaction was being taken back", () => writeFile(join(root, ".roboport/undo.json"), "{}")],
    ["the manifest changed", () => writeFile(join(root, "roboport.json"), "{}")],
    ["the lockfile is gone", () => rm(join(root, "roboport.lock"))],
    ["mod-list.json was rewritten", () => writeFile(join(root, "mods/mod-list.json"), "mods/mod-list.jso!")],
    ["a zip was touched", () => utimes(join(root, "mods/a_1.0.0.zip"), 1, 1)],
    ["a zip was deleted", () => rm(join(root, "mods/a_1.0.0.zip"))],
    ["a zip was added", () => writeFile(join(root, "mods/c_1.0.0.zip"), "")],
    ["a zip was renamed", () => rename(join(root, "mods/a_1.0.0.zip"), join(root, "mods/a_1.0.1.zip"))],
    ["the mods folder is gone", () => rm(join(root, "mods"), { recursive: true })],
    [
      "a zip became a link that leads in a circle",
      async () => {
        await rm(join(root, "mods/a_1.0.0.zip"));
        await symlink("a_1.0.0.zip", join(root, "mods/a_1.0.0.zip"));
      },
    ],
    ["the stamp is of another mods folder", () => writeStamp("mods2")],
  ])("[CLI-31] looks properly when %s", async (_what, change) => {
    await change();
    expect(fastInstall(["install"], root)).toBeUndefined();
  });

  it("[CLI-31] tells two mods folders of one server apart", async () => {
    await writeStamp("mods2");
    expect(fastInstall(["install"], root)).toBeUndefined();
    expect(fastInstall(["install", "--mods-dir", "mods2"], root)).toBe(ANSWER);
    expect(fastInstall(["install", "--mods-dir", "mods"], root)).toBeUndefined();
  });

  it("[CLI-31] looks properly where there is no manifest", () => {
    expect(fastInstall(["install"], tmpdir())).toBeUndefined();
    expect(fastInstall(["install", "--server-dir", "nowhere"], root)).toBeUndefined();
  });
});

/** What operations do when the mods folder is as the lockfile says. */
async function writeStamp(modsDir: string): Promise<void> {
  const folder = join(root, modsDir);
  await mkdir(folder, { recursive: true });
  const looks = async (from: string, names: readonly string[]) =>
    Object.fromEntries(
      await Promise.all(names.map(async (name) => [name, lookOf(await stat(join(from, name)))] as const)),
    );
  const stamp = formatStamp({
    modsDir,
    files: await looks(root, ["roboport.json", "roboport.lock"]),
    mods: await looks(folder, await readdir(folder)),
    summary: { mods: 2, factorio: "2.0.60" },
  });
  await writeFile(join(root, STAMP_FILE), stamp);
}
