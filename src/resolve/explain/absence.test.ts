import { describe, expect, it } from "vitest";
import { type Question, requestOf } from "../../../test/scenarios/scenario.ts";
import { parseRequirement } from "../../plan/requirement.ts";
import { findAbsence } from "./absence.ts";

/** Why a line of the manifest of a 2.0.60 server cannot be met. */
function absenceOf(line: string, question: Partial<Question> = {}) {
  const request = requestOf({ game: "2.0.60", mods: {}, ask: [], ...question });
  return findAbsence(parseRequirement(line), request);
}

describe("findAbsence", () => {
  it("[RES-20] says that no portal has a name", () => {
    expect(absenceOf("flib")).toMatchObject({ kind: "unknown", clause: ", which no portal has" });
  });

  it("[RES-21] names the mod that differs by case alone", () => {
    const mods = { Flib: { "1.0.0": [] }, flip: { "1.0.0": [] } };
    expect(absenceOf("fLib", { mods })).toMatchObject({
      kind: "case",
      clause: ', which no portal has; the mod is called "Flib"',
    });
  });

  it("[RES-22] says that a mod has no release", () => {
    expect(absenceOf("a", { mods: { a: {} } })).toMatchObject({ kind: "unreleased", clause: ", which has no release" });
  });

  it.each([
    [["1.1"], "Factorio 1.1"],
    [["2.1", "1.1"], "Factorio 2.1 and 1.1"],
    [["0.16.3", "1.1", "1.1.50"], "Factorio 1.1 and 0.16"],
    [["1.0", "2.1", "1.1"], "Factorio 2.1, 1.1 and 1.0"],
    [["0.17", "0.18", "2.1", "1.1"], "Factorio 2.1, 1.1 and 2 other lines"],
  ])("[RES-23] names the nearest lines of %j", (lines, named) => {
    const releases = lines.map((line, at): [string, { for: string }] => [`1.0.${at}`, { for: line }]);
    expect(absenceOf("a@>=9.0", { mods: { a: Object.fromEntries(releases) } })).toMatchObject({
      kind: "game-line",
      clause: `, which has no release for Factorio 2.0, only for ${named}`,
    });
  });

  it("[RES-24] names the instant before which there is no release", () => {
    const mods = { a: { "1.0.0": { at: "2025-02-01" }, "0.9.0": { at: "2024-01-01", for: "1.1" } } };
    expect(absenceOf("a", { mods, options: { at: "2025-01-01" } })).toMatchObject({
      kind: "date",
      clause: ", which has no release for Factorio 2.0 from before 2025-01-01",
    });
  });

  it("[RES-24] names the instant when only later releases are within the bounds", () => {
    const mods = { a: { "1.0.0": { at: "2024-02-01" }, "2.0.0": { at: "2025-02-01" } } };
    expect(absenceOf("a@>=2.0", { mods, options: { at: "2025-01-01" } })).toMatchObject({
      kind: "date",
      clause: ", but a has only 1.0.0 for Factorio 2.0 from before 2025-01-01",
    });
  });

  it.each([
    [{ "1.0.0": [] }, "a has only 1.0.0 for Factorio 2.0"],
    [{ "1.5.0": [], "1.0.0": [] }, "a has only 1.0.0 and 1.5.0 for Factorio 2.0"],
    [{ "1.2.0": [], "1.1.0": [], "1.0.0": [] }, "a has only 1.0.0 to 1.2.0 for Factorio 2.0"],
    [{ "1.1.1": [], "1.1.01": [] }, "a has only 1.1.1 for Factorio 2.0"],
    [{ "1.0.0": [], "3.0.0": { for: "1.1" } }, "a has only 1.0.0 for Factorio 2.0 (>= 2.0 is for Factorio 1.1)"],
  ] as const)("[RES-25] names what there is of %j", (a, there) => {
    expect(absenceOf("a@>=2.0", { mods: { a } })).toMatchObject({ kind: "range", clause: `, but ${there}` });
  });

  it("[RES-26] says that a built-in is switched off", () => {
    expect(absenceOf("quality", { disabled: ["quality"] })).toMatchObject({
      kind: "switched-off",
      clause: ", which comes with the game but is switched off",
    });
    expect(absenceOf("base", { disabled: ["base"] })).toBeUndefined();
  });

  it("[RES-27] says that this game does not have a built-in", () => {
    expect(absenceOf("recycler")).toMatchObject({ kind: "not-in-game", clause: ", which Factorio 2.0 does not have" });
  });

  it.each([
    ["base@>=2.0.70", "the game is 2.0.60"],
    ["quality@<2.0", "quality of this game is 2.0.55"],
  ])("[RES-28] names the version that is not %s", (line, named) => {
    const builtIns = { base: { version: "2.0.60" }, quality: { version: "2.0.55" } };
    expect(absenceOf(line, { builtIns })).toMatchObject({ kind: "game-version", clause: `, but ${named}` });
  });

  it("[RES-29] names the version of a mod put there by hand", () => {
    const question = { mods: { a: { "2.0.0": [] } }, options: { fixed: { a: { version: "1.00.0" } } } };
    expect(absenceOf("a@>=2.0", question)).toMatchObject({
      kind: "fixed",
      clause: ", but a 1.00.0 lies in the mods folder and stays as it is",
    });
    expect(absenceOf("a@1.0", question)).toBeUndefined();
  });

  it("[RES-25] says nothing when there is a release within the bounds", () => {
    expect(absenceOf("a@>=1.0", { mods: { a: { "1.0.0": [] } } })).toBeUndefined();
  });

  it.each([
    [{}, "fliba", ", which no portal has"],
    [{ mods: { fliba: {} } }, "fliba", ", which have no release"],
    [
      { mods: { fliba: { "1.0.0": { for: "0.17" }, "0.9.0": { for: "0.16" } } } },
      "fliba",
      ", which have no release for Factorio 2.0; the nearest are for Factorio 0.17",
    ],
    [{ disabled: ["quality"] }, "quality", ", which come with the game but are switched off"],
    [{}, "recycler", ", which Factorio 2.0 does not have"],
  ])("[SAY-10] says of several mods together what is true of each: %j", (question, line, together) => {
    expect(absenceOf(line, question)?.together).toBe(together);
  });

  it("[RES-70] names the mod that is perhaps meant", () => {
    expect(absenceOf("even-distribtion", { mods: { "even-distribution": { "1.0.0": [] } } })).toEqual({
      kind: "unknown",
      clause: ', which no portal has; perhaps "even-distribution" is meant',
      meant: "even-distribution",
    });
  });
});
