import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { defaultBuiltIns } from "../../src/game/built-ins.ts";
import { type Dependency, findDependency } from "../../src/game/dependency.ts";
import { computeLoadOrder } from "../../src/game/load-order.ts";
import { compareModNames } from "../../src/game/mod-name.ts";
import { findVersion, parseVersion } from "../../src/game/version.ts";
import { DATA, hasRealData, readOffer } from "./real-data.ts";

interface Loaded {
  readonly name: string;
  readonly version: string;
}

/** Mods in the order in which a game wrote them down. */
interface WrittenOrder {
  readonly title: string;
  readonly game: string;
  readonly mods: readonly Loaded[];
  /** The mods of the whole set, where this is a part of it. */
  readonly set: readonly Loaded[];
}

interface Knowledge {
  /** The mods of which everything that they wait for is known, in the order we expect. */
  readonly expected: readonly string[];
  /** What is known to load after what. */
  readonly pairs: readonly (readonly [later: string, earlier: string])[];
}

/** Each list of mods in the header of a save. */
function readSaves(): readonly WrittenOrder[] {
  return listFiles("saves/expected").flatMap((file) => {
    const save: Readonly<Record<string, { readonly appVersion?: string; readonly mods?: readonly Loaded[] }>> =
      JSON.parse(readFileSync(join(DATA, "saves/expected", file), "utf8"));
    return Object.entries(save).flatMap(([part, { appVersion: game = "", mods }]) =>
      Array.isArray(mods) && mods.length > 0 ? [{ title: `${file} ${part}`, game, mods, set: mods }] : [],
    );
  });
}

/** Each stage of each log: the scripts as they are loaded, and the checksums at the end. */
function readLogs(): readonly WrittenOrder[] {
  return listFiles("logs").flatMap((file) => {
    const log = readFileSync(join(DATA, "logs", file), "utf8");
    const sums = [...log.matchAll(/Checksum of (.+?): \d/g)].map(([, name = ""]) => ({
      name,
      version: "",
      stage: "sums",
    }));
    const loads = [...log.matchAll(/Loading mod (?:settings )?(.+?) (\d[\d.]*) \((.+?)\)/g)].map(
      ([, name = "", version = "", stage = ""]) => ({ name, version, stage }),
    );
    const lines = [...sums, ...loads].filter(({ name }) => name !== "core");
    const set = [...new Map(lines.map((line) => [line.name, line])).values()];
    const game = /Factorio (\d+\.\d+\.\d+)/.exec(log)?.[1] ?? "";
    const stages = [...new Set(lines.map(({ stage }) => stage))];
    return stages.map((stage) => ({
      title: `${file} ${stage}`,
      game,
      mods: lines.filter((line) => line.stage === stage),
      set,
    }));
  });
}

function listFiles(folder: string): readonly string[] {
  return hasRealData ? readdirSync(join(DATA, folder)).sort() : [];
}

const OFFER = hasRealData ? readOffer("universe-real") : {};

/** The dependencies of a release as its author wrote them; of some only the names are known. */
function dependenciesOf({ name, version }: Loaded, game: string): readonly Dependency[] | undefined {
  const builtIn = defaultBuiltIns(parseVersion(game)).find((each) => each.name === name);
  const key = findVersion(version)?.key;
  const release = OFFER[name]?.releases.find(
    (each) => findVersion(each.version)?.key === key && !("deps_stripped" in each && each.deps_stripped === true),
  );
  const texts = builtIn?.dependencies ?? (release && (release.dependencies ?? ["base"]));
  return texts?.map((text) => findDependency(text)).filter((each) => each !== undefined);
}

function knowledgeOf({ set, game }: WrittenOrder): Knowledge {
  const mods = set.map((each) => ({ name: each.name, dependencies: dependenciesOf(each, game) }));
  const known = mods.map(({ name, dependencies = [] }) => ({ name, dependencies: dependencies.filter(isOrdering) }));
  const unsure = new Set(mods.filter((each) => !each.dependencies).map(({ name }) => name));
  for (let size = -1; size < unsure.size; ) {
    size = unsure.size;
    for (const each of known) if (each.dependencies.some(({ name }) => unsure.has(name))) unsure.add(each.name);
  }
  const names = new Set(set.map(({ name }) => name));
  const pairs = known.flatMap(({ name, dependencies }) =>
    dependencies.filter((each) => names.has(each.name) && each.name !== name).map((each) => [name, each.name] as const),
  );
  return { expected: computeLoadOrder(known).names.filter((name) => !unsure.has(name)), pairs };
}

function isOrdering({ orders }: Dependency): boolean {
  return orders;
}

/** A game before 1.1 sorted the mods of a save. */
function isSorted({ game }: WrittenOrder): boolean {
  return parseVersion(game).key < parseVersion("1.1.0").key;
}

describe.skipIf(!hasRealData)("what games have written about their load order", () => {
  const saves = readSaves();
  const orders = [...saves.filter((save) => !isSorted(save)), ...readLogs()];
  const judged = orders.map((order) => ({ ...order, ...knowledgeOf(order) }));

  it.each(judged.filter(({ expected }) => expected.length > 1))("[ORDER-3] $title", ({ mods, expected, pairs }) => {
    const written = mods.map(({ name }) => name);
    expect(written.filter((name) => expected.includes(name))).toEqual(
      expected.filter((name) => written.includes(name)),
    );
    const place = new Map(written.map((name, at) => [name, at]));
    const wrong = pairs.filter(([later, earlier]) => (place.get(later) ?? Infinity) < (place.get(earlier) ?? -1));
    expect(wrong).toEqual([]);
  });

  it.skip.each(judged.filter(({ expected }) => expected.length <= 1))(
    "$title: no two mods of which all dependencies are known",
    () => {},
  );

  it.each(saves.filter(isSorted))("[ORDER-8] $title", ({ mods }) => {
    const names = mods.map(({ name }) => name);
    expect(names).toEqual(names.toSorted());
  });

  it("[ORDER-3] leaves as few steps back as there are chains in a save with 246 mods", () => {
    const save = saves.find(({ title }) => title.startsWith("2.0.43_altiummm") && title.endsWith("level.dat0"));
    const names = save?.mods.map(({ name }) => name) ?? [];
    const stepsBack = names.filter((name, at) => at > 0 && compareModNames(names[at - 1] ?? "", name) > 0);
    expect([names.length, stepsBack.length]).toEqual([246, 13]);
  });

  it("[ORDER-1] there are enough of them", () => {
    const mods = judged.reduce((sum, { expected }) => sum + expected.length, 0);
    const pairs = judged.reduce((sum, each) => sum + each.pairs.length, 0);
    expect(mods).toBeGreaterThan(500);
    expect(pairs).toBeGreaterThan(1000);
  });
});
