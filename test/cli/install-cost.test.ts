import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStore } from "../../src/store/blob-store.ts";
import { type DownloadRequest, downloadAll } from "../../src/store/download.ts";
import { errnoOf, type FileSystem, nodeFileSystem } from "../../src/store/file-system.ts";
import { writeZip } from "../../src/store/zip-write.ts";
import { type MemoryWorld, memoryWorld, startTestPortal, type TestPortal } from "../../src/testing/index.ts";
import { buildProgram, type Program } from "../faults/program.ts";
import { expectSuccess } from "../faults/scene.ts";
import { createTestServer, type TestServer } from "./harness.ts";

const MODS = 60;
const NAMES = Array.from({ length: MODS }, (_, index) => `mod-${String(index).padStart(2, "0")}`);

/** What a portal was asked since the last look, and how much of it at the same time. */
interface Watched {
  readonly portal: TestPortal;
  readonly world: MemoryWorld;
  counts(): {
    readonly metadata: number;
    readonly downloads: number;
    readonly files: number;
    readonly parallel: number;
  };
  /** From now on this many files are sent, and those after them never are. */
  sendOnly(files: number): Promise<void>;
}

async function watchPortal(): Promise<Watched> {
  const world = memoryWorld();
  for (const name of NAMES) world.mod(name).release("1.0.0");
  const nothing = { metadata: 0, downloads: 0, files: 0, parallel: 0 };
  let counts = nothing;
  let [now, left] = [0, Number.POSITIVE_INFINITY];
  let exhausted = () => {};
  const portal = await startTestPortal(world, {
    around: async (request, next) => {
      const { pathname, searchParams } = new URL(request.url);
      const isFile = searchParams.has("secure");
      const kind = isFile ? "files" : pathname.startsWith("/download/") ? "downloads" : "metadata";
      counts = { ...counts, [kind]: counts[kind] + 1, parallel: Math.max(counts.parallel, ++now) };
      if (isFile && left-- <= 0) {
        exhausted();
        return new Response(new ReadableStream(), { headers: { "content-length": "1000" } });
      }
      await new Promise((resolve) => setImmediate(resolve));
      const response = await next(request);
      now--;
      return response;
    },
  });
  return {
    portal,
    world,
    counts: () => {
      const seen = counts;
      [counts, now] = [nothing, 0];
      return seen;
    },
    sendOnly: (files) =>
      new Promise((resolve) => {
        [left, exhausted] = [files, resolve];
      }),
  };
}

let watched: Watched;
let program: Program;
beforeAll(async () => {
  watched = await watchPortal();
  program = await buildProgram();
});
afterAll(async () => {
  await watched.portal.close();
  await program[Symbol.asyncDispose]();
});

async function started(): Promise<TestServer> {
  const server = await createTestServer({ portal: watched.portal.url });
  expectSuccess(await server.run(["init"]));
  watched.counts();
  return server;
}

it("[CLI-44] tells every event as a line of JSON", async () => {
  await using server = await started();
  const ran = await server.run(["add", "mod-00", "--json", "--verbose"]);
  expect(JSON.parse(ran.stdout)).toMatchObject({ applied: true });
  const events = ran.stderr
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const downloads = events.filter(({ kind }) => kind.startsWith("download-"));
  expect(downloads.map(({ kind, id }) => [kind, id])).toEqual(
    ["download-queued", "download-started", "download-verified"].map((kind) => [kind, "mod-00 1.0.0"]),
  );
  expect(events.filter(({ kind }) => kind === "request-finished")).toHaveLength(3);
  expect((await server.run(["remove", "mod-00", "--json"])).stderr).toBe("");
});

