import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse as parseJsonc } from "jsonc-parser";
import { expect } from "vitest";
import { fastInstall } from "../../src/cli/fast-install.ts";
import type { TestPortal } from "../../src/testing/index.ts";
import { isWithin } from "../real/game-rules.ts";
import type { Admin } from "./admin.ts";
import { gameForm, viewGame } from "./game-view.ts";
import { differences, type Snapshot, takeSnapshot } from "./snapshot.ts";

/** What no command may leave behind. */
const LEFTOVER =
  /^(?!(?:roboport\.(?:json|lock)|mods|\.roboport|\.roboport\/(?:generations(?:\/\d+\.json)?|state\.json)|(?:bin|data)|(?:mods|bin|data)\/.*)$)|^mods\/\.roboport|\.tmp$/;

/** One history of an installation. */
export interface Sequence extends Admin {
  readonly portal: TestPortal;
  readonly steps: string[];
  /** How often somebody changed something by hand, now and when each generation was made. */
  edits: number;
  readonly editsAt: Map<number, number>;
  /** Lockfile entries that no solver answered for: adopted by `init`. */
  readonly unsolved: Set<string>;
}

/** How a command ended. */
export interface Done {
  readonly exitCode: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- the documents of all commands
  readonly document: Record<string, any>;
}

/** Bring back what was decided before, whatever has changed since. */
const RETURNS = /^(?:rollback|verify)$/;
const READS = /^(?:list|outdated|history|plan|verify)$/;

/** Run one command and hold it to everything that is promised of every command. */
export async function command(sequence: Sequence, argv: readonly string[]): Promise<Done> {
  const { server, steps } = sequence;
  const before = await takeSnapshot(server.root);
  const manifestBefore = await textOf(sequence, "roboport.json");
  const recorded = await recordedFiles(sequence);
  const isCurrent = await isReturnCurrent(sequence, argv);
  const listBefore = await textOf(sequence, "mods/mod-list.json");
  const { exitCode, stdout, stderr } = await server.run([...argv, "--json"]);
  steps.push(`roboport ${argv.join(" ")} -> ${exitCode}`);
  expect([0, 2, 3, 4, 5, 6, 7], `${stdout}${stderr}`).toContain(argv[0] === "verify" ? exitCode & 7 : exitCode);
  const document = JSON.parse(stdout) as Done["document"];
  if (exitCode !== 0) steps.push(`    ${document["error"]?.message ?? "faults"}`);
  const after = await takeSnapshot(server.root);
  expect(
    Object.keys(after).filter((path) => LEFTOVER.test(path)),
    "left behind",
  ).toEqual([]);
  const isReading = argv.includes("--dry-run") || (READS.test(argv[0] ?? "") && !argv.includes("--repair"));
  const changed = differences(before, after).filter((path) => path !== ".roboport");
  if (exitCode !== 0 || isReading) {
    expect(changed.join(", "), "a command that failed or only reads changed something").toBe("");
    return { exitCode, document };
  }
  await checkFiles(sequence, { argv, before, after, recorded, manifestBefore });
  if (argv[0] !== "rollback") await checkSwitchedOff(sequence, before, after);
  await checkModList(sequence, { listBefore, isWritten: changed.includes("mods/mod-list.json"), before, after });
  await checkManifest(sequence, argv);
  const newest = (await generationNumbers(sequence)).at(-1) ?? 0;
  const isOld = RETURNS.test(argv[0] ?? "") && !isCurrent;
  if (!sequence.editsAt.has(newest)) sequence.editsAt.set(newest, isOld ? Number.NaN : sequence.edits);
  if (!argv.includes("--no-apply")) await checkSet(sequence, { argv, isCurrent });
  return { exitCode, document };
}

interface Change {
  readonly argv: readonly string[];
  readonly before: Snapshot;
  readonly after: Snapshot;
  /** File names in the newest generation. */
  readonly recorded: ReadonlySet<string>;
  readonly manifestBefore: string | undefined;
}

