import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { memoryWorld } from "../../testing/index.ts";
import { importMods } from "../import-mods.ts";
import type { EntryForm, WorldMod } from "../world.ts";
import { backUpDatabase } from "./back-up.ts";
import { openDatabase } from "./database.ts";
import type { ModRecord } from "./mod-records.ts";
import { openRegistryData, type RegistryData } from "./registry-data.ts";

let dir: string;
let data: RegistryData;
let time = 0;
const open = () => openRegistryData(dir, { clock: () => "2026-01-02T03:04:05Z", now: () => time });

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "roboport-data-"));
  data = await open();
});
afterEach(async () => {
  data.close();
  await rm(dir, { recursive: true });
});

const world = memoryWorld()
  .mod("a", { title: "A", tags: ["power"], license: { name: "mit", title: "MIT", description: "", url: "" } })
  .release("1.0.0", { factorioVersion: "1.1" })
  .release("1.00.0", { factorioVersion: "2.0", dependencies: null })
  .mod("b", { deprecated: true })
  .release("2.0.0", { featureFlags: ["quality"] });

async function recordOf(name: string): Promise<ModRecord> {
  const mod = (await world.findMod(name)) as WorldMod;
  const releases = mod.releases.map(({ open: _open, size: _size, ...release }) => ({
    ...release,
    sha256: undefined,
    size: undefined,
    upstreamPath: undefined,
  }));
  return { ...mod, origin: { source: "upstream" }, releases };
}

