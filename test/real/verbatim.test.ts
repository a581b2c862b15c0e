import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findViolations } from "./checker.ts";
import { chosenRelease, findOutdated } from "./newest-checker.ts";
import { rootsOf } from "./pack-game.ts";
import { openPackServer } from "./pack-server.ts";
import { openPackSource, type PackSource } from "./pack-source.ts";
import { hasRealData, readPacks } from "./real-data.ts";
import { findUntruths } from "./refusal.ts";

const TIMEOUT_MS = 120_000;

interface PlanDocument {
  readonly actions: readonly { readonly do: string; readonly name: string; readonly to: string }[];
}

/** Only releases whose dependencies are known to the letter: fewer packs fit, and more is in the way of each. */
describe.skipIf(!hasRealData)("every pack of ROBOPORT_DATA over universe-verbatim", () => {
  let source: PackSource;
  beforeAll(async () => {
    source = await openPackSource("universe-verbatim");
  });
  afterAll(() => source.portal.close());

  it.each(readPacks())(
    "$name: planned or refused for a true reason",
    async (pack) => {
      const { offer } = source;
      const { server, game } = await openPackServer(pack, source);
      await using _ = server;
      const roots = rootsOf(pack);
      await server.run(["init"]);
      const ran = await server.run(["add", "--dry-run", "--json", ...roots]);
      if (ran.exitCode === 3) return expect(findUntruths(JSON.parse(ran.stdout), { roots, offer, game })).toEqual([]);
      expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
      const { actions } = JSON.parse(ran.stdout) as PlanDocument;
      const mods = actions.flatMap(({ name, to }) => {
        const release = offer[name]?.releases.find(({ version }) => version === to);
        return release ? chosenRelease(name, release) : [];
      });
      expect(mods).toHaveLength(actions.length);
      expect([...findViolations(mods, { game, wanted: roots }), ...findOutdated(mods, offer, game)]).toEqual([]);
    },
    TIMEOUT_MS,
  );
});
