import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestPortal, type TestPortal } from "../../src/testing/index.ts";
import { createTestServer, type TestServer } from "../cli/harness.ts";
import { change, oddWorld, outcomeOf, ownZip, serverAfter, textOf } from "./scene.ts";

let portal: TestPortal;
beforeAll(async () => {
  portal = await startTestPortal(oddWorld());
});
afterAll(() => portal.close());

const started = (...commands: readonly string[][]) => serverAfter({ portal: portal.url }, ...commands);

async function zips({ modsDir }: TestServer): Promise<readonly string[]> {
  return (await readdir(modsDir)).filter((name) => name.endsWith(".zip")).sort();
}

describe("odd names", () => {
  it("takes names with spaces, names that differ by case alone, and the longest one", async () => {
    const longest = "x".repeat(100);
    await using server = await started(["add", "Squeak Through", "Lib", longest, "constructor"]);
    const all = ["Lib_3.0.0.zip", "Squeak Through_1.8.0.zip", "constructor_1.0.0.zip", "lib_1.1.0.zip"];
    expect(await zips(server)).toEqual([...all, `${longest}_1.0.0.zip`].sort());
    expect(await server.run(["verify"])).toMatchObject({ exitCode: 0 });
    expect(await server.run(["remove", "Squeak Through", "Lib"])).toMatchObject({ exitCode: 0 });
    expect(await zips(server)).toEqual(["constructor_1.0.0.zip", `${longest}_1.0.0.zip`]);
  });

  it.each([["x".repeat(101)], ["../evil"], [""], [" lib"], ["nul"]])("refuses %j as a name", async (name) => {
    await using server = await started();
    expect(outcomeOf(await server.run(["add", name, "--json"]))).toEqual([2, "MOD_NAME"]);
  });

  it("does not take one case for another", async () => {
    await using server = await started(["add", "lib"]);
    expect(outcomeOf(await server.run(["add", "LIB", "--json"]))).toEqual([3, "NO_SOLUTION"]);
    expect(outcomeOf(await server.run(["remove", "Lib", "--json"]))).toEqual([3, "NOT_INSTALLED"]);
  });
});

describe("several names at once", () => {
  it("removes a mod together with the one that needs it, and nothing when one is unknown", async () => {
    await using server = await started(["add", "factory"]);
    const before = await textOf(server, "roboport.json");
    expect(outcomeOf(await server.run(["remove", "factory", "nothing", "--json"]))).toEqual([3, "NOT_INSTALLED"]);
    expect(await textOf(server, "roboport.json")).toBe(before);
    expect(await server.run(["remove", "lib", "factory"])).toMatchObject({ exitCode: 0 });
    expect(await zips(server)).toEqual([]);
  });

  it("adds what is there already again without a change, and with another requirement moves it", async () => {
    await using server = await started(["add", "lib"]);
    expect((await server.run(["add", "lib"])).stdout).toContain("Up to date");
    await server.run(["add", "lib@1.0.0"]);
    expect(await zips(server)).toEqual(["lib_1.0.0.zip"]);
  });
});

describe("built-ins", () => {
  it("are switched off only with what needs them, built-ins and mods alike", async () => {
    await using server = await started(["add", "spacer"]);
    expect(outcomeOf(await server.run(["disable", "space-age", "--json"]))).toEqual([3, "STILL_REQUIRED"]);
    expect(outcomeOf(await server.run(["disable", "quality", "--json"]))).toEqual([3, "NO_SOLUTION"]);
    expect(await server.run(["disable", "quality", "space-age", "spacer"])).toMatchObject({ exitCode: 0 });
    expect(outcomeOf(await server.run(["enable", "spacer", "--json"]))).toEqual([3, "NO_SOLUTION"]);
    expect(await server.run(["enable", "quality", "space-age", "spacer"])).toMatchObject({ exitCode: 0 });
    expect(await server.run(["disable", "base"])).not.toMatchObject({ exitCode: 0 });
  });

  it("follow mod-list.json where roboport.json is silent", async () => {
    await using server = await started(["add", "spacer"]);
    await writeFile(join(server.modsDir, "mod-list.json"), '{"mods": [{"name": "space-age", "enabled": false}]}');
    expect(outcomeOf(await server.run(["install", "--json"]))).toEqual([3, "NO_SOLUTION"]);
  });
});