describe("a registry's folder", () => {
  it("[KEEP-4] gives a record back as it was put", async () => {
    const record = await recordOf("a");
    data.records.put(record);
    expect(data.records.findRecord("a")).toEqual(record);
    expect(data.records.findRecord("A")).toBeUndefined();
    data.records.put({ ...record, title: "Other", releases: record.releases.slice(1) });
    expect(data.records.findRecord("a")).toMatchObject({ title: "Other", releases: [{ version: "1.00.0" }] });
    expect(data.records.remove("a")).toBe(true);
    expect(data.records.count()).toEqual({ mods: 0, releases: 0, blobs: 0 });
  });

  it("[KEEP-5] shows a change at once, in lists within a second", async () => {
    expect(await data.records.allMods()).toEqual([]);
    data.records.put(await recordOf("a"));
    expect((await data.records.findMod("a"))?.title).toBe("A");
    expect(await data.records.allMods()).toEqual([]);
    time += 1_000;
    const mods = await data.records.allMods();
    expect(mods.map(({ name }) => name)).toEqual(["a"]);
    expect(await data.records.allMods()).toBe(mods);
  });

  it("[KEEP-5] shows all mods, read once for all who ask at the same time", async () => {
    const record = await recordOf("a");
    const names = Array.from({ length: 600 }, (_, at) => `mod-${String(at).padStart(3, "0")}`);
    data.records.putAll(names.toReversed().map((name) => ({ ...record, name })));
    const [mods, same] = await Promise.all([data.records.allMods(), data.records.allMods()]);
    expect(mods.map(({ name }) => name)).toEqual(names);
    expect(same).toBe(mods);
  });

  it("[KEEP-6] has the same entries as a world in memory", async () => {
    data.records.putAll([await recordOf("b"), await recordOf("a")]);
    const text = async (from: typeof world | RegistryData["records"], form: EntryForm, names = ["b", "gone", "a"]) =>
      Buffer.from(await from.entries(names, form)).toString();
    for (const form of [{ kind: "list", line: undefined }, { kind: "full" }, { kind: "named" }] as const) {
      expect(await text(data.records, form)).toBe(await text(world, form));
      expect(await text(data.records, form, ["gone"])).toBe("");
    }
    const old = { kind: "list", line: "1.1" } as const;
    expect(await text(data.records, old)).toBe(await text(world, old, ["a"]));
  });

  it("[KEEP-2] refuses a database of a newer version, and what is none", async () => {
    const path = join(dir, "other.sqlite");
    const newer = await openDatabase(path);
    newer.prepare("PRAGMA user_version = 999").run();
    newer.close();
    await expect(openDatabase(path)).rejects.toMatchObject({ code: "STATE_SHAPE" });
    const nonsense = Buffer.from("not a database".repeat(100));
    await writeFile(path, nonsense);
    await expect(openDatabase(path)).rejects.toMatchObject({ code: "STATE_SHAPE" });
    expect(await readFile(path)).toEqual(nonsense);
  });

  it("[KEEP-3] is backed up while it is in use", async () => {
    data.records.put(await recordOf("a"));
    const copy = join(dir, "it's a copy.sqlite");
    await backUpDatabase(data.db, copy);
    const backup = await openDatabase(copy);
    expect(backup.prepare("SELECT name FROM mods").all()).toEqual([{ name: "a" }]);
    backup.close();
    const before = await readFile(copy);
    await expect(backUpDatabase(data.db, copy)).rejects.toMatchObject({ code: "USAGE" });
    expect(await readFile(copy)).toEqual(before);
    await expect(backUpDatabase(data.db, join(dir, "none/x"))).rejects.toMatchObject({ code: "DISK_ERROR" });
  });

  it("[KEEP-7] tells a full disk by its code, and takes back what was begun", async () => {
    const [{ page_count: pages } = {}] = data.db.prepare("PRAGMA page_count").all();
    data.db.prepare(`PRAGMA max_page_count = ${String(pages)}`).all();
    const fill = () =>
      data.db.transact(() => {
        for (let at = 0; at < 1000; at++)
          data.audit.add({ user: undefined, action: "x".repeat(4096), subject: "", data: {} });
      });
    expect(fill).toThrowError(expect.objectContaining({ code: "DISK_FULL" }));
    expect(data.audit.last(50)).toEqual([]);
    await data.accounts.addUser("alice");
  });

  it("[KEEP-7] tells a database that may not be written by its code", async () => {
    data.db.prepare("PRAGMA query_only = ON").run();
    await expect(data.accounts.addUser("alice")).rejects.toMatchObject({ code: "PERMISSION" });
  });

  it("[ACC-1] tokens work for their user and kind until they are revoked", async () => {
    const { accounts } = data;
    await accounts.addUser("alice");
    const token = accounts.createToken({ user: "alice", kind: "portal" });
    const key = accounts.createToken({ user: "alice", kind: "key", usages: ["edit"] });
    expect(accounts.findPortalUser({ username: "alice", token })).toBe("alice");
    expect(accounts.findPortalUser({ username: "bob", token })).toBeUndefined();
    expect(accounts.findPortalUser({ username: "alice", token: key })).toBeUndefined();
    expect(accounts.findKey(key)).toEqual({ user: "alice", usages: ["edit"] });
    expect(accounts.findKey(token)).toBeUndefined();
    const [record] = accounts.tokens().filter(({ kind }) => kind === "key");
    expect(accounts.revokeToken(record?.id ?? "")).toBe(true);
    expect(accounts.revokeToken("%")).toBe(false);
    expect(accounts.findKey(key)).toBeUndefined();
    expect(accounts.disableUser("alice")).toBe(true);
    expect(accounts.findPortalUser({ username: "alice", token })).toBeUndefined();
  });

  it("[ACC-2] keeps no token and no password", async () => {
    const { accounts } = data;
    await accounts.addUser("alice", "correct horse");
    const tokens = [
      accounts.createToken({ user: "alice", kind: "portal" }),
      accounts.createToken({ user: "alice", kind: "key" }),
    ];
    data.close();
    const bytes = (await readFile(join(dir, "registry.sqlite"))).toString("latin1");
    for (const secret of [...tokens, "correct horse"]) expect(bytes).not.toContain(secret);
    data = await open();
    expect(await data.accounts.checkPassword("alice", "correct horse")).toBe(true);
    expect(await data.accounts.checkPassword("alice", "wrong")).toBe(false);
    expect(await data.accounts.checkPassword("nobody", "wrong")).toBe(false);
  });

  it("[ACC-3] a user name is one, and taken once", async () => {
    await data.accounts.addUser("alice");
    for (const name of ["alice", "a", "al ice", "x".repeat(31)]) {
      await expect(data.accounts.addUser(name)).rejects.toMatchObject({ code: "USAGE" });
    }
  });

  it("[REG-90][REG-91] takes over answers and universes, and leaves what was published here", async () => {
    const file = join(dir, "list.json.gz");
    const release = {
      download_url: "/download/a/5ecac7e44d121d000cd77c76",
      file_name: "a_1.0.0.zip",
      info_json: {},
      released_at: "2020-05-24T19:15:48.520000Z",
      version: "1.0.0",
      sha1: "A".repeat(40),
    };
    const entry = { title: "t", owner: "o", latest_release: release };
    await writeFile(
      file,
      gzipSync(
        JSON.stringify({
          pagination: null,
          results: [
            { ...entry, name: "a" },
            { ...entry, name: "mine" },
            { ...entry, name: "../x" },
          ],
        }),
      ),
    );
    data.records.put({ ...(await recordOf("b")), name: "mine", origin: { source: "private", account: "alice" } });
    const problems: string[] = [];
    const imported = await importMods(data, file, (problem) => problems.push(problem.file));
    expect([imported, problems]).toEqual([{ mods: 1, releases: 1, kept: ["mine"] }, ["../x"]]);
    expect(data.records.findRecord("a")?.releases[0]).toMatchObject({
      id: "5ecac7e44d121d000cd77c76",
      sha1: "a".repeat(40),
    });
    await writeFile(
      file,
      JSON.stringify({ mods: { c: { releases: [{ version: "1.0.0", factorio_version: "2.0" }] } } }),
    );
    expect(await importMods(data, file, () => {})).toMatchObject({ mods: 1, releases: 1 });
    await writeFile(file, "[]");
    await expect(importMods(data, file, () => {})).rejects.toMatchObject({ code: "UNIVERSE_SHAPE" });
  });
});
