import { describe, expect, it } from "vitest";
import type { ModListEntry } from "../../portal/contract/mod.ts";
import type { ModRecord, ReleaseRecord } from "../storage/mod-records.ts";
import { mergeRecord } from "./merge-record.ts";
import { openUpstream } from "./upstream.ts";
import { findToldMod } from "./upstream-record.ts";

const release = (version: string, more: object = {}) => ({
  download_url: `/download/a/${version.replaceAll(".", "").padStart(24, "0")}`,
  file_name: `a_${version}.zip`,
  info_json: { factorio_version: "2.0", dependencies: ["base"] },
  released_at: `2026-01-0${version[0]}T00:00:00.000000Z`,
  version,
  sha1: "a".repeat(40),
  ...more,
});
const told = (releases: readonly object[], more: object = {}) => {
  const entry = { name: "a", title: "A", owner: "o", releases, ...more } as ModListEntry;
  const mod = findToldMod(entry, () => {});
  if (!mod) throw new Error("No mod");
  return mod;
};
const withZip = (record: ModRecord, version: string): ModRecord => {
  const here = (each: ReleaseRecord) =>
    each.version === version ? { ...each, sha256: "b".repeat(64), size: 7 } : each;
  return { ...record, releases: record.releases.map(here) };
};
const versions = ({ releases }: ModRecord) =>
  releases.map(({ version, sha1, sha256 }) => [version, sha1[0], sha256?.[0]]);

describe("what an upstream tells", () => {
  it.each(["ftp://portal.example", "portal.example", "https://me:token@portal.example"])(
    "[SRC-1] %s is no address of one",
    (url) => {
      const transport = () => Promise.reject(new Error("Nothing is asked"));
      expect(() => openUpstream({ url, transport, userAgent: "test" })).toThrow(/portal address/);
    },
  );

  it("[SRC-3] is left out where it has no name or version, and its file names are file names", () => {
    const problems: string[] = [];
    const entry = { name: "../a", title: "A", owner: "o", releases: [] } as ModListEntry;
    expect(findToldMod(entry, ({ file }) => problems.push(file))).toBeUndefined();
    const files = ["../x.zip", "a/b.zip", "a\\b.zip", ".zip", "a_1.0.0.zip\0", "00 Armor_0.0.5.zip"];
    const releases = [...files.map((file_name) => release("1.0.0", { file_name })), release("one")];
    const mod = findToldMod({ ...entry, name: "a", releases } as ModListEntry, ({ file }) => problems.push(file));
    expect(problems).toEqual(["../a", "a one"]);
    const names = mod?.record.releases.map(({ fileName }) => fileName);
    expect(names).toEqual([...files.slice(1).map(() => "a_1.0.0.zip"), "00 Armor_0.0.5.zip"]);
  });

  it("[SRC-4] takes no release away whose zip is here", () => {
    const known = withZip(told([release("1.0.0"), release("2.0.0"), release("3.0.0")]).record, "1.0.0");
    const merged = mergeRecord(known, told([release("3.0.0"), release("4.0.0")]));
    expect(merged.releases.map(({ version }) => version)).toEqual(["1.0.0", "3.0.0", "4.0.0"]);
  });

  it("[SRC-5] changes nothing about a zip that is here", () => {
    const known = withZip(told([release("1.0.0"), release("2.0.0")]).record, "1.0.0");
    const others = { sha1: "c".repeat(40), info_json: { factorio_version: "1.1" } };
    const merged = mergeRecord(known, told([release("1.0.0", others), release("2.0.0", others)], { title: "New" }));
    expect(versions(merged)).toEqual([
      ["1.0.0", "a", "b"],
      ["2.0.0", "c", undefined],
    ]);
    expect(merged).toMatchObject({ title: "New", releases: [{ factorioVersion: "2.0" }, { factorioVersion: "1.1" }] });
  });

  it("[SRC-4] an entry of a list speaks of the newest release only", () => {
    const known = withZip(told([release("1.0.0"), release("2.0.0")], { description: "Long" }).record, "2.0.0");
    const { releases: _releases, ...entry } = { ...told([]).record, releases: [] };
    const list = { ...entry, title: "New", owner: "o", latest_release: release("3.0.0", { info_json: {} }) };
    const mod = findToldMod(list as unknown as ModListEntry, () => {});
    const merged = mergeRecord(known, mod as NonNullable<typeof mod>);
    expect(merged.releases.map(({ version }) => version)).toEqual(["1.0.0", "2.0.0", "3.0.0"]);
    expect(merged).toMatchObject({ title: "New", description: "Long" });
  });
});
