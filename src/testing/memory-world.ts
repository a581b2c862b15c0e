import { createHash } from "node:crypto";
import { compareNames, type ModDetails, type World, type WorldMod, type WorldRelease } from "../registry/world.ts";
import { worldOver } from "../registry/worlds/memory-source.ts";
import { generatedRelease, sliceBytes } from "../registry/worlds/generated-release.ts";
import { instantOf } from "../registry/worlds/instant.ts";
import { releaseId } from "../registry/worlds/release-id.ts";

/** What a release of a memory world says; whatever is left out gets a plain value. */
export interface MemoryRelease {
  /** `["base"]` when not given, no field at all when null. */
  readonly dependencies?: readonly string[] | null;
  /** `2.0` when not given, no field at all when null. */
  readonly factorioVersion?: string | null;
  readonly featureFlags?: readonly string[];
  /** ISO 8601 with six decimals and `Z`; a day after the release before when not given, from 2025-01-01 on. */
  readonly releasedAt?: string;
  /** The bytes to serve in place of a generated zip. */
  readonly bytes?: Uint8Array<ArrayBuffer>;
  /** The digest to announce in place of the true one. */
  readonly sha1?: string;
}

/**
 * A world to be written down in a test, which is also live: what is added while a portal serves it is there at once.
 *
 * @example
 * const world = memoryWorld().mod("flib").release("0.16.5").mod("helmod").release("2.2.1", { dependencies: ["flib"] });
 */
export interface MemoryWorld extends World {
  /** Add a mod, or change the details of one; the next releases are its own. */
  mod(name: string, details?: ModDetails): MemoryWorld;
  /** Add a release to the mod named last, or replace the one of this version. */
  release(version: string, facts?: MemoryRelease): MemoryWorld;
  /** Take a release away, as an author may. */
  withdraw(name: string, version: string): MemoryWorld;
}

const FIRST_DAY = Date.UTC(2025, 0, 1);
const DAY = 86_400_000;

/** A world without mods. */
export function memoryWorld(): MemoryWorld {
  const mods = new Map<string, WorldMod>();
  let sorted: readonly WorldMod[] | undefined;
  let current = "";
  let days = 0;
  const put = (mod: WorldMod) => {
    mods.set(mod.name, mod);
    sorted = undefined;
    return world;
  };
  const get = (name: string) => {
    const mod = mods.get(name);
    if (!mod) throw new Error(`The memory world has no mod "${name}": call mod("${name}") first`);
    return mod;
  };
  const without = (mod: WorldMod, version: string) => mod.releases.filter((each) => each.version !== version);
  const world: MemoryWorld = {
    ...worldOver({
      findMod: async (name) => mods.get(name),
      allMods: async () => (sorted ??= [...mods.values()].sort(compareNames)),
    }),
    mod: (name, details = {}) => {
      current = name;
      const known = mods.get(name) ?? { releases: [], createdAt: instantOf(FIRST_DAY + days * DAY) };
      return put({ ...known, ...details, name });
    },
    release: (version, facts = {}) => {
      const mod = get(current);
      const added = memoryRelease(mod, version, { releasedAt: instantOf(FIRST_DAY + days++ * DAY), ...facts });
      const releases = [...without(mod, version), added];
      return put({ ...mod, releases: releases.sort((a, b) => (a.releasedAt < b.releasedAt ? -1 : 1)) });
    },
    withdraw: (name, version) => put({ ...get(name), releases: without(get(name), version) }),
  };
  return world;
}

function memoryRelease(mod: WorldMod, version: string, facts: MemoryRelease & { releasedAt: string }): WorldRelease {
  const { dependencies = ["base"], factorioVersion = "2.0", featureFlags = [], releasedAt, bytes, sha1 } = facts;
  const generated = generatedRelease(mod, {
    version,
    dependencies: dependencies ?? undefined,
    factorioVersion: factorioVersion ?? undefined,
    featureFlags,
    releasedAt,
  });
  if (!bytes) return sha1 === undefined ? generated : { ...generated, sha1 };
  return {
    ...generated,
    id: releaseId(generated.fileName, releasedAt),
    sha1: sha1 ?? createHash("sha1").update(bytes).digest("hex"),
    size: bytes.byteLength,
    open: async (range) => sliceBytes(bytes, range),
  };
}
