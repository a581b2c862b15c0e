import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fastSolve } from "../../src/cli/fast-solve.ts";
import { runCli } from "./harness.ts";

const releases = (...dependencies: readonly (readonly string[])[]) => ({
  releases: dependencies.map((each, at) => ({
    version: `1.${at}.0`,
    factorio_version: "2.0",
    dependencies: each,
    released_at: `2025-0${at + 1}-01T00:00:00Z`,
  })),
});
const UNIVERSE = {
  mods: {
    root: releases(["leaf < 1.1"], ["leaf", "quality", "+ gone", "what >"]),
    leaf: releases([], [], ["base >= 2.0.50"]),
    enemy: releases(["! leaf"]),
    odd: releases(["\u202e\u007f >= 1"]),
    secret: { ...releases([]), deprecated: true },
  },
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "roboport-fast-solve-"));
  await writeFile(join(folder, "universe.json"), JSON.stringify(UNIVERSE));
  const mods = [
    { name: "root", enabled: true },
    { name: "quality", enabled: false },
    { name: "space-age", enabled: false },
  ];
  await writeFile(join(folder, "mod-list.json"), JSON.stringify({ mods }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const UNIVERSE_OPTION = ["--universe", "universe.json"];
const GAME_OPTION = ["--factorio", "2.0.60"];

/** Both ways on one day, with a clock that stands still. */
async function bothWays(argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const monotonic = () => 0;
  const clock = () => new Date("2026-01-02T03:04:05Z");
  return {
    fast: await fastSolve(argv, { env, cwd: folder, clock, monotonic }),
    whole: await runCli(argv, { env, cwd: folder, monotonic }),
  };
}

describe("solve without the whole program", () => {
  const usual = fc.constantFrom(
    UNIVERSE_OPTION,
    UNIVERSE_OPTION,
    GAME_OPTION,
    GAME_OPTION,
    ["--json"],
    ["--json"],
    ["--prefer", "oldest"],
    ["--builtins", "base,quality@2.0.60"],
    ["--at", "2025-02-15"],
    ["--mod-list", "mod-list.json"],
    ["--min-age", "1w"],
    ["--quiet"],
    ["root"],
    ["leaf"],
    ["root@1.0.0"],
    ["leaf@>=1.1"],
    ["enemy"],
    ["odd"],
    ["gone"],
    ["secret"],
  );
  const unusual = fc.constantFrom(
    ["--universe=universe.json"],
    ["--universe", "nowhere.json"],
    ["--universe", "mod-list.json"],
    ["--universe", ""],
    ["--factorio", "new"],
    ["--factorio", "--json"],
    ["--prefer", "newer"],
    ["--at", "yesterday"],
    ["--builtins", "quality@x"],
    ["--mod-list", "nowhere.json"],
    ["--budget", "0"],
    ["--portal", "https://example.com"],
    ["--mods-dir", "mods"],
    ["--verbose"],
    ["-qv"],
    ["-q"],
    ["-x"],
    ["--json=yes"],
    ["--jsn"],
    ["--help"],
    ["--version"],
    ["--"],
    ["-"],
    [""],
    ["root@"],
    ["../root"],
    ["help"],
    ["solve"],
  );
  const env = fc.constantFrom({}, { FACTORIO_TOKEN: "secret" }, { FACTORIO_TOKEN: "1.0.0" });

  it("[CLI-34] says of every command line what the whole program says, or nothing", async () => {
    const argv = fc
      .array(fc.oneof({ weight: 6, arbitrary: usual }, { weight: 1, arbitrary: unusual }), { maxLength: 8 })
      .map((words) => ["solve", ...words.flat()]);
    await fc.assert(
      fc.asyncProperty(argv, env, async (words, environment) => {
        const { fast, whole } = await bothWays(words, environment);
        if (fast) expect({ exitCode: fast.exitCode, stdout: fast.text, stderr: "" }).toEqual(whole);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    [["root"], 0],
    [["root", "--builtins", "base", "--prefer", "oldest", "--at", "2025-02-15", "--no-color"], 0],
    [["--mod-list", "mod-list.json"], 0],
    [["root", "enemy"], 3],
    [["gone"], 3],
  ])("[CLI-34] answers %j by itself with exit code %d", async (words, exitCode) => {
    const { fast, whole } = await bothWays(["solve", ...UNIVERSE_OPTION, ...GAME_OPTION, "--json", ...words]);
    expect(fast).toEqual({ text: whole.stdout, exitCode });
    expect(whole.exitCode).toBe(exitCode);
  });

  it.each([
    [["--json", "solve", "root"]],
    [["solve", "root"]],
    [["solve", "--json", "--json", "root"]],
    [["solve", "--json", "--verbose=yes", "root"]],
    [["solve", "--json", "root@newest"]],
    [["solve", "--json", "--help"]],
  ])("[CLI-35] leaves %j to the whole program", async (words) => {
    const world = { env: {}, cwd: folder, clock: () => new Date(0), monotonic: () => 0 };
    expect(await fastSolve([...words, ...UNIVERSE_OPTION, ...GAME_OPTION], world)).toBeUndefined();
  });
});
