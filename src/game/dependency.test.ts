import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Dependency,
  findDependency,
  formatDependency,
  mustBePresent,
  parseDependency,
  satisfies,
} from "./dependency.ts";
import { isModName } from "./mod-name.ts";
import { parseVersion, versionOf } from "./version.ts";

/** The pattern of reference/formats.md §5, which is said to fit the game. */
const REFERENCE = /^(?:(\?|\(\?\)|!|~|\+) *)?(.+?)(?: *([<>]=?|=) *([0-9.]+))?$/;

/** Kind, name, bound and whether it orders, as one line. */
function shown(text: string): string | undefined {
  const each = findDependency(text);
  if (!each) return undefined;
  const bound = each.constraint ? `${each.constraint.operator}${each.constraint.version.text}` : "any";
  return `${each.kind} [${each.name}] ${bound}${each.orders ? "" : " unordered"}`;
}

const version = fc
  .tuple(fc.nat(65535), fc.nat(65535), fc.nat(65535))
  .map(([major, minor, patch]) => versionOf(major, minor, patch));
const constraint = fc.record({ operator: fc.constantFrom("<", "<=", "=", ">=", ">"), version });
const kinds = fc.constantFrom(
  ["required", true],
  ["unordered", false],
  ["recommended", true],
  ["recommended", false],
  ["optional", true],
  ["hidden-optional", true],
  ["incompatible", false],
) satisfies fc.Arbitrary<[Dependency["kind"], boolean]>;
const name = fc.stringMatching(/^[A-Za-z0-9_-]([A-Za-z0-9 _-]{0,20}[A-Za-z0-9_-])?$/);
const dependency: fc.Arbitrary<Dependency> = fc
  .tuple(kinds, name, fc.option(constraint, { nil: undefined }))
  .map(([[kind, orders], each, bound]) => ({
    kind,
    name: each,
    constraint: bound as Dependency["constraint"],
    orders,
  }));

