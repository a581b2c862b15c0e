import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  compareVersions,
  findVersion,
  formatCanonicalVersion,
  parseVersion,
  versionOf,
  versionParts,
} from "./version.ts";

const part = fc.integer({ min: 0, max: 65535 });
const parts = fc.tuple(part, part, part);

describe("versions", () => {
  it.each([
    ["1.2.3", [1, 2, 3]],
    ["0.0.0", [0, 0, 0]],
    ["65535.65535.65535", [65535, 65535, 65535]],
    ["0.4.601", [0, 4, 601]],
    ["12026.10703.11057", [12026, 10703, 11057]],
    ["1.0", [1, 0, 0]],
  ])("[VER-1] reads %s", (text, expected) => {
    expect(versionParts(parseVersion(text))).toEqual(expected);
  });

  it.each(["", "1", "1.", ".1", "a.b", "v1.2", "65536.0.0", "0.65536.0", "0.0.65536", "1,2", "-1.2", "99999999999.1"])(
    "[VER-1] refuses %j",
    (text) => {
      expect(findVersion(text)).toBeUndefined();
      expect(() => parseVersion(text)).toThrow(expect.objectContaining({ code: "VERSION_SYNTAX" }));
    },
  );

  it.each([
    [" 1. 2. 3", "1.2.3"],
    ["1.2-beta", "1.2.0"],
    ["2.0.42-4", "2.0.42"],
    ["0.5.0.1", "0.5.0"],
    ["1.2.", "1.2.0"],
    ["1.2.0000000003", "1.2.3"],
    ["1.0000000000002.3", "1.2.3"],
  ])("[VER-2] reads %j as %s", (text, canonical) => {
    expect(formatCanonicalVersion(parseVersion(text))).toBe(canonical);
  });

  it("[VER-3] compares as three numbers would", () => {
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        const difference = a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
        expect(Math.sign(compareVersions(versionOf(...a), versionOf(...b)))).toBe(Math.sign(difference));
      }),
    );
    expect(compareVersions(parseVersion("1.1.01"), parseVersion("1.1.1"))).toBe(0);
  });

  it.each([
    ["2022.02.17", "2022.02.17", "2022.2.17"],
    ["1.1.01", "1.1.01", "1.1.1"],
    ["1.0", "1.0", "1.0.0"],
    ["0.5.0.1", "0.5.0.1", "0.5.0"],
  ])("[VER-4] keeps %s as written and knows its numbers", (text, written, canonical) => {
    const version = parseVersion(text);
    expect([version.text, formatCanonicalVersion(version)]).toEqual([written, canonical]);
  });

  it("[VER-5] keeps a text that is safe in a path and a URL", () => {
    const hostile = fc.stringMatching(/^[ 0-9./\\%a_\n-]{0,40}$/);
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          hostile,
          hostile.map((tail) => `1.2${tail}`),
        ),
        (text) => {
          const version = findVersion(text);
          if (!version) return;
          expect(version.text).toMatch(/^\d+(?:\.\d+)+$/);
          expect(version.text.length).toBeLessThanOrEqual(64);
          expect(findVersion(version.text)).toEqual(version);
        },
      ),
    );
    expect(parseVersion("1.2.3/../../etc").text).toBe("1.2.3");
    for (const part of ["0", " ", ".1", "1."]) expect(findVersion(`1.${part.repeat(1_000_000)}x`)).toBeUndefined();
  });

  it("[VER-6] turns into numbers and back", () => {
    fc.assert(
      fc.property(parts, (numbers) => {
        const version = versionOf(...numbers);
        expect(versionParts(version)).toEqual(numbers);
        expect(parseVersion(version.text)).toEqual(version);
      }),
    );
  });
});
