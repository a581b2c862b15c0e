import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { isRoboportError } from "../errors.ts";
import { BUILT_IN_NAMES } from "./built-ins.ts";
import { type DependencyKind, findDependency, formatDependency } from "./dependency.ts";
import { expandFactorioPath, parseFactorioIni } from "./factorio-ini.ts";
import { factorioLine } from "./game-version.ts";
import { parseInfoJson } from "./info-json.ts";
import { formatModList, parseModList } from "./mod-list.ts";
import { findModFileName, isModName, modFileName } from "./mod-name.ts";
import { parsePlayerData } from "./player-data.ts";
import { parseServerSettings } from "./server-settings.ts";
import { findVersion, versionParts } from "./version.ts";

const DATA = process.env["ROBOPORT_DATA"] ?? fileURLToPath(new URL("../../../shared/data", import.meta.url));
const GAME_WRITTEN = '\n{\n  "mods": \n';

interface World {
  readonly mods: Readonly<Record<string, { readonly releases: readonly WorldRelease[] }>>;
}
interface WorldRelease {
  readonly version: string;
  readonly factorio_version: string | null;
  readonly dependencies: readonly string[] | null;
}

const read = (...path: string[]) => readFileSync(join(DATA, ...path), "utf8");
const filesOf = (folder: string) => readdirSync(join(DATA, folder)).filter((name) => !name.startsWith("_"));
const worlds = ["universe-real", "universe-verbatim"];
const readWorld = (name: string) =>
  JSON.parse(gunzipSync(readFileSync(join(DATA, "universe", `${name}.json.gz`))).toString()) as World;

/** The pattern of reference/formats.md §5, which is said to fit the game. */
const REFERENCE = /^(?:(\?|\(\?\)|!|~|\+) *)?(.+?)(?: *([<>]=?|=) *([0-9.]+))?$/;
const KINDS = new Map<string | undefined, DependencyKind>([
  [undefined, "required"],
  ["?", "optional"],
  ["(?)", "hidden-optional"],
  ["!", "incompatible"],
  ["~", "unordered"],
  ["+", "recommended"],
]);

/** Versions by their number: `Armored-train = 0.4.6.` has a dot too many. */
function byReference(text: string) {
  const [, prefix, name, operator, version = ""] = REFERENCE.exec(text) ?? [];
  return JSON.stringify([KINDS.get(prefix), name, operator, findVersion(version)?.key]);
}

function byScanner(text: string) {
  const found = findDependency(text);
  return JSON.stringify([found?.kind, found?.name, found?.constraint?.operator, found?.constraint?.version.key]);
}