describe("what an installation asks of a portal", () => {
  it.each([
    [undefined, 4],
    ["1", 1],
    ["8", 8],
  ])("[LOAD-2] [FETCH-10] one question for all mods, two per file, and --jobs %s at a time", async (jobs, most) => {
    await using server = await started();
    expectSuccess(await server.run(["add", ...NAMES, ...(jobs === undefined ? [] : ["--jobs", jobs])]));
    const { parallel, ...counts } = watched.counts();
    expect(counts).toEqual({ metadata: 1, downloads: MODS, files: MODS });
    expect(parallel).toBeLessThanOrEqual(most);
  });

  it("[FETCH-10] takes no more than eight at a time", async () => {
    await using server = await started();
    expect((await server.run(["add", "mod-00", "--jobs", "9"])).exitCode).toBe(2);
  });

  it("[FETCH-8] nothing when all is there, and for an update what is new", async () => {
    await using server = await started();
    expectSuccess(await server.run(["add", ...NAMES]));
    watched.counts();
    expectSuccess(await server.run(["install"]));
    expect(watched.counts()).toMatchObject({ metadata: 0, downloads: 0, files: 0 });
    for (const name of NAMES.slice(0, 3)) watched.world.mod(name).release("1.1.0");
    await rm(join(server.env["ROBOPORT_CACHE_DIR"] ?? "", "http-v1"), { recursive: true });
    expectSuccess(await server.run(["update", "--yes"]));
    expect(watched.counts()).toMatchObject({ metadata: 1, downloads: 3, files: 3 });
    for (const name of NAMES.slice(0, 3)) watched.world.withdraw(name, "1.1.0");
  });

  it("[FETCH-8] after a kill -9 only what had not come", async () => {
    await using server = await started();
    const run = program.start(["add", ...NAMES], { cwd: server.root, env: server.env });
    await watched.sendOnly(20);
    const quarantine = join(server.env["ROBOPORT_CACHE_DIR"] ?? "", "quarantine-v1");
    while ((await sizesIn(quarantine)).filter((size) => size > 0).length < 20) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    run.kill("SIGKILL");
    await run.ended;
    void watched.sendOnly(Number.POSITIVE_INFINITY);
    watched.counts();
    expectSuccess(await program.run(["add", ...NAMES], { cwd: server.root, env: server.env }));
    expect(watched.counts()).toMatchObject({ downloads: MODS - 20, files: MODS - 20 });
  });
});

it("[FETCH-14] after a kill -9 the rest of a file that was under way", async () => {
  const bytes = Buffer.from(
    writeZip([
      { path: "large/info.json", bytes: Buffer.from('{"name":"large","version":"1.0.0","factorio_version":"2.0"}') },
      { path: "large/noise", bytes: Buffer.alloc(1_000_000, "noise") },
    ]),
  );
  const half = bytes.subarray(0, 600_000);
  let isCut = true;
  const portal = await startTestPortal(memoryWorld().mod("large").release("1.0.0", { bytes }), {
    around: (request, next) => {
      if (!isCut || !new URL(request.url).searchParams.has("secure")) return next(request);
      const body = new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(half)) });
      return new Response(body, { headers: { "content-length": String(bytes.byteLength) } });
    },
  });
  await using server = await createTestServer({ portal: portal.url });
  expectSuccess(await server.run(["init"]));
  const run = program.start(["add", "large"], { cwd: server.root, env: server.env });
  const quarantine = join(server.env["ROBOPORT_CACHE_DIR"] ?? "", "quarantine-v1");
  while ((await sizeOfAll(quarantine)) < half.byteLength) await new Promise((resolve) => setTimeout(resolve, 5));
  run.kill("SIGKILL");
  await run.ended;
  isCut = false;
  expectSuccess(await server.run(["add", "large"]));
  await portal.close();
  expect(portal.requests.at(-1)?.headers["range"]).toBe(`bytes=${half.byteLength}-`);
  expect(await readdir(quarantine)).toEqual([]);
});

async function sizeOfAll(folder: string): Promise<number> {
  return (await sizesIn(folder)).reduce((sum, size) => sum + size, 0);
}

async function sizesIn(folder: string): Promise<readonly number[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (errnoOf(error) === "ENOENT") return [];
    throw error;
  });
  return await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
}

describe("what keeping a release costs", () => {
  it("[DISK-2] [FETCH-15] one synchronisation per file and per folder", async () => {
    await using server = await started();
    let syncs = 0;
    const fs: FileSystem = {
      ...nodeFileSystem,
      open: async (...args) => {
        const file = await nodeFileSystem.open(...args);
        return { ...file, sync: async () => (syncs++, await file.sync()) };
      },
    };
    const store = openStore({ dir: join(server.root, "store"), fs });
    const requests = await Promise.all(NAMES.map((name) => requestFor(name)));
    await downloadAll(requests, { store, jobs: 1, fetch: async ({ bytes }) => partOf(bytes) });
    const prefixes = await readdir(join(server.root, "store", "blobs-v1", "sha256"));
    // What was made in: for the quarantine two folders, for the blobs three, for the index one.
    const grown = 2 + 3 + 1;
    expect(syncs).toBe(MODS + grown + prefixes.length);
  });
});

interface Wanted extends DownloadRequest {
  readonly bytes: Uint8Array;
}

async function requestFor(name: string): Promise<Wanted> {
  const release = (await watched.world.findMod(name))?.releases[0];
  if (!release) throw new Error(`The world has no ${name}`);
  const body = new Response(await release.open(undefined));
  const bytes = new Uint8Array(await body.arrayBuffer());
  return { id: name, name, version: release.version, sha1: release.sha1, bytes };
}

async function partOf(bytes: Uint8Array) {
  const facts = { totalLength: undefined, etag: undefined, lastModified: undefined, discard: () => {} };
  return {
    status: 200 as const,
    length: bytes.byteLength,
    ...facts,
    body: (async function* () {
      yield bytes;
    })(),
  };
}
