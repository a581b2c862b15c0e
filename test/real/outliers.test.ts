import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { defaultBuiltIns } from "../../src/game/built-ins.ts";
import { parseVersion } from "../../src/game/version.ts";
import { parseUniverseFile, type Resolution, solve, type Universe } from "../../src/resolve/index.ts";
import { isPossible, type Offer } from "./no-checker.ts";
import { hasRealData, readOffer, universeFile } from "./real-data.ts";

const TIMEOUT_MS = 120_000;

/** The longest lists of dependencies that anybody published, and whether they can be had in this universe. */
const OUTLIERS = [
  { name: "all-the-modportal", game: "1.1.110", has: "13,498 required mods", ok: false },
  { name: "better", game: "1.1.110", has: "13,498 required mods, in an older release", ok: true },
  { name: "osm-lib-postprocess", game: "1.1.110", has: "10,726 dependencies", ok: true },
  { name: "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz", game: "2.0.60", has: "2,673 dependencies", ok: true },
  { name: "bigbigmod", game: "1.1.110", has: "851 dependencies", ok: false },
];

describe.skipIf(!hasRealData)("the longest lists of dependencies in ROBOPORT_DATA", () => {
  let offer: Offer;
  let mods: Universe["mods"];
  beforeAll(() => {
    offer = readOffer("universe-real");
    ({ mods } = parseUniverseFile(JSON.parse(gunzipSync(readFileSync(universeFile("universe-real"))).toString())));
  });

  function answerFor(name: string, game: string): Resolution {
    const version = parseVersion(game);
    const universe = { game: version, builtIns: defaultBuiltIns(version), mods };
    return solve({ universe, requirements: [{ name, constraints: [] }] });
  }

  it.each(OUTLIERS)(
    "$name with $has is solved, or refused for a true reason",
    ({ name, game, ok }) => {
      const answer = answerFor(name, game);
      const builtIns = new Map(defaultBuiltIns(parseVersion(game)).map((each) => [each.name, each.version.text]));
      expect(answer.ok).toBe(ok);
      expect(isPossible([name], offer, { version: game, builtIns })).toBe(ok);
      if (answer.ok) expect(answer.picks.has(name)).toBe(true);
      else expect(answer.core).toEqual([name]);
    },
    TIMEOUT_MS,
  );
});