describe("dependencies", () => {
  it.each([
    ["base", "required [base] any"],
    ["base >= 2.0", "required [base] >=2.0"],
    ["? flib = 0.16.5", "optional [flib] =0.16.5"],
    ["(?) Squeak Through >= 1.3.0", "hidden-optional [Squeak Through] >=1.3.0"],
    ["! bobs", "incompatible [bobs] any unordered"],
    ["~ quality < 3.0.0", "unordered [quality] <3.0.0 unordered"],
    ["+ quality >= 2.1.0", "recommended [quality] >=2.1.0"],
  ])("[DEP-1] reads %j", (text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  it("[DEP-1] reads as the reference pattern does, where both can", () => {
    const text = fc
      .array(
        fc.constantFrom(
          "(?)",
          "?",
          "!",
          "~",
          "+",
          " ",
          "  ",
          "a",
          "B-2",
          "x_1.5",
          ">=",
          "<",
          "=",
          ">",
          "1.2",
          "0.10.3",
          "7",
        ),
        {
          maxLength: 9,
        },
      )
      .map((pieces) => pieces.join(""));
    fc.assert(
      fc.property(text, (each) => {
        const found = findDependency(each);
        const isCombined = /^\s*(?:\+~|~\+)/.test(each);
        if (!found || isCombined || !isModName(found.name)) return;
        const [, , name, operator, version] = REFERENCE.exec(each.trim()) ?? [];
        expect(found.name).toBe(name);
        const { constraint } = found;
        if (constraint) expect([constraint.operator, constraint.version.text]).toEqual([operator, version]);
        else expect(found.kind === "incompatible" || operator === undefined).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });

  it("[DEP-2] knows what must be there", () => {
    const present = ["", "~", "?", "(?)", "+", "!"].filter((prefix) =>
      mustBePresent(parseDependency(`${prefix} a`).kind),
    );
    expect(present).toEqual(["", "~"]);
  });

  it.each([
    ["?foo>=1.0", "optional [foo] >=1.0"],
    ["(?)foo", "hidden-optional [foo] any"],
    ["!Electric Furnaces", "incompatible [Electric Furnaces] any unordered"],
    ["  ?   foo   bar  <=  1.2.3  ", "optional [foo   bar] <=1.2.3"],
    ["base>=0.17", "required [base] >=0.17"],
  ])("[DEP-3] reads %j", (text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  it.each([
    ["my-mod 1.2.3", "required [my-mod 1.2.3] any"],
    ["foo >=", "required [foo >=] any"],
    ["foo >= x", "required [foo >= x] any"],
    ["(!) badmod", "required [(!) badmod] any"],
    ["?", "required [?] any"],
    ["foo == 1.0", "required [foo =] =1.0"],
    ["foo >= 1.2-beta", "required [foo >= 1.2-beta] any"],
    ["? ! foo", "optional [! foo] any"],
    ["__proto__ >= 1.0", "required [__proto__] >=1.0"],
  ])("[DEP-4] reads %j", (text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  it.each([
    ["! foo >= 1.0", "incompatible [foo] >=1.0 unordered"],
    ["! foo >= 1", "incompatible [foo] any unordered"],
    ["!foo = 99999.0.0", "incompatible [foo] any unordered"],
  ])("[DEP-5] reads %j", (text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  it.each([
    ["+~ foo", "recommended [foo] any unordered"],
    ["~+foo >= 1.0", "recommended [foo] >=1.0 unordered"],
  ])("[DEP-6] reads %j", (text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  it.each(["", "  ", "foo >= 1", "foo = 70000.1.1", "foo < ...", "?foo >= 1."])("[DEP-7] refuses %j", (text) => {
    expect(() => parseDependency(text)).toThrow(expect.objectContaining({ code: "DEPENDENCY_SYNTAX" }));
  });

  it("[DEP-8] refuses long texts and reads hostile ones in linear time", () => {
    expect(findDependency("x".repeat(4097))).toBeUndefined();
    expect(findDependency("(?)".repeat(5_000_000))).toBeUndefined();
    for (const part of [" ", "(?)", ">", "=1", "1.", "~+"]) findDependency(part.repeat(4096 / part.length));
  });

  it("[DEP-8] never throws on any text", () => {
    const alphabet = fc.string({ unit: fc.constantFrom(..."?()!~+ <>=.019ab_-\t\n"), maxLength: 40 });
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), alphabet), (text) => {
        const found = findDependency(text);
        if (found) expect(found.name).not.toBe("");
      }),
      { numRuns: 5000 },
    );
  });

  it.each([
    ["1.1.01", "=", "1.1.1", true],
    ["2.0", "=", "2.0.0", true],
    ["1.0.0", "<", "1.0.0", false],
    ["1.0.0", "<=", "1.0.0", true],
    ["0.10.0", ">", "0.9.0", true],
    ["1.0.0", ">=", "1.0.1", false],
  ])("[DEP-9] %s %s %s is %j", (left, operator, right, holds) => {
    expect(satisfies(parseVersion(left), parseDependency(`x ${operator} ${right}`).constraint)).toBe(holds);
  });

  it("[DEP-9] every version satisfies no bound", () => {
    expect(satisfies(parseVersion("0.0.0"), undefined)).toBe(true);
  });

  it("[DEP-10] reads back what it wrote", () => {
    fc.assert(
      fc.property(dependency, (each) => {
        expect(parseDependency(formatDependency(each))).toEqual(each);
      }),
      { numRuns: 2000 },
    );
  });

  it("[DEP-10] reading, writing and reading again is reading once, when a mod can be meant", () => {
    const text = fc.string({ unit: fc.constantFrom(..."?()!~+ <>=.019ab_-"), maxLength: 30 });
    fc.assert(
      fc.property(text, (each) => {
        const once = findDependency(each);
        if (once && isModName(once.name)) expect(findDependency(formatDependency(once))).toEqual(once);
      }),
      { numRuns: 5000 },
    );
  });
});
