import { describe, expect, it } from "vitest";
import { isRoboportError } from "../../src/errors.ts";
import { checkModZip } from "../../src/store/mod-zip.ts";
import { seededRandom } from "../faults/seeded-random.ts";
import { HOSTILE, hostileZips } from "./hostile.ts";
import { randomMod } from "./some-mod.ts";
import { rawZip } from "./raw-zip.ts";

const VARIANTS = 3;

function reasonOf(bytes: Uint8Array, mod: { readonly name: string; readonly version: string }): unknown {
  try {
    checkModZip(bytes, mod);
    return "accepted";
  } catch (error) {
    if (!isRoboportError(error, "ZIP_INVALID")) throw error;
    return error.data?.["reason"];
  }
}

describe("zips from strangers", () => {
  it("[ZIP-3] accepts what every hostile one is made of", () => {
    const random = seededRandom(1);
    for (let at = 0; at < 100; at++) {
      const mod = randomMod(random);
      expect(reasonOf(rawZip(mod.entries), mod)).toBe("accepted");
    }
  });

  const zips = [...hostileZips(seededRandom(2), VARIANTS)];
  it.each(HOSTILE.map((each) => [each.row, each.name, each] as const))(
    "[ZIP-1] [ZIP-2] [ZIP-3] [ZIP-4] [ZIP-5] [ZIP-6] [ZIP-10] [ZIP-11] [ZIP-12] %s: refuses %s",
    (_row, _name, from) => {
      for (const { bytes, mod } of zips.filter((zip) => zip.from === from)) {
        expect(from.reasons).toContain(reasonOf(bytes, mod));
      }
    },
  );
});
