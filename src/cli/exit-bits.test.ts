import { expect, it } from "vitest";
import { bitCodedExit } from "./exit-bits.ts";

it("[CLI-40] is the foremost code in the low bits, and a bit for every kind", () => {
  const bits = { a: 8, b: 16, c: 64 } as const;
  expect(bitCodedExit<keyof typeof bits>("VERIFY_FAILED", [], bits)).toBe(3);
  expect(bitCodedExit<keyof typeof bits>("PERMISSION", ["c", "a", "a"], bits)).toBe(6 + 8 + 64);
  expect(bitCodedExit<keyof typeof bits>("CREDENTIALS_EXPOSED", ["a", "b", "c"], bits)).toBeLessThan(128);
});
