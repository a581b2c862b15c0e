import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { findResults, formatReport } from "../../rel/report.ts";
import { SUITES } from "../../rel/suites.ts";

it("docs/reliability.md is what its results make of it, and has every suite", async () => {
  const page = await readFile(new URL("../../docs/reliability.md", import.meta.url), "utf8");
  const results = findResults(page) ?? [];
  expect(page).toBe(formatReport(results));
  expect(results.map(({ name }) => name)).toEqual(SUITES.map(({ name }) => name));
  expect(results.map(({ scale, failed }) => [scale, failed])).toEqual(SUITES.map(() => ["full", 0]));
});