describe("files that cannot be read", () => {
  it.each([[""], ["{"], ["\0\0\0"], ['{"mods": [], }'], ["[]"], ['{"mods": [{}]}']])(
    "never overwrites the mod-list.json %j",
    async (text) => {
      await using server = await started(["add", "lib"]);
      await writeFile(join(server.modsDir, "mod-list.json"), text);
      for (const argv of [["install"], ["add", "sugar"], ["rollback"], ["verify", "--repair"]]) {
        expect(outcomeOf(await server.run([...argv, "--json"]))).toEqual([2, "MOD_LIST_SHAPE"]);
      }
      expect(await textOf(server, "mods/mod-list.json")).toBe(text);
    },
  );

  it.each([
    ["nothing", () => ""],
    ["half of it", (text: string) => text.slice(0, 100)],
    ["a newer format", (text: string) => text.replace('"lockfileVersion": 1', '"lockfileVersion": 2')],
    ["a name that leads out of the folder", (text: string) => text.replaceAll('"lib', '"../lib')],
  ])("refuses a lockfile of %s and leaves it alone", async (_, edit) => {
    await using server = await started(["add", "lib"]);
    await change(server, "roboport.lock", edit);
    const text = await textOf(server, "roboport.lock");
    for (const argv of [["install"], ["update"], ["list"]]) {
      expect(outcomeOf(await server.run([...argv, "--json"]))).toEqual([2, "LOCKFILE_SHAPE"]);
    }
    expect(await textOf(server, "roboport.lock")).toBe(text);
  });

  it.each([[""], ["[]"], ['{"mods": ["lib"]}'], ['{"mods": {"../lib": "*"}}'], ['{"mods": {"lib": 1}}']])(
    "refuses the roboport.json %j and leaves it alone",
    async (text) => {
      await using server = await started(["add", "lib"]);
      await writeFile(join(server.root, "roboport.json"), text);
      for (const argv of [["install"], ["add", "sugar"], ["list"]]) {
        expect(outcomeOf(await server.run([...argv, "--json"]))).toEqual([2, "MANIFEST_SHAPE"]);
      }
      expect([await textOf(server, "roboport.json"), await zips(server)]).toEqual([text, ["lib_2.0.0.zip"]]);
    },
  );
});

describe("another game", () => {
  it("moves the set to the line that --factorio names, and back", async () => {
    await using server = await started(["add", "two"]);
    await server.run(["install", "--factorio", "2.1"]);
    expect(await zips(server)).toEqual(["two_2.0.0.zip"]);
    await server.run(["install"]);
    expect(await zips(server)).toEqual(["two_1.0.0.zip"]);
  });

  it("says no and changes nothing where a mod has no release for the line that was installed", async () => {
    await using server = await started(["add", "two", "lib"]);
    for (const name of ["base", "elevated-rails", "quality", "space-age", "recycler"]) {
      await mkdir(join(server.root, "data", name), { recursive: true });
      const info = { name, version: "2.1.5", title: name, author: "", dependencies: name === "base" ? [] : ["base"] };
      await writeFile(join(server.root, "data", name, "info.json"), JSON.stringify(info));
    }
    expect(outcomeOf(await server.run(["install", "--json"]))).toEqual([3, "NO_SOLUTION"]);
    expect(await zips(server)).toEqual(["lib_2.0.0.zip", "two_1.0.0.zip"]);
    await server.run(["remove", "lib"]);
    expect(await zips(server)).toEqual(["two_2.0.0.zip"]);
  });
});

describe("two zips of one mod", () => {
  it("works around a newer zip that was put there by hand: it is what the game loads", async () => {
    await using server = await started(["add", "factory"]);
    const mine = ownZip("sugar", "9.0.0");
    await writeFile(join(server.modsDir, "sugar_9.0.0.zip"), mine);
    expect(await server.run(["install"])).toMatchObject({ exitCode: 0 });
    const { mods } = JSON.parse((await server.run(["list", "--json"])).stdout);
    expect(mods.filter((mod: { name: string }) => mod.name === "sugar")).toMatchObject([
      { version: "9.0.0", origin: "by-hand" },
    ]);
    expect(await readFile(join(server.modsDir, "sugar_9.0.0.zip"))).toEqual(Buffer.from(mine));
  });
});

it("works with a mods folder elsewhere", async () => {
  await using server = await createTestServer({ portal: portal.url });
  const elsewhere = join(server.root, "..", "elsewhere/mods");
  await mkdir(elsewhere, { recursive: true });
  const at = ["--mods-dir", "../elsewhere/mods"];
  expect(outcomeOf(await server.run(["init", ...at, "--json"]))).toEqual([2, "NO_GAME_VERSION"]);
  expect(await server.run(["init", ...at, "--factorio", "2.0.60"])).toMatchObject({ exitCode: 0 });
  expect(await server.run(["add", "lib", ...at])).toMatchObject({ exitCode: 0 });
  expect((await readdir(elsewhere)).sort()).toEqual(["lib_2.0.0.zip", "mod-list.json"]);
  expect((await server.run(["install", ...at])).stdout).toContain("Up to date");
});

it("has a hint for every error of a careful admin", async () => {
  await using server = await started(["add", "factory"]);
  const commandLines = [
    ["add", "lib@"],
    ["add", "lib@1.0.0.0"],
    ["remove", "nothing"],
    ["remove", "lib"],
    ["enable", "nothing"],
    ["disable", "lib"],
    ["update", "nothing"],
    ["update", "--to", "lib"],
    ["rollback", "0"],
    ["rollback", "99"],
    ["why", "nothing"],
    ["apply", "nowhere.json"],
    ["apply", "roboport.json"],
    ["install", "--factorio", "two"],
    ["install", "--mods-dir", "/nowhere/mods"],
    ["init"],
    ["bogus"],
  ];
  for (const argv of commandLines) {
    const { error } = JSON.parse((await server.run([...argv, "--json"])).stdout);
    expect(error.hint, argv.join(" ")).toMatch(/^[A-Z].*\.$/s);
  }
});
