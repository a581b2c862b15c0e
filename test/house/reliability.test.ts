import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { findResults, formatReport } from "../../rel/report.ts";
import { SUITES } from "../../rel/suites.ts";

it("docs/reliability.md is what the results of whole runs make of it", async () => {
  const page = await readFile(new URL("../../docs/reliability.md", import.meta.url), "utf8");
  const results = findResults(page) ?? [];
  expect(page).toBe(formatReport(results));
  expect(SUITES.map(({ name }) => name)).toEqual(expect.arrayContaining(results.map(({ name }) => name)));
  for (const { name, scale, failed } of results) expect([name, scale, failed]).toEqual([name, "full", 0]);
});
