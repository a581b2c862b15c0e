import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openUniverseWorld } from "../../src/registry/index.ts";
import { startTestPortal } from "../../src/testing/index.ts";
import { checkSettled, failureOf, settlePack, type Settled, type Source } from "./pack-server.ts";
import { rootsOf } from "./pack-game.ts";
import { hasRealData, readOffer, readPacks, universeFile } from "./real-data.ts";

const OUT = fileURLToPath(new URL("../../out", import.meta.url));

describe.skipIf(!hasRealData).each(["universe-real", "universe-verbatim"])(
  "the packs of ROBOPORT_DATA over %s",
  (name) => {
    const rows: string[] = [];
    let source: Source;
    beforeAll(async () => {
      const world = await openUniverseWorld(universeFile(name), () => {});
      source = { portal: await startTestPortal(world), offer: readOffer(name) };
    });
    afterAll(async () => {
      await source.portal.close();
      const table = [
        "| pack | game | roots | first answer | answers | dropped | installed | requests | ms |",
        "|---|---|---|---|---|---|---|---|---|",
        ...rows,
        "",
      ].join("\n");
      process.stdout.write(table);
      await mkdir(OUT, { recursive: true });
      await writeFile(join(OUT, name === "universe-real" ? "packs.md" : "packs-verbatim.md"), table);
    });

    it.each(readPacks())("$name", async (pack) => {
      const began = performance.now();
      const before = source.portal.requests.length;
      await using settled = await settlePack(pack, source);
      const asked = source.portal.requests.length - before;
      const { server, faults } = settled;
      const again = await server.run(["install"]);
      const verified = await server.run(["verify"]);
      const ms = performance.now() - began;
      const { mods, violations } = await checkSettled(settled);
      rows.push(rowOf(pack.name, { settled, roots: rootsOf(pack).length, installed: mods.size, asked, ms }));
      expect([...faults, ...violations, ...failureOf(verified, "verify")]).toEqual([]);
      expect(again).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^Up to date: /) });
      expect(source.portal.requests.length - before).toBe(asked);
    });
  },
);

interface Figures {
  readonly settled: Settled;
  readonly roots: number;
  readonly installed: number;
  readonly asked: number;
  readonly ms: number;
}

function rowOf(name: string, { settled, roots, installed, asked, ms }: Figures): string {
  const { game, answers, wanted } = settled;
  const conflicts = answers[0]?.conflicts ?? 0;
  const first = conflicts === 0 ? "yes" : `no: ${conflicts} conflict${conflicts === 1 ? "" : "s"}`;
  const figures = [game.version, roots, first, answers.length, roots - wanted.length, installed, asked, Math.round(ms)];
  return `| ${[name, ...figures].join(" | ")} |`;
}