/** What is switched off in roboport.json is kept on disk. */
async function checkSwitchedOff(sequence: Sequence, before: Snapshot, after: Snapshot): Promise<void> {
  const value = readManifest(await textOf(sequence, "roboport.json"));
  const off = Object.entries(value.mods ?? {}).filter(
    ([, entry]) => typeof entry === "object" && entry.enabled === false,
  );
  const zipsOf = (name: string, files: Snapshot) =>
    Object.keys(files).filter(
      (path) => path.startsWith(`mods/${name}_`) && /^_[0-9.]+\.zip$/.test(path.slice(`mods/${name}`.length)),
    );
  for (const [name] of off) {
    if (zipsOf(name, before).length > 0)
      expect(zipsOf(name, after), `${name} is switched off and its zip is gone`).not.toEqual([]);
  }
}

/** What is not ours stays as it is, and what is ours is never lost. */
async function checkFiles(
  sequence: Sequence,
  { argv, before, after, recorded, manifestBefore }: Change,
): Promise<void> {
  const named = new Set([...namesIn(manifestBefore), ...namesIn(await textOf(sequence, "roboport.json"))]);
  const isOurs = (file: string) => recorded.has(file) || named.has(file.replace(/_[0-9.]+\.zip$/, ""));
  for (const path of differences(before, after, "content")) {
    const was = before[path]?.content;
    if (was === undefined || !path.startsWith("mods/") || path === "mods/mod-list.json") continue;
    const file = path.slice("mods/".length);
    expect(argv[0], `init changed ${file}`).not.toBe("init");
    expect(was, `${path} changed`).toMatch(/^[0-9a-f]{64}$/);
    expect(isOurs(file), `${path} is not ours and changed`).toBe(true);
    const store = join(
      sequence.server.env["ROBOPORT_CACHE_DIR"] ?? "",
      "blobs-v1/sha256",
      was.slice(0, 2),
      was.slice(2),
    );
    expect(
      await readFile(store).then(
        (bytes) => bytes.length > 0,
        () => false,
      ),
      `the bytes of ${path} are lost`,
    ).toBe(true);
  }
}

async function checkModList(
  sequence: Sequence,
  {
    listBefore,
    isWritten,
    before,
    after,
  }: { listBefore: string | undefined; isWritten: boolean; before: Snapshot; after: Snapshot },
): Promise<void> {
  const text = await textOf(sequence, "mods/mod-list.json");
  if (!isWritten || text === undefined) return;
  expect(text).toBe(gameForm(text));
  const now = JSON.parse(text) as List;
  const was = JSON.parse(listBefore ?? '{"mods": []}') as List;
  expect(restOf(now), "fields beside mods").toEqual(restOf(was));
  const gone = differences(before, after, "content").filter((path) => after[path] === undefined);
  for (const entry of new Map(was.mods.map((each) => [each["name"], each])).values()) {
    const name = String(entry["name"]);
    const kept = now.mods.find((each) => each["name"] === name);
    if (gone.some((path) => path.startsWith(`mods/${name}_`)) && !kept) continue;
    expect(kept, `the entry of ${name} in mod-list.json`).toBeDefined();
    expect(extrasOf(kept ?? {}), `fields of ${name} in mod-list.json`).toEqual(extrasOf(entry));
  }
}

interface List {
  readonly mods: readonly Readonly<Record<string, unknown>>[];
}

function restOf({ mods: _mods, ...rest }: List) {
  return rest;
}

function extrasOf({ name: _name, enabled: _enabled, version: _version, ...extras }: Readonly<Record<string, unknown>>) {
  return extras;
}

async function checkManifest(sequence: Sequence, [name]: readonly string[]): Promise<void> {
  const text = (await textOf(sequence, "roboport.json")) ?? "";
  if (name === "rollback" || name === "apply") {
    sequence.comments.splice(0, Infinity, ...sequence.comments.filter((comment) => text.includes(comment)));
  }
  for (const comment of sequence.comments) expect(text, "a comment is gone").toContain(comment);
}

