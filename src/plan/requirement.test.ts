import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isRoboportError } from "../errors.ts";
import { formatConstraints, parseConstraints, parseRequirement } from "./requirement.ts";

describe("requirements", () => {
  it("[REQ-1] splits at the last @ and keeps spaces in names", () => {
    const { name, constraints } = parseRequirement("Squeak Through@>= 1.8");
    expect([name, formatConstraints(constraints)]).toEqual(["Squeak Through", ">= 1.8"]);
    expect(parseRequirement("flib")).toEqual({ name: "flib", constraints: [] });
  });

  it.each([
    ["*", "*"],
    ["latest", "*"],
    ["1.2.3", "= 1.2.3"],
    [">=1.2,<2.0", ">= 1.2, < 2.0"],
    [">= 1.2 < 2.0", ">= 1.2, < 2.0"],
    [">=1,<2", ">= 1.0, < 2.0"],
    ["2022.02.17", "= 2022.02.17"],
  ])("[REQ-2] reads %j as %j", (text, canonical) => {
    expect(formatConstraints(parseConstraints(text))).toBe(canonical);
  });

  it.each(["", "^1.2", "~1.2", "1", "1.2.3.4", ">= x", "== 1.2", "1.2.99999", ">= 1,", "=", ">=1.", ">=70000"])(
    "[REQ-3] refuses %j",
    (text) => {
      expect(() => parseConstraints(text)).toThrowError(
        expect.toSatisfy((e) => isRoboportError(e, "REQUIREMENT_SYNTAX")),
      );
    },
  );

  it("[REQ-3] ends in a typed error whatever is typed", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          parseRequirement(text);
        } catch (error) {
          expect(isRoboportError(error)).toBe(true);
        }
      }),
    );
  });
});
