import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { memoryWorld, startTestPortal, type TestPortal } from "../../src/testing/index.ts";
import { createTestServer, type Ran } from "./harness.ts";

let portal: TestPortal;
beforeAll(async () => {
  portal = await startTestPortal(memoryWorld().mod("lib").release("1.0.0").release("1.1.0"));
});
afterAll(() => portal.close());

function outcome({ exitCode, stdout }: Ran): readonly [number, string] {
  return [exitCode, JSON.parse(stdout).error.code];
}

describe("what is refused says so with a code and a next step", () => {
  it.each([
    [["info", "no-such-mod"], 3, "NO_SUCH_MOD"],
    [["why", "lib"], 3, "NOT_INSTALLED"],
    [["update", "lib"], 3, "NOT_INSTALLED"],
    [["remove", "lib"], 3, "NOT_INSTALLED"],
    [["enable", "lib"], 3, "NOT_INSTALLED"],
    [["disable", "base"], 2, "USAGE"],
    [["rollback", "7"], 3, "NO_SUCH_GENERATION"],
    [["rollback"], 3, "NO_SUCH_GENERATION"],
    [["add", "../etc"], 2, "MOD_NAME"],
    [["add", "lib@^1"], 2, "REQUIREMENT_SYNTAX"],
    [["serve"], 2, "USAGE"],
    [["whoami"], 7, "NO_CREDENTIALS"],
    [["update", "--at", "yesterday"], 2, "USAGE"],
    [["install", "--jobs", "0"], 2, "USAGE"],
  ] as const)("%j ends with exit code %i and %s", async (argv, exitCode, code) => {
    await using server = await createTestServer({ portal: portal.url });
    await server.run(["init"]);
    expect(outcome(await server.run([...argv, "--json"]))).toEqual([exitCode, code]);
  });

  it.each([
    ["", "PLAN_SHAPE"],
    ["{}", "PLAN_SHAPE"],
    ['{"planVersion": 1, "actual": "x", "files": {}}', "PLAN_SHAPE"],
    ['{"planVersion": 2}', "PLAN_SHAPE"],
  ])("apply refuses the plan %j with %s", async (text, code) => {
    await using server = await createTestServer({ portal: portal.url });
    await server.run(["init"]);
    expect(outcome(await server.run(["apply", "-", "--json"], { stdin: text }))).toEqual([2, code]);
  });

  it("asks for the game version where nothing tells it", async () => {
    await using server = await createTestServer({ portal: portal.url, builtIns: [] });
    expect(outcome(await server.run(["init", "--json"]))).toEqual([2, "NO_GAME_VERSION"]);
    expect((await server.run(["init", "--factorio", "2.0"])).exitCode).toBe(0);
    expect((await server.run(["add", "lib"])).exitCode).toBe(0);
  });

  it("says that nothing is initialised before it is", async () => {
    await using server = await createTestServer({ portal: portal.url });
    expect(outcome(await server.run(["list", "--json"]))).toEqual([2, "NO_INSTALLATION"]);
  });

  it("verify ends with the exit code of VERIFY_FAILED when a file is not what it was", async () => {
    await using server = await createTestServer({ portal: portal.url });
    await server.run(["init"]);
    await server.run(["add", "lib"]);
    await writeFile(join(server.modsDir, "lib_1.1.0.zip"), "x");
    expect((await server.run(["verify"])).exitCode).toBe(3);
  });

  it("refuses a release whose bytes are not those that were locked, with RELEASE_MUTATED", async () => {
    await using server = await createTestServer({ portal: portal.url });
    await server.run(["init"]);
    await server.run(["add", "lib", "--no-apply"]);
    const path = join(server.root, "roboport.lock");
    const text = await readFile(path, "utf8");
    await writeFile(path, text.replace('"factorioVersion"', `"sha256":"${"ab".repeat(32)}","factorioVersion"`));
    expect(outcome(await server.run(["install", "--json"]))).toEqual([5, "RELEASE_MUTATED"]);
  });
});

describe("list", () => {
  it("[OPS-21] tells apart what was asked for, what is needed, and what was put there by hand", async () => {
    const world = memoryWorld()
      .mod("root")
      .release("1.0.0", { dependencies: ["leaf"] })
      .mod("leaf")
      .release("1.0.0");
    const other = await startTestPortal(world.mod("mine").release("1.0.0"));
    await using source = await createTestServer({ portal: other.url });
    await source.run(["init"]);
    await source.run(["add", "mine"]);
    const zip = await readFile(join(source.modsDir, "mine_1.0.0.zip"));
    await using server = await createTestServer({ portal: other.url });
    await server.run(["init"]);
    await server.run(["add", "root"]);
    await writeFile(join(server.modsDir, "mine_1.0.0.zip"), zip);
    const { mods } = JSON.parse((await server.run(["list", "--json"])).stdout);
    expect(mods.map((mod: { name: string; origin: string }) => [mod.name, mod.origin])).toEqual([
      ["leaf", "needed"],
      ["mine", "by-hand"],
      ["root", "asked"],
    ]);
    await other.close();
  });
});
