import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openPackSource, offerBefore, type PackSource } from "./pack-source.ts";
import { checkSettled, failureOf, settlePack } from "./pack-server.ts";
import { hasRealData, readPacks } from "./real-data.ts";

/** Parts of names: from five lines of the game, small and large. */
const PACKS = /^(aScriptingOreo|jlucktay|Quelling|rededog|rogedkone)\b/;

const TIMEOUT_MS = 300_000;

describe.skipIf(!hasRealData)("update of packs of ROBOPORT_DATA over universe-real", () => {
  let source: PackSource;
  beforeAll(async () => {
    source = await openPackSource("universe-real");
  });
  afterAll(() => source.portal.close());

  it.each(readPacks().filter(({ name }) => PACKS.test(name)))(
    "$name: from its day to the newest",
    async (pack) => {
      const day = new Date(pack.date).toISOString();
      const then = { ...source, offer: offerBefore(source.offer, day) };
      await using settled = await settlePack(pack, then, ["--at", day]);
      expect(settled.faults).toEqual([]);
      const before = await checkSettled(settled, then.offer);
      expect(before.violations).toEqual([]);
      const updated = await settled.server.run(["update"]);
      const after = await checkSettled(settled, source.offer);
      expect([...failureOf(updated, "update"), ...after.violations]).toEqual([]);
      expect(after.mods).not.toEqual(before.mods);
      expect(await settled.server.run(["update"])).toMatchObject({
        exitCode: 0,
        stdout: expect.stringContaining("Up to date"),
      });
      expect(failureOf(await settled.server.run(["verify"]), "verify")).toEqual([]);
    },
    TIMEOUT_MS,
  );
});
