import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { defaultBuiltIns } from "../../src/game/built-ins.ts";
import { parseVersion, type Version } from "../../src/game/version.ts";
import { solve } from "../../src/resolve/index.ts";
import type { UniverseFile } from "../../src/resolve/universe-file.ts";
import { readUniverseFile } from "../../src/store/catalogue-source.ts";
import { useUniverseFile } from "../../src/store/catalogued-universe.ts";
import type { Offer } from "./no-checker.ts";
import { guessGame, rootsOf } from "./pack-game.ts";
import { hasRealData, type Pack, readOffer, readPacks, universeFile } from "./real-data.ts";

describe.skipIf(!hasRealData)("the catalogue of universe-real", () => {
  let cacheDir: string;
  let whole: UniverseFile;
  let offer: Offer;
  beforeAll(async () => {
    cacheDir = await mkdtemp(join(tmpdir(), "roboport-catalogue-"));
    whole = (await readUniverseFile(universeFile("universe-real"))).file;
    offer = readOffer("universe-real");
    await useUniverseFile({ path: universeFile("universe-real"), cacheDir }, () => {});
  });
  afterAll(() => rm(cacheDir, { recursive: true, force: true }));

  it.each(readPacks())("[CAT-2] $name: the same answer as from the whole file", async (pack) => {
    const game = parseVersion(guessGame(pack, offer).version);
    const answer = await useUniverseFile({ path: universeFile("universe-real"), cacheDir }, (file) => {
      expect(file.mods).not.toBeInstanceOf(Map);
      return answerTo(file, pack, game);
    });
    expect(answer).toEqual(answerTo(whole, pack, game));
  });
});

/** The answer without what only fetching needs. */
function answerTo({ mods }: UniverseFile, pack: Pack, game: Version): unknown {
  const answer = solve({
    universe: { game, builtIns: defaultBuiltIns(game), mods },
    requirements: rootsOf(pack).map((name) => ({ name, constraints: [] })),
  });
  return answer.ok ? { ...answer, picks: [...answer.picks].map(([name, { version }]) => [name, version]) } : answer;
}
