import { describe, expect, it } from "vitest";
import { memoryWorld } from "../../testing/index.ts";
import { searchEngineOf } from "./search-engine.ts";

const world = memoryWorld();
for (let number = 0; number < 500; number++) world.mod(`mod-${number}`, { title: `Number ${number}` }).release("1.0.0");

describe("the index of the search", () => {
  it("[REG-54] lets others be served while it is made, and is made once", async () => {
    const mods = await world.allMods();
    let turns = 0;
    let isMade = false;
    const count = () => {
      turns++;
      if (!isMade) setImmediate(count);
    };
    count();
    const [first, second] = await Promise.all([searchEngineOf(mods), searchEngineOf(mods)]);
    isMade = true;
    expect(first).toBe(second);
    expect(turns).toBeGreaterThan(10);
  });
});
