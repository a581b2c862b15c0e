import { describe, expect, it } from "vitest";
import { findSimilarNames } from "./similar-names.ts";

const similarTo = (name: string, ...names: readonly string[]) =>
  findSimilarNames(name, new Map(names.map((each) => [each, undefined])));

describe("findSimilarNames", () => {
  it("[RES-21] prefers the name that differs by case alone", () => {
    expect(similarTo("FLIB", "flip", "Flib", "f-lib")).toEqual({ same: "Flib" });
  });

  it.each([
    ["squeak-through", "Squeak Through"],
    ["EvenDistribution", "even-distribution"],
    ["even-distribtion", "even-distribution"],
    ["even-ditsribution", "even-distribution"],
    ["even-distributions", "even-distribution"],
    ["even-distrobution", "even-distribution"],
  ])("[RES-70] takes %j for %j", (name, near) => {
    expect(similarTo(name, "unrelated", near)).toEqual({ near });
  });

  it.each([
    ["bobs-mod-2", "bobs-mod-3"],
    ["squeak-through-2", "squeak-through"],
    ["abc", "abd"],
    ["xeven", "even"],
    ["helmod", "heimot"],
    ["", "a"],
  ])("[RES-70] does not take %j for %j", (name, other) => {
    expect(similarTo(name, other)).toEqual({});
  });

  it("[RES-70] takes the first by name, in whatever order they are", () => {
    expect(similarTo("flib-x", "FLibX", "flib_x")).toEqual({ near: "FLibX" });
    expect(similarTo("flib-x", "flib_x", "FLibX")).toEqual({ near: "FLibX" });
  });
});
