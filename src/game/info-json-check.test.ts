import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkInfoJson } from "./info-json-check.ts";

const GOOD = { name: "belt-lamps", version: "1.2.0", title: "Lamps", author: "alice", factorio_version: "2.0" };
const remarksOf = (change: Readonly<Record<string, unknown>>) =>
  checkInfoJson(JSON.stringify({ ...GOOD, ...change }, null, 2)).remarks.map(
    ({ severity, text }) => `${severity}: ${text}`,
  );

describe("checking info.json", () => {
  it("[CHECK-1] is content with a good one, and names lines in a bad one", () => {
    expect(checkInfoJson(JSON.stringify(GOOD))).toMatchObject({ info: { name: "belt-lamps" }, remarks: [] });
    const { remarks } = checkInfoJson(JSON.stringify({ ...GOOD, version: "1.2" }, null, 2));
    expect(remarks).toEqual([
      { file: "info.json", line: 3, severity: "error", text: 'The version "1.2" needs three numbers' },
    ]);
  });

  it("[CHECK-1] tells of a text that cannot be read", () => {
    expect(checkInfoJson("{")).toMatchObject({ info: undefined, remarks: [{ severity: "error" }] });
    const deep = `{"name": ${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    expect(checkInfoJson(deep).remarks).toEqual([
      { file: "info.json", line: 1, severity: "error", text: "Brackets are nested too deep" },
    ]);
  });

  it.each([
    [{ name: "ab" }, "error: The name"],
    [{ name: "Squeak Through" }, "error: The name"],
    [{ title: "" }, "error: The title is missing"],
    [{ title: "x".repeat(101) }, "error: The title is longer"],
    [{ author: undefined }, "error: The author is missing"],
  ])("[CHECK-2] %j", (change, remark) => {
    expect(remarksOf(change).join()).toContain(remark);
  });

  it.each([
    [{ version: "1.2.03" }, "warning: The version 1.2.03 has leading zeros"],
    [{ version: " 1.2.3" }, "error: The version"],
    [{ factorio_version: "2.0.60" }, "error: factorio_version"],
    [{ factorio_version: undefined }, "error: factorio_version is missing"],
    [{ factorio_version: 2.0 }, "error: factorio_version 2"],
  ])("[CHECK-3] %j", (change, remark) => {
    expect(remarksOf(change).join()).toContain(remark);
  });

  it.each([
    [{ dependencies: ["base", "?"] }, 'error: "?" is no dependency'],
    [{ dependencies: ["belt-lamps"] }, "error: The mod depends on itself"],
    [{ dependencies: ["a >= 1.0.0", "? a"] }, "warning: There are several dependencies on a"],
    [{ dependencies: [7] }, "error: 7 is no dependency"],
    [{ dependencies: "base" }, "error: dependencies is not a list"],
  ])("[CHECK-4] %j", (change, remark) => {
    expect(remarksOf(change).join()).toContain(remark);
  });

  it("[CHECK-5] names the flag that was meant", () => {
    expect(remarksOf({ spoilage_required: true })).toEqual([
      "warning: The game does not know spoilage_required; it is called spoiling_required",
    ]);
  });

  it("[CHECK-1] never fails, whatever it is given", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(Array.isArray(checkInfoJson(text).remarks)).toBe(true);
      }),
    );
  });
});
