import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openPackSource, type PackSource } from "./pack-source.ts";
import { checkSettled, failureOf, settlePack, type Settled } from "./pack-server.ts";
import { rootsOf } from "./pack-game.ts";
import { hasRealData, type Pack, readPacks } from "./real-data.ts";

const OUT = fileURLToPath(new URL("../../out", import.meta.url));
const COLUMNS = ["pack", "game", "roots", "first answer", "answers", "dropped", "installed", "requests", "ms"];

/** Cores may blame more than they must, but rarely. */
const LOOSE_SHARE_MAX = 0.02;

/** The largest packs take a dozen answers. */
const TIMEOUT_MS = 300_000;

describe.skipIf(!hasRealData)("every pack of ROBOPORT_DATA over universe-real", () => {
  const rows: (readonly unknown[])[] = [];
  const looseCores: string[] = [];
  let cores = 0;
  let readBy = "";
  let source: PackSource;
  beforeAll(async () => {
    source = await openPackSource("universe-real");
  });
  afterAll(async () => {
    await source.portal.close();
    const table = [COLUMNS, COLUMNS.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |\n`).join("");
    const loose = `${cores} conflicts, ${looseCores.length} of them loose: ${looseCores.join("; ")}`;
    process.stdout.write(`${table}\nZips read by ${readBy}. ${loose}\n`);
    await mkdir(OUT, { recursive: true });
    await writeFile(join(OUT, "packs.md"), table);
  });

  it.each(readPacks())(
    "$name: installed or refused for a true reason",
    async (pack) => {
      const began = performance.now();
      const before = source.portal.requests.length;
      await using settled = await settlePack(pack, source);
      const requests = source.portal.requests.length - before;
      const { server } = settled;
      expect(settled.faults).toEqual([]);
      const again = await server.run(["install"]);
      const verified = await server.run(["verify"]);
      const ms = performance.now() - began;
      const { mods, violations, reader } = await checkSettled(settled, source.offer);
      readBy = reader;
      rows.push(rowOf(pack, { settled, installed: mods.length, requests, ms }));
      cores += settled.refusals.reduce((sum, { conflicts }) => sum + conflicts.length, 0);
      looseCores.push(...settled.looseCores);
      expect([...violations, ...failureOf(verified, "verify")]).toEqual([]);
      expect(again).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^Up to date: /) });
      expect(source.portal.requests.length - before).toBe(requests);
    },
    TIMEOUT_MS,
  );

  it("blames no more mods than it must", () => {
    expect(looseCores.length).toBeLessThanOrEqual(cores * LOOSE_SHARE_MAX);
  });
});

interface Figures {
  readonly settled: Settled;
  readonly installed: number;
  readonly requests: number;
  readonly ms: number;
}

function rowOf(pack: Pack, { settled, installed, requests, ms }: Figures): readonly unknown[] {
  const { game, refusals, wanted } = settled;
  const [first] = refusals;
  const roots = rootsOf(pack).length;
  const answer = first ? `no, ${first.conflicts.length} conflicts` : "yes";
  const answers = refusals.length + (wanted.length > 0 ? 1 : 0);
  return [pack.name, game.version, roots, answer, answers, roots - wanted.length, installed, requests, Math.round(ms)];
}
