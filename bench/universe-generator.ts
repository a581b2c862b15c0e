import { versionOf } from "../src/game/version.ts";
import type { Mod, Release } from "../src/resolve/index.ts";
import { below, normal, type Random, startRandom } from "./random.ts";

/**
 * A portal that never was, with the shape of the real one: few mods have many releases, few mods are wanted by many.
 *
 * Calibrated against the dependency history of 9,276 portal mods; `npm run bench -- resolve shape` prints how close it is.
 *
 * @see reference/performance.md §2.2
 */
export interface GeneratedUniverse {
  readonly mods: ReadonlyMap<string, Mod>;
  /** Names of the mods with a release for Factorio 2.0, in order of generation. */
  readonly current: readonly string[];
}

/** Lines of the game and the day, counted from the first mod, on which authors moved to them. */
const LINES: readonly (readonly [line: string, day: number])[] = [
  ["0.16", 0],
  ["0.17", 440],
  ["0.18", 760],
  ["1.0", 970],
  ["1.1", 1070],
  ["2.0", 2340],
];
const LAST_DAY = 3260;
const FIRST_DAY = Date.UTC(2017, 11, 13);
const DAY = 86_400_000;

interface Draft {
  readonly name: string;
  readonly releases: Release[];
  /** Day of each release. */
  readonly days: number[];
}

/** Generate `count` mods, named after a prefix; the same seed gives the same universe. */
export function generateUniverse(count = 20_000, seed = 20261122, prefix = "mod"): GeneratedUniverse {
  const random = startRandom(seed);
  const drafts: Draft[] = [];
  for (let at = 0; at < count; at++) drafts.push(generateHistory(`${prefix}-${at}`, random));
  for (const draft of drafts) addDependencies(draft, drafts, random);
  const mods = new Map(drafts.map(({ name, releases }) => [name, { name, deprecated: false, releases }]));
  const isCurrent = ({ releases }: Draft) => releases.some(({ factorioVersion }) => factorioVersion === "2.0");
  return { mods, current: drafts.filter(isCurrent).map(({ name }) => name) };
}

/** When a mod was released, in which versions, and for which line of the game. */
function generateHistory(name: string, random: Random): Draft {
  const count = Math.min(150, Math.max(1, Math.round(Math.exp(1.1 + 1.22 * normal(random)))));
  const born = Math.floor(LAST_DAY * random() ** 0.7);
  const span = Math.min(LAST_DAY - born, Math.floor(count * (20 + 90 * random())));
  const days = Array.from({ length: count }, () => born + Math.floor(span * random())).sort((a, b) => a - b);
  const releases: Release[] = [];
  let [major, minor, patch] = [random() < 0.6 ? 0 : 1, 1 + below(3, random), 0];
  for (const day of days) {
    const step = random();
    if (step < 0.03) [major, minor, patch] = [major + 1, 0, 0];
    else if (step < 0.25) [minor, patch] = [minor + 1, 0];
    else patch++;
    const line = lineAt(day);
    releases.push({
      version: versionOf(major, minor, patch),
      factorioVersion: line,
      dependencies: [`base >= ${line}`],
      releasedAt: new Date(FIRST_DAY + day * DAY + below(DAY, random)).toISOString(),
    });
  }
  return { name, releases, days };
}

function lineAt(day: number): string {
  return LINES.findLast(([, since]) => since <= day)?.[0] ?? "0.16";
}

/** What one mod has to do with another over its whole history. */
interface Relation {
  readonly prefix: string;
  readonly target: Draft;
  /** From which release of the mod on. */
  readonly since: number;
  readonly bound: number;
}

function addDependencies(draft: Draft, drafts: readonly Draft[], random: Random): void {
  const relations = generateRelations(draft, drafts, random);
  draft.releases.forEach((release, at) => {
    const day = draft.days[at] ?? 0;
    const texts = relations
      .filter(({ since }) => since <= at)
      .flatMap((relation) => dependencyText(relation, day) ?? []);
    draft.releases[at] = { ...release, dependencies: [...release.dependencies, ...texts] };
  });
}

function generateRelations(draft: Draft, drafts: readonly Draft[], random: Random): readonly Relation[] {
  const targets = new Set<Draft>([draft]);
  const relations: Relation[] = [];
  const add = (count: number, prefix: () => string) => {
    for (let left = count; left > 0; left--) {
      const target = findTarget(draft, drafts, random);
      if (!target || targets.has(target)) continue;
      targets.add(target);
      const since = random() < 0.7 ? 0 : below(draft.releases.length, random);
      relations.push({ prefix: prefix(), target, since, bound: random() });
    }
  };
  add(requiredCount(draft, random), () => (random() < 0.01 ? "~ " : ""));
  add(heavyTail(random, 0.8, 0.75), () => (random() < 0.7 ? "? " : "(?) "));
  if (random() < 0.035) add(1 + below(4, random), () => "! ");
  return relations;
}

/** Some mods are packs that require tens or hundreds, though few of today's; of the others, most require none or one. */
function requiredCount({ releases }: Draft, random: Random): number {
  const isCurrent = releases.at(-1)?.factorioVersion === "2.0";
  if (random() < (isCurrent ? 0.004 : 0.03)) return Math.floor(30 * 15 ** (random() ** 2));
  return heavyTail(random, 0.55, 0.62);
}

/** 0 for a share of the mods, then a power law. */
function heavyTail(random: Random, none: number, exponent: number): number {
  return random() < none ? 0 : Math.min(400, Math.floor((1 - random()) ** -exponent));
}

/** A mod that was alive for the same line of the game when this one had its last release; few mods are wanted by many. */
function findTarget(draft: Draft, drafts: readonly Draft[], random: Random): Draft | undefined {
  const day = draft.days.at(-1) ?? 0;
  for (let tries = 0; tries < 12; tries++) {
    const rank = Math.floor(drafts.length * random() ** 3.8);
    const target = drafts[(rank * 7919 + 13) % drafts.length];
    if (target && releaseOn(target, day)?.factorioVersion === lineAt(day)) return target;
  }
  return undefined;
}

function releaseOn({ days, releases }: Draft, day: number): Release | undefined {
  return releases[days.findLastIndex((each) => each <= day)];
}

/** The string of a relation as its author wrote it on a day: most name the target's version of that time. */
function dependencyText({ prefix, target, bound }: Relation, day: number): string | undefined {
  const known = releaseOn(target, day);
  if (known?.factorioVersion !== lineAt(day)) return undefined;
  const name = `${prefix}${target.name}`;
  if (bound < 0.34 || prefix === "! ") return name;
  const operator = bound < 0.347 ? "=" : bound < 0.352 ? ">" : bound < 0.356 ? "<=" : ">=";
  return `${name} ${operator} ${known.version.text}`;
}
