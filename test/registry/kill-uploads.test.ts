import { type ChildProcess, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openRegistryData } from "../../src/registry/storage/registry-data.ts";
import { writeZip } from "../../src/store/zip-write.ts";
import { buildProgram, type Program } from "../faults/program.ts";

/** `ROBOPORT_UPLOADS=N` for so many at once. */
const UPLOADS = Number(process.env["ROBOPORT_UPLOADS"] ?? 40);
const KILLS = 3;
const MODS = ["mod-one", "mod-two", "mod-three", "mod-four"];
const ZIP_BYTES = 60_000;

interface Upload {
  readonly mod: string;
  readonly version: string;
  readonly zip: Blob;
  readonly sha1: string;
}

interface Server {
  readonly url: string;
  /** Ends it at once, as the system does. */
  kill(): Promise<void>;
}

let program: Program;
let dir = "";
let key = "";
let server: Server;
const running = new Set<ChildProcess>();
beforeAll(async () => {
  [program, dir] = await Promise.all([buildProgram(), mkdtemp(join(tmpdir(), "roboport-uploads-"))]);
  const data = await openRegistryData(dir, { clock: () => "2026-01-02T03:04:05Z", now: () => 0 });
  await data.accounts.addUser("alice");
  key = data.accounts.createToken({ user: "alice", kind: "key", usages: ["upload", "publish"] });
  data.close();
});
afterAll(async () => {
  for (const child of running) child.kill("SIGKILL");
  await program?.[Symbol.asyncDispose]();
  await rm(dir, { recursive: true, force: true });
});

async function start(): Promise<Server> {
  const argv = [join(program.folder, "roboport.cjs"), "serve", "--data", dir, "--open", "--quiet"];
  const child = spawn(process.execPath, argv, { stdio: ["ignore", "pipe", "inherit"] });
  running.add(child);
  const ended = once(child, "exit").then(() => running.delete(child));
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  return {
    url: line.toString().trim(),
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

function planUpload(number: number): Upload {
  const mod = MODS[number % MODS.length] ?? "";
  const version = `1.0.${number}`;
  const info = { name: mod, version, title: mod, author: "alice", factorio_version: "2.0", dependencies: [] };
  const bytes = writeZip([
    { path: `${mod}_${version}/info.json`, bytes: Buffer.from(JSON.stringify(info)) },
    { path: `${mod}_${version}/noise`, bytes: randomBytes(ZIP_BYTES) },
  ]);
  return { mod, version, zip: new Blob([bytes]), sha1: createHash("sha1").update(bytes).digest("hex") };
}

async function post(path: string, form: Readonly<Record<string, string | Blob>>): Promise<Response> {
  const body = new FormData();
  for (const [name, value] of Object.entries(form)) body.set(name, value);
  return fetch(new URL(path, server.url), { method: "POST", headers: { Authorization: `Bearer ${key}` }, body });
}

/** @returns true when it was acknowledged, or had been there already */
async function send({ mod, zip }: Upload, begin = "releases/init_upload"): Promise<boolean> {
  const answer = await post(`/api/v2/mods/${begin}`, { mod });
  const { upload_url: url } = (await answer.json()) as { readonly upload_url: string };
  const end = await post(url, { file: zip });
  await end.arrayBuffer();
  return end.status === 200 || end.status === 409;
}

/** Send all at once, and kill the server when so many were acknowledged. */
async function sendAll(uploads: readonly Upload[], killAfter: number): Promise<readonly Upload[]> {
  const acknowledged: Upload[] = [];
  let killed: Promise<void> | undefined;
  const attempts = uploads.map(async (upload) => {
    if (await send(upload)) acknowledged.push(upload);
    if (acknowledged.length >= killAfter) killed ??= server.kill();
  });
  // Those that were under way when it died fail, as they must.
  await Promise.allSettled(attempts);
  await killed;
  return acknowledged;
}

interface Listed {
  readonly releases: readonly { readonly version: string; readonly sha1: string; readonly download_url: string }[];
}

/** Every release that is listed, by mod and version, with the SHA-1 of what a download gives. */
async function download(): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const mod of MODS) {
    const { releases } = (await (await fetch(`${server.url}/api/mods/${mod}`)).json()) as Listed;
    for (const { version, sha1, download_url } of releases) {
      const bytes = Buffer.from(await (await fetch(server.url + download_url)).arrayBuffer());
      expect(createHash("sha1").update(bytes).digest("hex")).toBe(sha1);
      found.set(`${mod} ${version}`, sha1);
    }
  }
  return found;
}

it(`[HTTP-70] kill -9 during ${UPLOADS} uploads, ${KILLS} times, loses none that was acknowledged`, {
  timeout: 600_000,
}, async () => {
  server = await start();
  const first = MODS.map((_, number) => planUpload(number));
  for (const upload of first) expect(await send(upload, "init_publish")).toBe(true);
  const kept = [...first];
  let open = Array.from({ length: UPLOADS }, (_, number) => planUpload(MODS.length + number));
  for (let kill = 1; kill <= KILLS; kill++) {
    kept.push(...(await sendAll(open, Math.ceil(open.length / 4))));
    server = await start();
    const there = await download();
    for (const { mod, version, sha1 } of kept) expect(there.get(`${mod} ${version}`)).toBe(sha1);
    expect(await readdir(join(dir, "quarantine-v1"))).toEqual([]);
    open = open.filter((upload) => !kept.includes(upload));
  }
  expect(open.length).toBeGreaterThan(0);
  expect(await sendAll(open, Infinity)).toHaveLength(open.length);
  expect((await download()).size).toBe(MODS.length + UPLOADS);
  await server.kill();
});
