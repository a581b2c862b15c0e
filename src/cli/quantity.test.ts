import { describe, expect, it } from "vitest";
import { formatBytes, formatCount, formatDuration } from "./quantity.ts";

describe("quantities", () => {
  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1.0 kB"],
    [999_949, "999.9 kB"],
    [999_950, "1.0 MB"],
    [131_072_000, "131.1 MB"],
    [5_000_000_000, "5.0 GB"],
    [7e15, "7000.0 TB"],
  ])("%i bytes are %s", (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it.each([
    [0, "0 s"],
    [59_400, "59 s"],
    [59_600, "1 min 00 s"],
    [200_000, "3 min 20 s"],
    [7_500_000, "2 h 05 min"],
  ])("%i milliseconds are %s", (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });

  it("counts in words", () => {
    expect([0, 1, 2].map((count) => formatCount(count, "mod"))).toEqual(["no mods", "1 mod", "2 mods"]);
    expect(formatCount(2, "dependency", "dependencies")).toBe("2 dependencies");
  });
});
