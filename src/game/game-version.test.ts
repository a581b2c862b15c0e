import { describe, expect, it } from "vitest";
import { factorioLine, gameLine, gameVersionOf, runsOn } from "./game-version.ts";
import { formatCanonicalVersion, parseVersion } from "./version.ts";

describe("game versions", () => {
  it.each([
    ["2.0", "2.0"],
    ["0.14.22", "0.14"],
    ["1.1.100", "1.1"],
    ["1.00", "1.0"],
    ["0.17.0", "0.17"],
    [undefined, "0.12"],
    [null, "0.12"],
    ["", "0.12"],
    ["any", "0.12"],
  ])("[GAME-1] takes a release for %j as one for %s", (written, line) => {
    expect(factorioLine(written)).toBe(line);
  });

  it("[GAME-1] takes the line of a full game version", () => {
    expect(gameLine(parseVersion("2.1.12"))).toBe("2.1");
  });

  it.each([
    ["2.0", "2.0.77", true],
    ["2.0", "2.1.12", false],
    ["2.1", "2.0.77", false],
    ["1.1", "2.0.7", false],
    ["1.1.77", "1.1.110", true],
    ["0.18", "1.0.0", true],
    ["0.18", "1.1.0", false],
    ["1.0", "0.18.47", false],
    ["0.17", "1.0.0", false],
    [undefined, "0.12.35", true],
    [undefined, "1.1.0", false],
  ])("[GAME-2] a release for %j in game %s: %j", (release, game, loads) => {
    expect(runsOn(release, parseVersion(game))).toBe(loads);
  });

  it("[GAME-3] takes a line for its newest game, and a full version as it is", () => {
    expect(formatCanonicalVersion(gameVersionOf(parseVersion("2.0")))).toBe("2.0.65535");
    expect(gameVersionOf(parseVersion("2.0")).text).toBe("2.0");
    expect(gameVersionOf(parseVersion("2.0.60"))).toEqual(parseVersion("2.0.60"));
  });
});
