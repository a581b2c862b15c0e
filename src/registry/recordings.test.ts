import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { testPortalFetch } from "../testing/index.ts";
import { type ModDetails, type WorldImage, type WorldLicense, type WorldMod, type WorldRelease } from "./world.ts";
import { staticWorld } from "./worlds/memory-source.ts";
import { readModDetails } from "./worlds/mod-details.ts";

const DATA = process.env["ROBOPORT_DATA"] ?? fileURLToPath(new URL("../../../shared/data", import.meta.url));
const SAMPLES = join(DATA, "portal-samples");

interface RecordedRelease {
  readonly download_url: string;
  readonly file_name: string;
  readonly info_json: { readonly factorio_version?: string; readonly dependencies?: readonly string[] };
  readonly released_at: string;
  readonly version: string;
  readonly sha1: string;
}
interface RecordedMod {
  readonly name: string;
  readonly created_at?: string;
  readonly updated_at?: string;
  readonly images?: readonly WorldImage[];
  readonly license?: WorldLicense;
  readonly releases?: readonly RecordedRelease[];
  readonly latest_release?: RecordedRelease;
}
interface RecordedList {
  readonly pagination: { readonly links: object } | null;
  readonly results: readonly RecordedMod[];
}

const recorded = <T>(file: string) => JSON.parse(readFileSync(join(SAMPLES, file), "utf8")) as T;

/** The world in which the portal must have given this answer. */
function recordedMod(mod: RecordedMod): WorldMod {
  const { name, created_at = "", images, license, releases, latest_release } = mod;
  const details: ModDetails = {
    ...readModDetails({ ...mod }),
    ...(images && { images }),
    ...(license && { license }),
  };
  const all = releases ?? (latest_release ? [latest_release] : []);
  return { ...details, name, createdAt: created_at, releases: all.map(recordedRelease) };
}

function recordedRelease(release: RecordedRelease): WorldRelease {
  return {
    version: release.version,
    factorioVersion: release.info_json.factorio_version,
    dependencies: release.info_json.dependencies,
    featureFlags: [],
    releasedAt: release.released_at,
    id: release.download_url.slice(-24),
    fileName: release.file_name,
    sha1: release.sha1,
    size: 0,
    open: async () => new Uint8Array(),
  };
}

async function answered(mods: readonly RecordedMod[], path: string): Promise<unknown> {
  const portal = testPortalFetch(staticWorld(mods.map(recordedMod)));
  return (await portal.fetch(portal.url + path)).json();
}

/** Keys in their order and values, so two values with the same text are the same to any client. */
const text = (value: unknown) => JSON.stringify(value, undefined, 1);
const keysOf = (value: object) => Object.keys(value).sort();

describe.skipIf(!existsSync(SAMPLES))("answers equal the recorded ones", () => {
  it.each(["full-AutoDeconstruct.2025-12.json", "full-singleplayer_extreme_modpack.2025-12.json"])(
    "[REG-15] %s, character by character",
    async (file) => {
      const mod = recorded<RecordedMod>(file);
      expect(text(await answered([mod], `/api/mods/${mod.name}/full`))).toBe(
        text({ ...mod, updated_at: mod.releases?.at(-1)?.released_at }),
      );
    },
  );

  it("[REG-15] full-1000BagSize.2019.json but for `tag`, which became `tags`", async () => {
    const { tag: _, ...mod } = recorded<RecordedMod & { tag: object; thumbnail: string }>("full-1000BagSize.2019.json");
    const ours = (await answered([mod], "/api/mods/1000BagSize/full")) as RecordedMod;
    expect(keysOf(ours)).toEqual(keysOf({ ...mod, tags: [], images: [] }));
    expect(text(ours.releases)).toBe(text(mod.releases));
    expect(text(ours.license)).toBe(text(mod.license));
  });

  it("[REG-15] short-Krastorio2.2022-05.json, character by character", async () => {
    const mod = recorded<RecordedMod>("short-Krastorio2.2022-05.json");
    expect(text(await answered([mod], "/api/mods/Krastorio2"))).toBe(text(mod));
  });

  it("[REG-16] keeps the order of releases that were not published in the order of their versions", async () => {
    const mod = recorded<RecordedMod>("full-AutoDeconstruct.2025-12.json");
    const versions = (releases: RecordedMod["releases"]) => releases?.map((release) => release.version);
    const ours = (await answered([mod], "/api/mods/AutoDeconstruct")) as RecordedMod;
    expect(versions(ours.releases)).toEqual(versions(mod.releases));
  });

  it("[REG-13] namelist-flib.2026-02.json, character by character", async () => {
    const list = recorded<RecordedList>("namelist-flib.2026-02.json");
    expect(text(await answered(list.results, "/api/mods?namelist=flib"))).toBe(text(list));
  });

  it("[REG-12] both list pages of 2022, character by character but for the counts", async () => {
    const pages = [1, 2].map((page) => recorded<RecordedList>(`list-default-page${page}.2022-05.json`));
    const mods = pages.flatMap((page) => page.results);
    for (const [index, page] of pages.entries()) {
      const ours = (await answered(mods, `/api/mods?page=${index + 1}`)) as RecordedList;
      expect(text(ours.results)).toBe(text(page.results));
      expect(Object.keys(ours.pagination ?? {})).toEqual(Object.keys(page.pagination ?? {}));
      expect(Object.keys(ours.pagination?.links ?? {})).toEqual(Object.keys(page.pagination?.links ?? {}));
    }
  });

  it("[REG-20] the list of 2018 with page_size=1000000, its 13 odd file names and names with spaces", async () => {
    const list = recorded<RecordedList>("list-page_size-1000000.2018-07.excerpt.json");
    const ours = (await answered(list.results, "/api/mods?page_size=1000000")) as RecordedList;
    const withScore = list.results.map(({ latest_release, ...mod }) => ({ ...mod, score: 0, latest_release }));
    const byName = withScore.sort((a, b) => (a.name < b.name ? -1 : 1));
    expect(text(ours.results)).toBe(text(byName));
    expect(text(ours.pagination)).toBe(text({ ...list.pagination, count: 48 }));
  });

  it("[REG-18] the page past the end", async () => {
    const sample = recorded<RecordedList>("list-out-of-range-page.2026-02.json");
    const ours = (await answered([], "/api/mods?page=99999&page_size=25")) as RecordedList;
    const links = text(sample.pagination?.links).replaceAll("https://mods.factorio.com", "https://portal.test");
    expect(text(ours.pagination?.links)).toBe(links);
    expect(ours.results).toEqual(sample.results);
  });

  it("[REG-11] the body of an unknown mod", async () => {
    expect(await answered([], "/api/mods/none")).toEqual(recorded("error-404-mod-not-found.json"));
  });
});
