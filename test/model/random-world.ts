import { createHash } from "node:crypto";
import { writeZip } from "../../src/store/zip-write.ts";
import { type MemoryWorld, memoryWorld } from "../../src/testing/index.ts";
import type { Random } from "../faults/seeded-random.ts";

/** What the game reads from a mod. */
export interface ModInfo {
  readonly name: string;
  readonly version: string;
  readonly factorioVersion: string;
  readonly dependencies: readonly string[];
}

/** The game of one sequence, its portal, and every zip that anybody ever made in it. */
export interface Scene {
  readonly game: string;
  readonly builtIns: Readonly<Record<string, readonly string[]>>;
  readonly world: MemoryWorld;
  /** By SHA-256 of their bytes. */
  readonly zips: Map<string, ModInfo>;
  /** Published versions by mod name, withdrawn ones included. */
  readonly published: Map<string, string[]>;
  readonly random: Random;
}

const NAMES = ["alpha", "Alpha", "a", "a_b", "Big Mod", "beta-x", "core_lib", "zz9", "constructor", "tail"];
const PREFIXES = ["", "", "", "~ ", "? ", "? ", "(?) ", "! ", "+ "];
const OPERATORS = [">=", ">=", ">", "=", "<", "<="];

export function below(count: number, random: Random): number {
  return Math.floor(random() * count);
}

export function oneOf<T>(list: readonly T[], random: Random): T {
  const chosen = list[below(list.length, random)];
  if (chosen === undefined) throw new Error("Nothing to choose from");
  return chosen;
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** A small world of mods that need, recommend and forbid each other. */
export async function createScene(random: Random): Promise<Scene> {
  const isNew = random() < 0.3;
  const scene: Scene = {
    game: isNew ? "2.1.3" : "2.0.60",
    builtIns: {
      base: [],
      "elevated-rails": ["base >= 2.0.0"],
      ...(isNew && { recycler: ["base"] }),
      quality: isNew ? ["base", "recycler"] : ["base"],
      "space-age": ["base", "elevated-rails >= 2.0.0", isNew ? "+ quality" : "quality"],
    },
    world: memoryWorld(),
    zips: new Map(),
    published: new Map(),
    random,
  };
  const names = NAMES.slice(0, 6 + below(5, random));
  for (const name of names) {
    scene.world.mod(name, { deprecated: random() < 0.12 });
    scene.published.set(name, []);
  }
  for (const name of names) for (let left = 1 + below(4, random); left > 0; left--) await publish(scene, name);
  return scene;
}

/** The author of a mod brings out one more release. */
export async function publish(scene: Scene, name: string): Promise<string> {
  const { world, random, zips, published } = scene;
  const versions = published.get(name) ?? [];
  const version = versions.length === 0 ? "1.0.0" : nextVersion(versions, random);
  const factorioVersion = random() < 0.85 ? lineOf(scene.game) : oneOf(["1.1", "2.0", "2.1"], random);
  const dependencies = randomDependencies(scene, name);
  world.mod(name).release(version, { dependencies, factorioVersion });
  const release = (await world.findMod(name))?.releases.find((each) => each.version === version);
  const bytes = await release?.open();
  if (!(bytes instanceof Uint8Array)) throw new Error(`${name} ${version} has no bytes`);
  zips.set(sha256Of(bytes), { name, version, factorioVersion, dependencies });
  published.set(name, [...versions, version]);
  return version;
}

function nextVersion(versions: readonly string[], random: Random): string {
  const [major = 1, minor = 0, patch = 0] = (versions.at(-1) ?? "").split(".").map(Number);
  const next = [
    [major, minor, patch + 1],
    [major, minor + 1, 0],
    [major + 1, 0, 0],
  ] as const;
  return oneOf(next, random).join(".");
}

function lineOf(game: string): string {
  return game.split(".").slice(0, 2).join(".");
}

export function randomDependencies({ published, random, builtIns }: Scene, owner: string): readonly string[] {
  const dependencies = [random() < 0.8 ? "base >= 2.0.0" : "base"];
  if (random() < 0.1)
    dependencies.push(`${oneOf(["", "? ", "! "], random)}${oneOf(Object.keys(builtIns).slice(1), random)}`);
  for (let left = below(3, random); left > 0; left--) {
    const name = random() < 0.03 ? "nowhere" : oneOf([...published.keys()], random);
    if (name === owner) continue;
    dependencies.push(`${oneOf(PREFIXES, random)}${name}${random() < 0.5 ? ` ${randomBound(random)}` : ""}`);
  }
  return dependencies;
}

export function randomBound(random: Random): string {
  return `${oneOf(OPERATORS, random)} ${oneOf(["1.0.0", "1.0.1", "1.1.0", "2.0.0"], random)}`;
}

/** A zip that no portal has: other bytes even where name and version are known. */
export function zipByHand(scene: Scene, info: ModInfo): Uint8Array {
  const { name, version, factorioVersion, dependencies } = info;
  const fields = {
    name,
    version,
    title: `by hand ${scene.random()}`,
    author: "admin",
    factorio_version: factorioVersion,
  };
  const text = JSON.stringify({ ...fields, dependencies });
  const bytes = writeZip([{ path: `${name}_${version}/info.json`, bytes: Buffer.from(text) }]);
  scene.zips.set(sha256Of(bytes), info);
  return bytes;
}
