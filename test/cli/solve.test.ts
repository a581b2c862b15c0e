import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { memoryWorld, startTestPortal } from "../../src/testing/index.ts";
import { createTestServer, runCli } from "./harness.ts";

const UNIVERSE = {
  mods: {
    root: {
      releases: [
        {
          version: "1.0.0",
          factorio_version: "2.0",
          dependencies: ["base", "leaf < 2.0"],
          released_at: "2025-01-01T00:00:00Z",
        },
        {
          version: "2.0.0",
          factorio_version: "2.0",
          dependencies: ["leaf", "quality"],
          released_at: "2025-06-01T00:00:00Z",
        },
      ],
    },
    leaf: {
      releases: [
        { version: "1.0.0", factorio_version: "2.0", dependencies: ["base"], released_at: "2025-01-01T00:00:00Z" },
        { version: "2.0.0", factorio_version: "2.0", dependencies: ["base"], released_at: "2025-06-01T00:00:00Z" },
      ],
    },
  },
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "roboport-solve-"));
  await writeFile(join(folder, "universe.json"), JSON.stringify(UNIVERSE));
  await writeFile(join(folder, "universe.json.gz"), gzipSync(JSON.stringify(UNIVERSE)));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function solved(...argv: readonly string[]) {
  const ran = await runCli(["solve", "--universe", "universe.json", "--factorio", "2.0.60", "--json", ...argv], {
    cwd: folder,
  });
  return { exitCode: ran.exitCode, ...JSON.parse(ran.stdout) };
}

describe("solve", () => {
  it("[OPS-23] answers with picks and load order, the same for a plain and a gzipped file", async () => {
    const answer = await solved("root");
    expect([answer.exitCode, answer.ok, answer.picks]).toEqual([0, true, { leaf: "2.0.0", root: "2.0.0" }]);
    expect(answer.loadOrder).toEqual(["base", "elevated-rails", "leaf", "quality", "root", "space-age"]);
    expect(typeof answer.stats.solveMs).toBe("number");
    const argv = ["solve", "--universe", "universe.json.gz", "--factorio", "2.0.60", "--json", "root"];
    expect(JSON.parse((await runCli(argv, { cwd: folder })).stdout).picks).toEqual(answer.picks);
  });

  it.each([
    [["root", "--prefer", "oldest"], { leaf: "1.0.0", root: "1.0.0" }],
    [["root", "--at", "2025-03-01"], { leaf: "1.0.0", root: "1.0.0" }],
    [["root", "--builtins", "base"], { leaf: "1.0.0", root: "1.0.0" }],
    [["root@1.0.0", "leaf"], { leaf: "1.0.0", root: "1.0.0" }],
  ])("%j picks %j", async (argv, picks) => {
    expect((await solved(...argv)).picks).toEqual(picks);
  });

  it("says no with an explanation and exit code 3", async () => {
    const answer = await solved("root@1.0.0", "leaf@2.0.0");
    expect([answer.exitCode, answer.ok]).toEqual([3, false]);
    expect(answer.explanation.length).toBeGreaterThan(0);
  });

  it("takes what a mod-list.json has enabled, with its switches and pins", async () => {
    const mods = [
      { name: "base", enabled: true },
      { name: "quality", enabled: false },
      { name: "space-age", enabled: false },
      { name: "root", enabled: true },
    ];
    await writeFile(join(folder, "mod-list.json"), JSON.stringify({ mods }));
    expect((await solved("--mod-list", "mod-list.json")).picks).toEqual({ leaf: "1.0.0", root: "1.0.0" });
  });

  it("replays what --save-universe wrote", async () => {
    const portal = await startTestPortal(memoryWorld().mod("lib").release("1.0.0").release("1.1.0"));
    await using server = await createTestServer({ portal: portal.url });
    await server.run(["init"]);
    await server.run(["add", "lib", "--dry-run", "--save-universe", "saved.json"]);
    expect(await readFile(join(server.root, "saved.json"), "utf8")).toContain('"game": "2.0.60"');
    const ran = await server.run(["solve", "--universe", "saved.json", "lib", "--json"]);
    expect(JSON.parse(ran.stdout).picks).toEqual({ lib: "1.1.0" });
    await portal.close();
  });

  it.each([
    [["solve", "root"], "USAGE"],
    [["solve", "--universe", "nowhere.json", "root"], "UNIVERSE_SHAPE"],
    [["solve", "--universe", "universe.json", "root"], "NO_GAME_VERSION"],
    [
      ["solve", "--universe", "universe.json", "root", "--factorio", "2.0", "--builtins", "quality@x"],
      "VERSION_SYNTAX",
    ],
  ])("%j ends with exit code 2 and %s", async (argv, code) => {
    const ran = await runCli([...argv, "--json"], { cwd: folder });
    expect([ran.exitCode, JSON.parse(ran.stdout).error.code]).toEqual([2, code]);
  });
});
