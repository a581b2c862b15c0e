import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
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

/** A universe file that is large enough for a catalogue, and says which release of `root` is its newest. */
function largeUniverse(newest: string): string {
  const others = Array.from({ length: 2000 }, (_, at) => [`mod-${at}`, { releases: UNIVERSE.mods.leaf.releases }]);
  const [first] = UNIVERSE.mods.root.releases;
  const root = { releases: [first, { ...first, version: newest }] };
  return JSON.stringify({ game: "2.0.60", mods: { ...UNIVERSE.mods, root, ...Object.fromEntries(others) } });
}

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
    [["root", "--builtins", ""], { leaf: "1.0.0", root: "1.0.0" }],
    [["root", "--builtins", "quality"], { leaf: "2.0.0", root: "2.0.0" }],
    [["root", "--builtins", "base,quality@2.0.50"], { leaf: "2.0.0", root: "2.0.0" }],
    [["root@1.0.0", "leaf"], { leaf: "1.0.0", root: "1.0.0" }],
    [["root@latest", "root", "root@>=1,<3"], { leaf: "2.0.0", root: "2.0.0" }],
    [["quality"], {}],
    [[], {}],
  ])("%j picks %j", async (argv, picks) => {
    expect((await solved(...argv)).picks).toEqual(picks);
  });

  it("says no with an explanation and exit code 3", async () => {
    const answer = await solved("root@1.0.0", "leaf@2.0.0");
    expect([answer.exitCode, answer.ok]).toEqual([3, false]);
    expect(answer.explanation.length).toBeGreaterThan(0);
  });

  it("[OPS-34] switches off what --builtins does not name, and says so", async () => {
    const answer = await solved("root@2.0.0", "--builtins", "base");
    expect([answer.exitCode, answer.explanation[0].text]).toEqual([
      3,
      'You ask for root = 2.0.0, but root 2.0.0 needs "quality", which comes with the game but is switched off.',
    ]);
    expect(answer.suggestions[0]).toEqual({
      text: "Switch quality on.",
      change: { kind: "enable", builtIn: "quality", builtIns: ["quality"] },
    });
    expect((await solved("leaf", "--builtins", "base")).loadOrder).toEqual(["base", "leaf"]);
  });

  it("says so when there is nothing to download", async () => {
    const argv = ["solve", "--universe", "universe.json", "--factorio", "2.0.60"];
    expect((await runCli(argv, { cwd: folder })).stdout).toBe("No mods have to be downloaded\n");
  });

  it("names the mod-list.json it cannot read, and where", async () => {
    await writeFile(join(folder, "half.json"), '{ "mods": [\n');
    const answer = await solved("--mod-list", "half.json");
    expect([answer.exitCode, answer.error.message]).toEqual([
      2,
      `Cannot read ${join(folder, "half.json")}: it ends where a value or "]" should come (line 2, column 1)`,
    ]);
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
    [["solve", "--universe", "universe.json", "--mod-list", "nowhere.json"], "MOD_LIST_SHAPE"],
    [["solve", "--universe", "universe.json", "root"], "NO_GAME_VERSION"],
    [
      ["solve", "--universe", "universe.json", "root", "--factorio", "2.0", "--builtins", "quality@x"],
      "VERSION_SYNTAX",
    ],
    [["solve", "--universe", "universe.json", "root", "--factorio", "2.0", "--builtins", "base,flib"], "USAGE"],
    [["solve", "--universe", "universe.json", "root", "--factorio", "2.0", "--builtins", "core"], "USAGE"],
    [["solve", "--universe", "universe.json", "root@", "--factorio", "2.0"], "REQUIREMENT_SYNTAX"],
    [["solve", "--universe", "universe.json", "root@^1.0", "--factorio", "2.0"], "REQUIREMENT_SYNTAX"],
    [["solve", "--universe", "universe.json", "root", "--factorio", "2.0", "--prefer", "locked"], "USAGE"],
  ])("%j ends with exit code 2 and %s", async (argv, code) => {
    const ran = await runCli([...argv, "--json"], { cwd: folder });
    expect([ran.exitCode, JSON.parse(ran.stdout).error.code]).toEqual([2, code]);
  });
});

describe("solve over a large universe file", () => {
  const file = "large.json";
  const cache = () => join(folder, "cache");
  const catalogues = () => join(cache(), "catalogue-v2");
  const ask = async (...argv: readonly string[]) => {
    const env = { ROBOPORT_CACHE_DIR: cache() };
    const ran = await runCli(["solve", "--universe", file, "--json", ...argv], { cwd: folder, env });
    return { exitCode: ran.exitCode, ...JSON.parse(ran.stdout) };
  };
  /** The one catalogue: its path, and what changes when it is made again. */
  const kept = async () => {
    const names = await readdir(catalogues());
    const path = join(catalogues(), names[0] ?? "");
    return { names, path, made: (await stat(path)).ino };
  };
  beforeEach(async () => {
    await rm(cache(), { recursive: true, force: true });
    await writeFile(join(folder, file), largeUniverse("1.5.0"));
  });

  it("[CAT-1] leaves a catalogue, and answers from it the next time", async () => {
    const first = await ask("root");
    expect(first.picks).toEqual({ leaf: "1.0.0", root: "1.5.0" });
    const { made } = await kept();
    const { stats, ...second } = await ask("root");
    expect(second).toEqual({ ...first, stats: undefined });
    expect(stats.mods).toBe(first.stats.mods);
    expect((await kept()).made).toBe(made);
  });

  it("[CAT-1] leaves nothing of a small file", async () => {
    await writeFile(join(folder, file), JSON.stringify(UNIVERSE));
    expect((await ask("root", "--factorio", "2.0.60")).ok).toBe(true);
    await expect(readdir(catalogues())).rejects.toThrow("ENOENT");
  });

  it("[CAT-2] explains a no with all names in view", async () => {
    const explanations = [await ask("Mod-7"), await ask("Mod-7")].map(({ explanation }) => explanation);
    expect(explanations[0][0].text).toContain('the mod is called "mod-7"');
    expect(explanations[1]).toEqual(explanations[0]);
  });

  it("[CAT-4] makes it again in its place when the file changed, though its size did not", async () => {
    await ask("root");
    await writeFile(join(folder, file), largeUniverse("1.6.0"));
    expect((await ask("root")).picks.root).toBe("1.6.0");
    expect((await kept()).names).toHaveLength(1);
  });

  it.each(["the line of a mod", "the index"])("[CAT-5] makes it again when %s is damaged", async (part) => {
    const first = await ask("root");
    const { path, made } = await kept();
    const bytes = await readFile(path);
    const trailer = bytes.length - 16;
    const line = bytes.indexOf("leaf < 2.0") + 5;
    const [from, to] =
      part === "the index" ? [trailer - 4 * bytes.readInt32LE(trailer + 8), trailer] : [line, line + 1];
    await writeFile(path, bytes.fill(">", from, to));
    expect((await ask("root")).picks).toEqual(first.picks);
    expect((await kept()).made).not.toBe(made);
    expect(await readFile(path)).not.toEqual(bytes);
  });

  it("[CAT-6] lets several runs begin with it at the same time", async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => ask("root")));
    expect(answers.map(({ picks }) => picks.root)).toEqual(Array.from({ length: 5 }, () => "1.5.0"));
    expect((await kept()).names).toHaveLength(1);
  });

  it("[CAT-7] answers all the same where nothing can be kept", async () => {
    await writeFile(cache(), "a file where the cache folder would be");
    expect((await ask("root")).picks.root).toBe("1.5.0");
  });
});
