import { describe, expect, it } from "vitest";
import { parseVersion } from "../game/version.ts";
import type { Release } from "../resolve/universe.ts";
import { lockPicks } from "./lock-picks.ts";
import { universeOfLocked } from "./locked-universe.ts";
import type { LockedMod } from "./lockfile.ts";
import { parseManifest } from "./manifest.ts";

const GAME = parseVersion("2.0.60");

function release(version: string, fields: Partial<Release> = {}): Release {
  return { version: parseVersion(version), factorioVersion: "2.0", dependencies: [], ...fields };
}

function lock(picks: Record<string, Release>, options: { manifest?: string; previous?: readonly LockedMod[] } = {}) {
  return lockPicks({
    picks: new Map(Object.entries(picks)),
    manifest: parseManifest(options.manifest ?? '{"mods": {}}'),
    game: GAME,
    builtIns: [{ name: "base", version: GAME, dependencies: [] }],
    disabled: new Set(),
    request: "r",
    previous: options.previous ?? [],
  });
}

const adopted: LockedMod = {
  name: "flib",
  version: parseVersion("0.16.5"),
  file: "flib_0.16.5.zip",
  enabled: true,
  factorioVersion: "2.0",
  dependencies: ["base >= 2.0"],
  sha1: "a".repeat(40),
  sha256: "b".repeat(64),
  size: 12,
};

describe("lockPicks", () => {
  it("[LOCK-6] keeps what was recorded of a release, and learns where the portal has it", () => {
    const found = release("0.16.5", { sha1: "a".repeat(40), portal: "https://p", downloadUrl: "/download/flib/1" });
    const [mod] = lock({ flib: found }, { previous: [adopted] }).mods;
    expect(mod).toEqual({ ...adopted, portal: "https://p", downloadUrl: "/download/flib/1" });
  });

  it("[LOCK-6] a zip that differs from the portal's release stays the zip it is", () => {
    const found = release("0.16.5", { sha1: "c".repeat(40), portal: "https://p", downloadUrl: "/download/flib/1" });
    expect(lock({ flib: found }, { previous: [adopted] }).mods).toEqual([adopted]);
  });

  it("[LOCK-6] another version starts afresh", () => {
    const [mod] = lock({ flib: release("0.16.6") }, { previous: [adopted] }).mods;
    expect([mod?.file, mod?.sha256]).toEqual(["flib_0.16.6.zip", undefined]);
  });

  it("[LOCK-7] a mod switched off keeps its file and those only it needs", () => {
    const big = { ...adopted, name: "big", file: "big_1.0.0.zip", dependencies: ["flib", "shared", "? other"] };
    const shared = { ...adopted, name: "shared", file: "shared_0.16.5.zip", dependencies: [] };
    const other = { ...adopted, name: "other", file: "other_0.16.5.zip", dependencies: [] };
    const made = lock(
      { shared: release("0.16.5", { sha1: "a".repeat(40) }) },
      { manifest: '{"mods": {"big": {"enabled": false}}}', previous: [big, shared, adopted, other] },
    );
    expect(Object.fromEntries(made.mods.map((mod) => [mod.name, mod.enabled]))).toEqual({
      shared: true,
      big: false,
      flib: false,
    });
  });

  it.each([
    ["BEP_14.1.0.zip", "BEP", "14.1.00", "BEP_14.1.0.zip"],
    ["00 Armor_0.0.5.zip", "Armor", "0.0.5", "Armor_0.0.5.zip"],
    ["../x_1.0.0.zip", "x", "1.0.0", "x_1.0.0.zip"],
    [undefined, "x", "2022.02.17", "x_2022.02.17.zip"],
  ])("[LOCK-8] of %j for %s %s makes %s", (fileName, name, version, file) => {
    expect(lock({ [name]: release(version, fileName === undefined ? {} : { fileName }) }).mods[0]?.file).toBe(file);
  });

  it("[LOCK-9] a lockfile is a universe of one release a mod", () => {
    const lockfile = lock({ flib: release("0.16.5", { dependencies: ["base"] }) });
    const { mods } = universeOfLocked(lockfile.mods, GAME, []);
    expect(mods.get("flib")?.releases.map((each) => [each.version.text, each.dependencies])).toEqual([
      ["0.16.5", ["base"]],
    ]);
  });
});
