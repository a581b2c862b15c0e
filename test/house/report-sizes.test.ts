import { describe, expect, it } from "vitest";
import { checkPlanted } from "./planted-tree.ts";

const LONG = "export const x = 1;\n".repeat(601);

describe("report-sizes", () => {
  it("reports a file past 600 lines, unless its head says why", () => {
    expect(checkPlanted("report-sizes", { "src/game/long.ts": LONG, "src/game/short.ts": "" }).faults).toEqual([
      "src/game/long.ts: 601 lines; split it by noun, or say why at its head",
    ]);
    expect(checkPlanted("report-sizes", { "src/game/long.ts": `/** One table. */\n${LONG}` })).toEqual({
      status: 0,
      faults: [],
    });
  });
});
