import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ZipFile } from "yazl";
import { buffer } from "node:stream/consumers";
import { checkModsFolder, type Game } from "./checker.ts";
import { findOutdated } from "./newest-checker.ts";

const game: Game = {
  version: "1.0.0",
  builtIns: new Map([
    ["base", "1.0.0"],
    ["quality", "1.0.0"],
  ]),
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "roboport-checker-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function put(file: string, info: object, root = file.replace(/\.zip$/, "")): Promise<void> {
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from(JSON.stringify(info)), `${root}/info.json`);
  zip.end();
  await writeFile(join(folder, file), await buffer(zip.outputStream));
}

async function violations(list: Readonly<Record<string, boolean>>, ...wanted: string[]): Promise<readonly string[]> {
  const mods = Object.entries(list).map(([name, enabled]) => ({ name, enabled }));
  await writeFile(join(folder, "mod-list.json"), JSON.stringify({ mods }));
  return (await checkModsFolder(folder, { game, wanted })).violations;
}

const mod = (name: string, version: string, ...dependencies: string[]) => ({
  name,
  version,
  factorio_version: "0.18",
  dependencies,
});

describe("checkModsFolder", () => {
  it("finds nothing in a set that fits together", async () => {
    await put("a b_1.01.0.zip", mod("a b", "1.01.0", "base >= 1.0", "~lib_x>=0.9", "? absent > 3", "! quality"));
    await put("lib_x_0.10.zip", { ...mod("lib_x", "0.10"), factorio_version: "1.0" }, "any name");
    expect(await violations({ base: true, quality: false, "a b": true, lib_x: true }, "a b")).toEqual([]);
  });

  it.each([
    ["a needed mod that is away", ["lib"], 'a 1.0.0 says "lib", but it is not there'],
    ["a game that is too old", ["base >= 1.0.1"], 'a 1.0.0 says "base >= 1.0.1", but 1.0.0 is there'],
    ["an optional mod of another version", ["(?) quality < 1"], 'a 1.0.0 says "(?) quality < 1", but 1.0.0 is there'],
    ["a mod that must be away", ["!quality = 7"], 'a 1.0.0 says "!quality = 7", but 1.0.0 is there'],
  ])("finds %s", async (_what, dependencies, fault) => {
    await put("a_1.0.0.zip", mod("a", "1.0.0", ...dependencies));
    expect(await violations({ a: true }, "a")).toEqual([fault]);
  });

  it("finds what is wrong with files and switches", async () => {
    await put("a_1.0.0.zip", mod("a", "1.0.0"));
    await put("a_1.1.0.zip", { ...mod("a", "1.1.0"), factorio_version: "1.1" });
    await put("b_1.0.0.zip", mod("b", "1.0"));
    await writeFile(join(folder, "c_1.0.0.zip"), "no zip");
    await writeFile(join(folder, "c_1.0.0.zip.part"), "");
    expect(await violations({ a: false }, "a", "d")).toEqual([
      "b_1.0.0.zip holds b 1.0",
      "c_1.0.0.zip has no info.json that says what it is",
      "mod-list.json does not switch a on",
      "mod-list.json does not switch a on",
      "mod-list.json does not switch b on",
      "c_1.0.0.zip.part does not belong there",
      "a 1.1.0 is not the only a",
      "a 1.1.0 is for Factorio 1.1",
      "d is wanted and not there",
      "b is there and nothing wants it",
    ]);
  });
});

describe("findOutdated", () => {
  const newer = (version: string, ...dependencies: string[]) => ({ version, factorio_version: "0.18", dependencies });
  const chosen = [mod("a", "1.0.0", "base"), mod("b", "1.0.0", "a < 1.2")].map(({ factorio_version, ...rest }) => ({
    ...rest,
    factorioVersion: factorio_version,
  }));

  it.each([
    ["a release that fits", newer("1.1.0", "base"), ["a 1.1.0 could take the place of 1.0.0"]],
    ["a release that another mod does not go with", newer("1.2.0", "base"), []],
    ["a release that needs what is not there", newer("1.1.0", "lib"), []],
    ["a release for another game", { ...newer("1.1.0"), factorio_version: "1.1" }, []],
    ["an older release", newer("0.9.0"), []],
  ])("judges %s", (_what, release, found) => {
    expect(findOutdated(chosen, { a: { releases: [release] } }, game)).toEqual(found);
  });
});
