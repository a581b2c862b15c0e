import { describe, expect, it } from "vitest";
import { isRoboportError } from "../errors.ts";
import { parseDuration } from "./duration-flag.ts";

describe("a length of time", () => {
  it.each([
    ["30m", 30 * 60],
    ["24h", 24 * 3600],
    ["2d", 2 * 86_400],
    ["1w", 7 * 86_400],
    ["0d", 0],
  ])("[OPS-30] reads %s as %d s", (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds * 1000);
  });

  it.each(["", "2", "d", "2 d", "-2d", "1.5d", "2D", "2y", "2months", "1d12h", "999999w", "constructor"])(
    "[OPS-30] refuses %j",
    (text) => {
      const refused = () => parseDuration(text);
      expect(refused).toThrow(expect.objectContaining({ hint: expect.stringContaining("24h") }));
      expect(refused).toThrow(expect.toSatisfy((error: unknown) => isRoboportError(error, "USAGE")));
    },
  );
});
