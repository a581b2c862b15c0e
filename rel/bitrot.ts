import { lstatSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Ran, TestServer } from "../test/cli/harness.ts";
import { readState } from "../test/faults/installed-state.ts";
import { type Random, seededRandom } from "../test/faults/seeded-random.ts";
import { interrupt } from "./interrupt.ts";
import { openLab, requireExit, type Scenario, type Stage } from "./lab.ts";
import { runCases } from "./run-cases.ts";
import type { Scale, Suite } from "./suite.ts";

const FLIPS: Readonly<Record<Scale, number>> = { ci: 40, full: 1_500 };

/** What holds bytes, and what must come of a wrong one. */
interface Victim {
  readonly name: string;
  /** Brings about that there are such files. */
  prepare?(stage: Stage): Promise<void>;
  /** Files of which one is damaged. */
  files(stage: Stage): readonly string[];
  /** @returns true when the damage was found out, false when it did no harm */
  check(stage: Stage): Promise<boolean>;
}

export const suite: Suite = {
  name: "bitrot",
  goal: "One flipped bit in a zip, the store, the lockfile or our own records is found out or harmless, never leads to a wrong mods folder, and is mended where there is a source",
  run: async (options) => {
    await using lab = await openLab();
    const stage = await lab.open(INSTALLED);
    const random = seededRandom(options.seed);
    const seeds = Array.from({ length: FLIPS[options.scale] }, () => Math.floor(random() * 2 ** 31));
    const figures = { flips: seeds.length, "found out": 0, harmless: 0 };
    const tally = await runCases(seeds, options, async (seed) => {
      await stage.reset();
      const chance = seededRandom(seed);
      const victim = oneOf(VICTIMS, chance);
      await victim.prepare?.(stage);
      const where = flip(oneOf(victim.files(stage), chance), chance);
      const isFound = await victim.check(stage).catch((error: unknown) => {
        throw new Error(`${victim.name}, ${where}: ${error instanceof Error ? error.message : error}`, {
          cause: error,
        });
      });
      figures[isFound ? "found out" : "harmless"]++;
    });
    return { ...tally, figures, skipped: [] };
  },
};

const INSTALLED: Scenario = {
  name: "installed",
  before: [["init"], ["add", "settled@1.0.0"], ["add", "wanted", "other"]],
  // The stamp is of this copy and not of the one before.
  refresh: (server) => server.run(["install"]),
  argv: ["list"],
};

const VICTIMS: readonly Victim[] = [
  {
    name: "a zip in the mods folder",
    files: ({ server }) => filesIn(server.modsDir).filter((path) => path.endsWith(".zip")),
    check: async (stage) => {
      requireExit(await stage.server.run(["verify"]), 3);
      requireExit(await stage.server.run(["verify", "--repair"]), 0);
      await requireGood(stage);
      return true;
    },
  },
  {
    name: "a zip in the store",
    files: ({ server }) => filesIn(join(cacheOf(server), "blobs-v1")),
    check: async (stage) => {
      for (const path of filesIn(stage.server.modsDir)) if (path.endsWith(".zip")) rmSync(path);
      requireExit(await stage.server.run(["install"]), 0);
      await requireGood(stage);
      return true;
    },
  },
  {
    name: "what the store knows",
    files: ({ server }) =>
      ["seen-v1", "http-v1", "roots-v1"].flatMap((folder) => filesIn(join(cacheOf(server), folder))),
    check: async (stage) => {
      for (const path of filesIn(stage.server.modsDir)) if (path.endsWith(".zip")) rmSync(path);
      rmSync(join(stage.server.root, "roboport.lock"));
      requireTyped(await stage.server.run(["cache", "prune"]));
      requireExit(await stage.server.run(["install"]), 0);
      await requireGoodFiles(stage);
      return false;
    },
  },
  {
    name: "roboport.lock",
    files: ({ server }) => [join(server.root, "roboport.lock")],
    check: async (stage) => {
      const ran = requireTyped(await stage.server.run(["install"]));
      await requireGoodFiles(stage);
      return ran.exitCode !== 0;
    },
  },
  {
    name: "a generation",
    files: ({ server }) => filesIn(join(server.root, ".roboport/generations")),
    check: async (stage) => {
      requireExit(await stage.server.run(["history"]), 2);
      requireTyped(await stage.server.run(["install"]));
      requireTyped(await stage.server.run(["verify", "--repair"]));
      await requireGoodFiles(stage);
      return true;
    },
  },
  {
    name: "the stamp",
    files: ({ server }) => [join(server.root, ".roboport/state.json")],
    check: async (stage) => {
      const { stdout } = await stage.server.run(["install", "--json"]);
      await requireGood(stage);
      if (JSON.parse(stdout).mods !== Object.keys(stage.after.files).length) throw new Error(`Wrong answer ${stdout}`);
      return false;
    },
  },
  {
    name: "the journal",
    prepare: ({ server }) => interrupt(server, ["remove", "wanted", "other"]),
    files: ({ server }) => [join(server.root, ".roboport/journal.json")],
    check: async ({ server }) => {
      const before = await readState(server.root);
      for (const argv of [["list"], ["install"], ["rollback"]]) requireExit(await server.run(argv), 2);
      if (!isDeepStrictEqual(await readState(server.root), before)) throw new Error("Something changed");
      return true;
    },
  },
];

function cacheOf({ env }: TestServer): string {
  return env["ROBOPORT_CACHE_DIR"] ?? "";
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Flip one bit in place; the file looks as before. */
function flip(path: string, random: Random): string {
  const bytes = readFileSync(path);
  const bit = Math.floor(random() * bytes.byteLength * 8);
  bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
  const { atime, mtime } = lstatSync(path);
  writeFileSync(path, bytes);
  utimesSync(path, atime, mtime);
  return `bit ${bit} of ${path}`;
}

function requireTyped(ran: Ran): Ran {
  if (ran.exitCode === 1) throw new Error(ran.stderr);
  return ran;
}

async function requireGood(stage: Stage): Promise<void> {
  const found = await readState(stage.server.root);
  if (!isDeepStrictEqual(found, stage.before)) throw new Error(`Not as it was installed: ${JSON.stringify(found)}`);
}

async function requireGoodFiles(stage: Stage): Promise<void> {
  const { files } = await readState(stage.server.root);
  if (!isDeepStrictEqual(files, stage.before.files)) throw new Error(`Wrong mods: ${JSON.stringify(files)}`);
}

function oneOf<T>(choices: readonly T[], random: Random): T {
  return choices[Math.floor(random() * choices.length)] as T;
}
