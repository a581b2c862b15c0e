import { modFileName } from "../src/game/mod-name.ts";
import { CATEGORIES as MOD_CATEGORIES } from "../src/portal/contract/mod.ts";
import type { ModRecord, ReleaseRecord } from "../src/registry/storage/mod-records.ts";
import { openRegistryData, type RegistryData } from "../src/registry/storage/registry-data.ts";
import { generateUniverse } from "./universe-generator.ts";
import { type BenchMod, writeZips } from "./install-world.ts";
import { below, type Random, startRandom } from "./random.ts";

/** A registry's folder with as many mods as the official portal has, and some zips. */
export interface ServeWorld {
  /** Words of titles, the most frequent first. */
  readonly words: readonly string[];
  readonly mods: readonly string[];
  readonly zips: readonly BenchMod[];
}

export interface ServeWorldOptions {
  readonly dir: string;
  readonly count: number;
  /** Where the zips are made. */
  readonly zipsFolder: string;
  /** Bytes of each zip. */
  readonly zipSizes: readonly number[];
}

const SYLLABLES = [
  "ba",
  "ko",
  "ri",
  "ten",
  "mu",
  "lor",
  "sa",
  "vi",
  "dex",
  "no",
  "pra",
  "gil",
  "tu",
  "hem",
  "cy",
  "wo",
];
const VOCABULARY = 4_000;
const [, ...CATEGORIES] = MOD_CATEGORIES;
const TAGS = ["trains", "combat", "power", "storage", "mining", "fluids", "logistics", "enemies"];

/** Fill an empty folder; the same every time. */
export async function fillRegistry({ dir, count, zipsFolder, zipSizes }: ServeWorldOptions): Promise<ServeWorld> {
  const random = startRandom(7);
  const words = vocabulary(random);
  const { mods } = generateUniverse(count);
  const data = await openRegistryData(dir, { clock: () => "2025-01-01T00:00:00.000000Z", now: () => 0 });
  const records = [...mods.values()].map((mod): ModRecord => {
    const releases = mod.releases.map((release) =>
      releaseOf(mod.name, { ...release, version: release.version.text }, random),
    );
    return { ...details(words, random), name: mod.name, origin: UPSTREAM, createdAt: DAY, releases };
  });
  data.records.putAll(records);
  const zips = writeZips({ folder: zipsFolder, sizes: zipSizes, prefix: "zip" });
  for (const zip of zips) await addZip(data, zip, `${zipsFolder}/${zip.file}`);
  await data.store.settle();
  data.close();
  return { words, mods: [...mods.keys()], zips };
}

const UPSTREAM = { source: "upstream" } as const;
const DAY = "2025-01-01T00:00:00.000000Z";

/** Words of two to four syllables; all different. */
function vocabulary(random: Random): readonly string[] {
  const words = new Set<string>();
  while (words.size < VOCABULARY) {
    const length = 2 + below(3, random);
    words.add(Array.from({ length }, () => SYLLABLES[below(SYLLABLES.length, random)]).join(""));
  }
  return [...words];
}

/** Few words are frequent, most are rare. */
export function someWord(words: readonly string[], random: Random): string {
  return words[Math.floor(words.length * random() ** 1.5)] ?? "";
}

function details(words: readonly string[], random: Random) {
  const text = (length: number) => Array.from({ length }, () => someWord(words, random)).join(" ");
  return {
    title: text(3),
    owner: someWord(words, random),
    summary: text(12),
    description: text(40),
    category: CATEGORIES[below(CATEGORIES.length, random)] ?? "content",
    tags: TAGS.filter(() => random() < 0.2),
    downloadsCount: Math.floor(10 / (1 - random()) ** 1.5),
    score: random(),
  };
}

interface Told {
  readonly version: string;
  readonly factorioVersion: string;
  readonly dependencies: readonly string[];
  readonly releasedAt?: string;
}

function releaseOf(name: string, told: Told, random: Random): ReleaseRecord {
  const { version, factorioVersion, dependencies, releasedAt = DAY } = told;
  return {
    version,
    factorioVersion,
    dependencies,
    featureFlags: [],
    releasedAt: releasedAt.replace(/\.(\d{3})Z$/, ".$1000Z"),
    id: hex(24, random),
    fileName: modFileName(name, version),
    sha1: hex(40, random),
    sha256: undefined,
    size: undefined,
    upstreamPath: undefined,
  };
}

function hex(length: number, random: Random): string {
  return Array.from({ length }, () => below(16, random).toString(16)).join("");
}

async function addZip({ store, records }: RegistryData, zip: BenchMod, path: string): Promise<void> {
  const { sha1, sha256 } = await store.adopt(path);
  const id = sha1.slice(0, 24);
  const { name, version, file: fileName, size } = zip;
  const release: ReleaseRecord = {
    version,
    factorioVersion: "2.0",
    dependencies: ["base"],
    featureFlags: [],
    releasedAt: DAY,
    id,
    fileName,
    sha1,
    sha256,
    size,
    upstreamPath: undefined,
  };
  records.put({ name, origin: UPSTREAM, createdAt: DAY, releases: [release] });
}
