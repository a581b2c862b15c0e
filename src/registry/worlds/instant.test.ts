import fc from "fast-check";
import { expect, it } from "vitest";
import { findInstant, instantOf } from "./instant.ts";

it.each([
  ["2026-04-01T16:31:11+03:00", "2026-04-01T13:31:11.000000Z"],
  ["2025-12-31T23:30:00-01:00", "2026-01-01T00:30:00.000000Z"],
  ["2020-05-24T19:15:48.520000Z", "2020-05-24T19:15:48.520000Z"],
  ["2020-05-24T19:15:48.123456Z", "2020-05-24T19:15:48.123456Z"],
  ["2020-05-24T19:15:48.1234567+00:00", "2020-05-24T19:15:48.123456Z"],
  ["2020-05-24T19:15:48Z", "2020-05-24T19:15:48.000000Z"],
  ["2020-05-24T19:15:48", "2020-05-24T19:15:48.000000Z"],
  ["2020-05-24 19:15:48+0200", "2020-05-24T17:15:48.000000Z"],
  ["2020-05-24", "2020-05-24T00:00:00.000000Z"],
  ["2020-13-24T19:15:48Z", undefined],
  ["2020-05-24T19:15", undefined],
  ["", undefined],
  ["yesterday", undefined],
])("[REG-5] %s is %s", (text, instant) => {
  expect(findInstant(text)).toBe(instant);
});

it("[REG-5] any date comes back as it was", () => {
  const year9999 = 253_402_300_799_999;
  fc.assert(
    fc.property(fc.integer({ min: 0, max: year9999 }), (time) => {
      expect(Date.parse(findInstant(instantOf(time)) ?? "")).toBe(time);
    }),
  );
});
