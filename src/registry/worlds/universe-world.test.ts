import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readModZip } from "../../store/mod-zip.ts";
import { testPortalFetch } from "../../testing/index.ts";
import type { WorldProblem, WorldRelease } from "../world.ts";
import { openUniverseWorld, readUniverseWorld } from "./universe-world.ts";
import { everyModOf } from "./memory-source.ts";

const DATA = process.env["ROBOPORT_DATA"] ?? fileURLToPath(new URL("../../../../shared/data", import.meta.url));
const REAL = join(DATA, "universe", "universe-real.json.gz");

const plain = JSON.stringify({
  mods: {
    "Long Inserters": {
      title: null,
      owner: null,
      category: null,
      downloads_2018: 7,
      releases: [
        { version: "1.1.3", factorio_version: null, dependencies: null, released_at: "2020-02-01T00:00:00+00:00" },
        {
          version: "1.01.0",
          factorio_version: "0.17.45",
          dependencies: ["base"],
          released_at: "2019-01-01T00:00:00Z",
          sha1: "f".repeat(40),
          file_name: "other.zip",
          file_size: 1,
        },
      ],
      releases_without_deps: [{ version: "0.1.0", released_at: "2018-01-01T00:00:00Z" }],
    },
    "..": { releases: [] },
    odd: {
      releases: [
        { version: "latest" },
        { version: "1.0.0", dependencies: [1] },
        7,
        { version: "2.0", dependencies: "base" },
      ],
    },
  },
});

function read(text: string | Uint8Array) {
  const problems: WorldProblem[] = [];
  const bytes = typeof text === "string" ? Buffer.from(text) : text;
  return { world: readUniverseWorld(bytes, "world.json", (problem) => problems.push(problem)), problems };
}

async function bytesOf(release: WorldRelease | undefined): Promise<Uint8Array> {
  return (await release?.open()) as Uint8Array;
}

describe("a universe file", () => {
  it("[REG-1] may be gzipped", async () => {
    const names = async (bytes: Uint8Array) => (await read(bytes).world.allMods()).map((mod) => mod.name);
    expect(await names(gzipSync(plain))).toEqual(await names(Buffer.from(plain)));
  });

  it.each(["", "{", "[]", "null", '{"mods":[]}', '{"mods":null}', "\x1f\x8b broken"])("[REG-2] is not %j", (text) => {
    expect(() => read(Buffer.from(text, "latin1"))).toThrow(
      expect.objectContaining({ code: "UNIVERSE_SHAPE", message: expect.stringContaining("world.json") }),
    );
  });

  it("[REG-2] that is missing is named", async () => {
    await expect(openUniverseWorld("/nowhere/world.json", () => {})).rejects.toMatchObject({
      code: "UNIVERSE_SHAPE",
      message: expect.stringContaining("/nowhere/world.json"),
    });
  });

  it("[REG-3] loses what no portal could hold, and says so", async () => {
    const { world, problems } = read(plain);
    expect((await world.allMods()).map((mod) => mod.name)).toEqual(["Long Inserters", "odd"]);
    expect((await world.findMod("odd"))?.releases).toMatchObject([{ version: "2.0", dependencies: ["base"] }]);
    expect(problems).toEqual([
      { file: "..", reason: "it is not a mod name" },
      { file: "odd", reason: '"latest" is not a version' },
      { file: "odd 1.0.0", reason: "its dependencies are not a list of texts" },
      { file: "odd", reason: "a release is not an object" },
    ]);
  });

  it("[REG-4] has its digests made of the bytes that are served", async () => {
    const [release] = (await read(plain).world.findMod("Long Inserters"))?.releases ?? [];
    const bytes = await bytesOf(release);
    expect(release).toMatchObject({ fileName: "Long Inserters_1.01.0.zip", size: bytes.byteLength });
    expect(release?.sha1).toBe(createHash("sha1").update(bytes).digest("hex"));
  });

  it("[REG-5] has its releases in the order of their dates", async () => {
    const mod = await read(plain).world.findMod("Long Inserters");
    expect(mod?.createdAt).toBe("2018-01-01T00:00:00.000000Z");
    expect(mod?.releases.map((release) => release.releasedAt)).toEqual([
      "2019-01-01T00:00:00.000000Z",
      "2020-02-01T00:00:00.000000Z",
    ]);
  });

  it("[REG-6] has the same ids every time, and another for every release", async () => {
    const ids = async () => (await read(plain).world.findMod("Long Inserters"))?.releases.map((release) => release.id);
    expect(await ids()).toEqual(await ids());
    expect(new Set(await ids()).size).toBe(2);
    for (const id of (await ids()) ?? []) expect(id).toMatch(/^[0-9a-f]{24}$/);
  });

  it("[REG-7] gives zips that hold what it says", async () => {
    const releases = (await read(plain).world.findMod("Long Inserters"))?.releases;
    const [old, latest] = [await bytesOf(releases?.[0]), await bytesOf(releases?.[1])];
    expect(Buffer.compare(old, await bytesOf(releases?.[0]))).toBe(0);
    expect(readModZip(old)).toMatchObject({ root: "Long Inserters_1.01.0" });
    expect(readModZip(old).info.raw).toEqual({
      name: "Long Inserters",
      version: "1.01.0",
      title: "Long Inserters",
      author: "",
      factorio_version: "0.17.45",
      dependencies: ["base"],
    });
    expect(Object.keys(readModZip(latest).info.raw)).toEqual(["name", "version", "title", "author"]);
  });

  it("[REG-8] may not say what a release is for", async () => {
    const portal = testPortalFetch(read(plain).world);
    const mod = await (await portal.fetch(`${portal.url}/api/mods/Long%20Inserters/full`)).json();
    expect(mod).toMatchObject({ downloads_count: 7, releases: [{}, { info_json: {} }] });
  });
});