describe.skipIf(!existsSync(DATA))("game/ on real data", () => {
  describe.each(worlds)("%s", (world) => {
    const releases = existsSync(DATA) ? Object.entries(readWorld(world).mods) : [];
    const all = releases.flatMap(([, mod]) => mod.releases);

    it("[DEP-1] reads every dependency as the reference pattern does", () => {
      const texts = new Set(all.flatMap((release) => release.dependencies ?? []));
      const differing = [...texts].filter((text) => byScanner(text) !== byReference(text));
      expect(texts.size).toBeGreaterThan(19_000);
      expect(differing).toEqual([]);
    });

    it("[DEP-10] reads back every dependency it wrote", () => {
      const texts = new Set(all.flatMap((release) => release.dependencies ?? []));
      const changed = [...texts].filter((text) => {
        const found = findDependency(text);
        return !found || byScanner(formatDependency(found)) !== byScanner(text);
      });
      expect(changed).toEqual([]);
    });

    it("[VER-1] reads every version", () => {
      const misread = all.filter(({ version }) => {
        const found = findVersion(version);
        const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
        return found?.text !== version || versionParts(found).join() !== [major, minor, patch].join();
      });
      expect(misread).toEqual([]);
    });

    it("[GAME-1] knows the line of every release", () => {
      const lines = new Set(all.map((release) => factorioLine(release.factorio_version)));
      expect([...lines].filter((line) => !/^(?:0\.(?:1\d|99)|1\.[0-2]|2\.[01])$/.test(line))).toEqual([]);
    });

    it("[NAME-1] takes every name", () => {
      expect(releases.filter(([name]) => !isModName(name)).map(([name]) => name)).toEqual([]);
    });

    it("[FILE-2] splits every file name it joined", () => {
      const lost = releases.filter(([name, mod]) =>
        mod.releases.some(({ version }) => {
          const found = findModFileName(modFileName(name, version));
          return found?.name !== name || found.version !== version;
        }),
      );
      expect(lost).toEqual([]);
    });
  });

  it("[DEP-1] reads every odd string that the statistics list", () => {
    const odd = (JSON.parse(read("universe", "stats", "dependency-stats.json")) as { odd: object }).odd;
    const texts = Object.values(odd).flatMap((each: readonly { string: string }[]) => each.map((one) => one.string));
    expect(texts.length).toBeGreaterThan(100);
    expect(texts.filter((text) => byScanner(text) !== byReference(text))).toEqual([]);
  });

  const lists = existsSync(DATA) ? filesOf("mod-lists") : [];
  const written = lists.filter((name) => read("mod-lists", name).startsWith(GAME_WRITTEN));

  it.each(written.filter((name) => !name.includes("BADJSON")))("[LIST-7] writes %s byte for byte", (name) => {
    const text = read("mod-lists", name);
    expect(formatModList(parseModList(text), BUILT_IN_NAMES)).toBe(text);
  });

  it.each(lists.filter((name) => !name.includes("BADJSON")))("[LIST-3] loses nothing of %s", (name) => {
    const text = read("mod-lists", name);
    const entries = (JSON.parse(text) as { mods: { name: string; enabled: unknown; version?: string }[] }).mods;
    expect(parseModList(text).mods).toEqual(
      entries.map((each) => ({ ...each, enabled: String(each.enabled) === "true" })),
    );
  });

  it("[LIST-5] refuses the list that was broken by hand", () => {
    expect(() => parseModList(read("mod-lists", "1.1_devoopes_BADJSON_hand-edited.json"))).toThrow(
      expect.objectContaining({ code: "MOD_LIST_SHAPE", message: expect.stringMatching(/\(line \d+, column \d+\)$/) }),
    );
  });

  it.each(existsSync(DATA) ? filesOf("packs") : [])("[LIST-3] loses nothing of the pack %s", (name) => {
    const entries = (JSON.parse(read("packs", name)) as { mod_list: { mods: { name: string; enabled: unknown }[] } })
      .mod_list;
    const list = parseModList(JSON.stringify(entries));
    expect(list.mods).toEqual(entries.mods.map((each) => ({ ...each, enabled: String(each.enabled) === "true" })));
    expect(parseModList(formatModList(list, BUILT_IN_NAMES)).mods).toHaveLength(list.mods.length);
  });

  const odd = existsSync(DATA)
    ? (JSON.parse(read("odd-info-json", "_index.json")) as { file: string; why: string }[])
    : [];

  it.each(odd.filter(({ why }) => !/^(?:broken|trailing)/.test(why)))("[JSON-2] reads $file: $why", ({ file }) => {
    const info = parseInfoJson(read("odd-info-json", file));
    expect(file.toLowerCase()).toContain(info.name.toLowerCase());
    expect(info.dependencies[0]).toMatch(/^base >= 0\.1[2-6]/);
  });

  it.each(odd.filter(({ why }) => /^(?:broken|trailing)/.test(why)))(
    "[INFO-6] refuses $file: $why",
    ({ file, why }) => {
      const error = errorOf(() => parseInfoJson(read("odd-info-json", file)));
      expect(isRoboportError(error, "INFO_JSON_SHAPE")).toBe(true);
      const line = /line (\d+)/.exec(why)?.[1];
      if (line) expect(String(error)).toContain(`(line ${line}, `);
    },
  );

  it("[INI-3] follows a real config-path.cfg and config.ini", () => {
    const tokens = { executable: "/factorio/bin/x64", systemWriteData: "/w", systemReadData: "/r" };
    const pointer = parseFactorioIni(read("server-config", "erikfrish_2.0.55_config-path.cfg")).get("");
    expect(expandFactorioPath(pointer?.get("config-path") ?? "", tokens)).toBe("/factorio/bin/x64/../../config");
    expect(pointer?.get("use-system-read-write-data-directories")).toBe("false");
    const path = parseFactorioIni(read("server-config", "erikfrish_2.0.55_config.ini")).get("path");
    expect(expandFactorioPath(path?.get("write-data") ?? "", tokens)).toBe("/factorio/bin/x64/../..");
  });

  it("[ACCOUNT-1] finds no account in a headless server's player-data.json", () => {
    expect(parsePlayerData(read("server-config", "erikfrish_2.0_player-data.json"))).toEqual({});
  });

  it.each(existsSync(DATA) ? filesOf("server-config").filter((name) => name.includes("server-settings")) : [])(
    "[ACCOUNT-3] finds no token in %s",
    (name) => {
      expect(parseServerSettings(read("server-config", name)).token).toBeUndefined();
    },
  );
});

function errorOf(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}
