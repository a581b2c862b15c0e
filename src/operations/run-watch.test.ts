import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DATA, hasRealData } from "../../test/real/real-data.ts";
import { openRunWatch } from "./run-watch.ts";

const LOG = `   0.000 2026-01-01 00:00:00; Factorio 2.0.60 (build 1, linux64, headless)
   0.601 Error InterruptibleStdioStream.cpp:53: Reading stdin failed
   1.000 Error ModManager.cpp:1: Something else
   1.100 Error Util.cpp:81: Failed to load mod "Müll":\u0020
• Müll: https://x.test/?token=secret
   1.200 Info Other.cpp:1: fine
`;
const UP = "   2.000 Info M.cpp:8: updateTick(0) changing state from(CreatingGame) to(InGame)\n";

function watch(pieces: readonly Uint8Array[]) {
  let ups = 0;
  const watching = openRunWatch(() => ups++);
  for (const piece of pieces) watching.read(piece);
  return { ups, isInGame: watching.isInGame(), failure: watching.failure() };
}

describe("watching a server come up", () => {
  it("[RUNNER-5] tells the mod it failed for, and no secret", () => {
    expect(watch([Buffer.from(LOG)])).toEqual({
      ups: 0,
      isInGame: false,
      failure: {
        mod: "Müll",
        text: 'Failed to load mod "Müll": • Müll: https://x.test/?token=[redacted]',
        isOfMods: true,
      },
    });
  });

  it.each([
    "Host address is already in use",
    "Couldn't acquire exclusive lock for /x/.lock",
    "No space left on device",
  ])("[RUNNER-5] %s is not the fault of mods", (text) => {
    const { failure } = watch([Buffer.from(`   1.000 Error X.cpp:1: ${text}\n`)]);
    expect(failure).toEqual({ mod: undefined, text, isOfMods: false });
  });

  it("[RUNNER-4] sees the game whatever the pieces, and nothing after it", () => {
    const bytes = Buffer.from(`${LOG}${UP}${UP}   3.000 Error X.cpp:1: late\n`);
    const whole = watch([bytes]);
    expect(whole).toMatchObject({ ups: 1, isInGame: true, failure: { mod: "Müll" } });
    fc.assert(
      fc.property(fc.array(fc.nat({ max: bytes.length }), { maxLength: 20 }), (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
        expect(watch(at.slice(1).map((end, index) => bytes.subarray(at[index], end)))).toEqual(whole);
      }),
    );
  });

  it("[RUNNER-4] holds no more than a line of what never ends", () => {
    const piece = Buffer.alloc(64 * 1024, "x");
    const { failure } = watch([...Array.from({ length: 100 }, () => piece), Buffer.from(`\n${LOG}`)]);
    expect(failure?.mod).toBe("Müll");
  });
});

describe.skipIf(!hasRealData)("real logs in ROBOPORT_DATA", () => {
  const logs = hasRealData ? readdirSync(join(DATA, "logs")).filter((name) => name.endsWith(".log")) : [];
  it.each(logs)("[RUNNER-4] [RUNNER-5] %s", (name) => {
    const bytes = readFileSync(join(DATA, "logs", name));
    const { isInGame, failure } = watch([bytes]);
    expect(isInGame).toBe(bytes.includes("to(InGame)"));
    if (name.includes("disk-full")) expect(failure?.isOfMods).toBe(false);
  });
});