describe.skipIf(!existsSync(REAL))("the real universe", () => {
  const file = existsSync(REAL) ? readFileSync(REAL) : new Uint8Array();
  const { world, problems } = existsSync(REAL) ? read(file) : read('{"mods":{}}');

  it("[REG-3] is served whole: 14,426 mods, 29,581 releases", async () => {
    const mods = await everyModOf(world);
    expect(problems).toEqual([]);
    expect(mods).toHaveLength(14_426);
    expect(mods.reduce((sum, mod) => sum + mod.releases.length, 0)).toBe(29_581);
  });

  it("[REG-16] has every mod's releases by date, and its mods by name", async () => {
    const mods = await everyModOf(world);
    expect(mods.map((mod) => mod.name)).toEqual(mods.map((mod) => mod.name).sort());
    for (const { releases } of mods) {
      const dates = releases.map((release) => release.releasedAt);
      expect(dates).toEqual(dates.toSorted());
    }
  });

  it("[REG-7] gives a zip for each release that says what the file says", async () => {
    const { mods } = JSON.parse(gunzipSync(file).toString()) as {
      mods: Record<string, { releases: { version: string; factorio_version: string | null; dependencies: unknown }[] }>;
    };
    for (const mod of await everyModOf(world)) {
      const stated = new Map(mods[mod.name]?.releases.map((release) => [release.version, release]));
      for (const release of mod.releases) {
        const bytes = await bytesOf(release);
        const { name, version, factorio_version, dependencies } = readModZip(bytes).info.raw;
        const { factorio_version: line, dependencies: wanted } = stated.get(release.version) ?? {};
        expect([name, version, factorio_version ?? null, dependencies ?? null]).toEqual([
          mod.name,
          release.version,
          line,
          wanted,
        ]);
        expect(createHash("sha1").update(bytes).digest("hex")).toBe(release.sha1);
      }
    }
  });

  it("[REG-6] has no two releases of one id", async () => {
    const ids = (await everyModOf(world)).flatMap((mod) => mod.releases.map((release) => release.id));
    expect(new Set(ids).size).toBe(29_581);
  });

  it("[REG-25] answers for everything at once", async () => {
    const portal = testPortalFetch(world);
    const answer = await portal.fetch(`${portal.url}/api/mods?page_size=max&full=True`);
    const { results } = (await answer.json()) as { results: { releases: object[] }[] };
    expect(results.reduce((sum, mod) => sum + mod.releases.length, 0)).toBe(29_581);
  });
});