/** The game would start with it, everything wanted is there, and doing it again does nothing. */
async function checkSet(
  sequence: Sequence,
  { argv, isCurrent }: { argv: readonly string[]; isCurrent: boolean },
): Promise<void> {
  const { server, scene, portal, unsolved } = sequence;
  const lock = await textOf(sequence, "roboport.lock");
  if (argv[0] === "init") unsolved.add(modsOf(lock));
  if (RETURNS.test(argv[0] ?? "") && !isCurrent) return;
  if (!unsolved.has(modsOf(lock))) {
    const { loaded, violations } = await viewGame(server.modsDir, scene);
    expect(violations.join("; "), "the game would not start").toBe("");
    for (const { name, bounds } of wantedBy(await textOf(sequence, "roboport.json"))) {
      const there = loaded.get(name)?.version;
      expect(there, `${name} is wanted`).toBeDefined();
      for (const bound of bounds)
        expect(isWithin(there ?? "", bound), `${name} ${there} for ${bound.operator} ${bound.version}`).toBe(true);
    }
  }
  const cache = server.env["ROBOPORT_CACHE_DIR"] ?? "";
  const look = async () => ({
    files: await takeSnapshot(server.root, { reads: false }),
    cache: await takeSnapshot(cache, { reads: false }),
    requests: portal.requests.length,
  });
  const before = await look();
  const again = await server.run(["install", "--json"]);
  expect(
    [again.exitCode, JSON.parse(again.stdout)["empty"]],
    `install after ${argv.join(" ")}: ${again.stdout}`,
  ).toEqual([0, true]);
  const after = await look();
  const moved = [
    differences(before.files, after.files),
    differences(before.cache, after.cache),
    after.requests - before.requests,
  ];
  expect(JSON.stringify(moved), `install after ${argv.join(" ")} did something`).toBe("[[],[],0]");
  expect(fastInstall(["install"], server.root), "the stamp does not hold").toContain("Up to date");
}

/** True when nobody changed anything by hand since the newest generation was made. */
export async function isAsApplied(sequence: Sequence): Promise<boolean> {
  return sequence.editsAt.get((await generationNumbers(sequence)).at(-1) ?? 0) === sequence.edits;
}

/** True when a generation that is returned to was made after the last change by hand. */
async function isReturnCurrent(sequence: Sequence, [name, number]: readonly string[]): Promise<boolean> {
  const numbers = await generationNumbers(sequence);
  const target = name === "rollback" ? Number(number) || numbers.at(-2) : numbers.at(-1);
  return sequence.editsAt.get(target ?? 0) === sequence.edits;
}

export async function bytesOf({ server }: Sequence): Promise<Snapshot> {
  const all = Object.entries(await takeSnapshot(server.root));
  return Object.fromEntries(all.filter(([path]) => /^(?:mods\/|roboport\.)/.test(path)));
}

async function textOf({ server }: Sequence, path: string): Promise<string | undefined> {
  return await readFile(join(server.root, path), "utf8").catch(() => undefined);
}

export async function namesInLockfile(sequence: Sequence): Promise<readonly string[]> {
  const text = await textOf(sequence, "roboport.lock");
  return text === undefined ? [] : (JSON.parse(text) as { mods: { name: string }[] }).mods.map((mod) => mod.name);
}

function modsOf(lockfile: string | undefined): string {
  return lockfile?.slice(lockfile.indexOf('"mods"')) ?? "";
}

export async function generationNumbers({ server }: Sequence): Promise<readonly number[]> {
  const names = await readdir(join(server.root, ".roboport/generations")).catch(() => []);
  return names.map((name) => Number.parseInt(name, 10)).sort((a, b) => a - b);
}

async function recordedFiles(sequence: Sequence): Promise<ReadonlySet<string>> {
  const newest = (await generationNumbers(sequence)).at(-1);
  const text = newest === undefined ? undefined : await textOf(sequence, `.roboport/generations/${newest}.json`);
  if (text === undefined) return new Set();
  const { value } = JSON.parse(text) as { value: { generation: { mods: { file: string }[] } } };
  return new Set(value.generation.mods.map((mod) => mod.file));
}

interface WrittenManifest {
  readonly mods?: Readonly<Record<string, string | { readonly version?: string; readonly enabled?: boolean }>>;
}

function readManifest(text = "{}"): WrittenManifest {
  return parseJsonc(text, [], { allowTrailingComma: true }) as WrittenManifest;
}

function namesIn(manifest: string | undefined): readonly string[] {
  return Object.keys(readManifest(manifest).mods ?? {});
}

function wantedBy(manifest: string | undefined) {
  return Object.entries(readManifest(manifest).mods ?? {}).flatMap(([name, entry]) => {
    const { version = "*", enabled = true } = typeof entry === "string" ? { version: entry } : entry;
    const bounds =
      version === "*"
        ? []
        : version.split(",").map((text) => {
            const [, operator = "=", number = ""] = /^\s*([<>=]*)\s*([0-9.]+)/.exec(text) ?? [];
            return { operator: operator || "=", version: number };
          });
    return enabled ? [{ name, bounds }] : [];
  });
}
