import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isRoboportError } from "../errors.ts";
import { parseVersion } from "../game/version.ts";
import { formatLockfile, type LockedMod, type Lockfile, parseLockfile } from "./lockfile.ts";
import { parseManifest } from "./manifest.ts";
import { describeRequest } from "./request.ts";

const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`));

const version = fc
  .tuple(fc.nat(65535), fc.nat(65535), fc.nat(65535))
  .map(([a, b, c]) => parseVersion(`${a}.0${b}.${c}`));

const lockedMod: fc.Arbitrary<LockedMod> = fc
  .record(
    {
      name: fc.stringMatching(/^[A-Za-z][A-Za-z0-9_ -]{0,20}[A-Za-z0-9]$/),
      version,
      enabled: fc.boolean(),
      factorioVersion: fc.constantFrom("2.0", "1.1", "0.14.22"),
      dependencies: fc.array(fc.string(), { maxLength: 4 }),
      sha1: hex(40),
      sha256: hex(64),
      size: fc.nat(),
      portal: fc.webUrl(),
      downloadUrl: fc.constant("/download/a/0123456789abcdef01234567"),
      releasedAt: fc.constant("2025-01-01T00:00:00.000000Z"),
    },
    { requiredKeys: ["name", "version", "enabled", "factorioVersion", "dependencies"] },
  )
  .map((mod) => ({ ...mod, file: `${mod.name}_${mod.version.text}.zip` }));

const lockfile: fc.Arbitrary<Lockfile> = fc.record({
  factorio: version,
  builtIns: fc.array(fc.record({ name: fc.constantFrom("base", "quality"), version, enabled: fc.boolean() }), {
    maxLength: 2,
  }),
  request: fc.string(),
  mods: fc.uniqueArray(lockedMod, { selector: (mod) => mod.name, maxLength: 8 }),
});

describe("lockfile", () => {
  it("[LOCK-1] [LOCK-4] formats to one sorted line a mod and reads back as the same", () => {
    fc.assert(
      fc.property(lockfile, (value) => {
        const text = formatLockfile(value);
        expect(formatLockfile(parseLockfile(text))).toBe(text);
        const lines = text.split("\n").filter((each) => each.startsWith('    {"name"') && each.includes('"file"'));
        expect(lines.length).toBe(value.mods.length);
        expect(parseLockfile(text).mods.map((mod) => mod.name)).toEqual(value.mods.map((mod) => mod.name).sort());
      }),
    );
  });

  it.each([
    ["{", "roboport.lock: "],
    ["[]", "object"],
    ['{"lockfileVersion": 2}', "format"],
    ['{"lockfileVersion": 1, "factorio": "x"}', "factorio"],
    [one({ file: "../x_1.0.0.zip" }), "file"],
    [one({ name: "other" }), "name"],
    [one({ version: "9.0.0" }), "version"],
  ])("[LOCK-3] [LOCK-8] refuses %j", (text, named) => {
    expect(() => parseLockfile(text)).toThrowError(
      expect.toSatisfy((e) => isRoboportError(e, "LOCKFILE_SHAPE") && e.message.includes(named)),
    );
  });

  it.each([{ sha1: "" }, { sha1: "ABCDEF" }, { sha256: "0".repeat(63) }])("[LOCK-2] refuses the digest %j", (wrong) => {
    expect(() => parseLockfile(one(wrong))).toThrowError(expect.toSatisfy((e) => isRoboportError(e, "LOCKFILE_SHAPE")));
  });

  it("[LOCK-5] the request changes with what is asked, not with the order of built-ins", () => {
    const facts = {
      manifest: parseManifest('{"mods": {"flib": ">= 0.1"}}'),
      game: parseVersion("2.0.60"),
      builtIns: ["base", "quality"].map((name) => ({ name, version: parseVersion("2.0.60"), dependencies: [] })),
      disabled: new Set<string>(),
      fixed: [],
    };
    const request = describeRequest(facts);
    expect(describeRequest({ ...facts, builtIns: [...facts.builtIns].reverse() })).toBe(request);
    expect(describeRequest({ ...facts, game: parseVersion("2.0.61") })).not.toBe(request);
    expect(describeRequest({ ...facts, disabled: new Set(["quality"]) })).not.toBe(request);
    expect(describeRequest({ ...facts, manifest: parseManifest('{"mods": {"flib": "*"}}') })).not.toBe(request);
    expect(describeRequest({ ...facts, fixed: ["mine 1.0.0"] })).not.toBe(request);
  });
});

function one(fields: object): string {
  const mod = { name: "flib", version: "1.0.0", file: "flib_1.0.0.zip", dependencies: [], ...fields };
  return JSON.stringify({ lockfileVersion: 1, factorio: "2.0.60", builtIns: [], request: "", mods: [mod] });
}
