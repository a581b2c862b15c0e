import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { openNodeTransport } from "../../src/portal/node-transport.ts";
import { Secret } from "../../src/portal/secret.ts";
import type { Transport } from "../../src/portal/transport.ts";
import { registryPortal } from "../../src/registry/registry.ts";
import { type RunningPortal, startPortal } from "../../src/registry/serve.ts";
import { openPullThrough, type PullThrough } from "../../src/registry/sources/pull-through.ts";
import { openRegistryData, type RegistryData } from "../../src/registry/storage/registry-data.ts";
import { writeZip } from "../../src/store/zip-write.ts";
import { type ChaosPortal, type MemoryWorld, memoryWorld, startChaosPortal } from "../../src/testing/index.ts";

/** The operator's token at the upstream; it must never be seen anywhere else. */
export const CANARY = "canary-4f1c0ffee0";

/** A portal that pulls through from another one, both on loopback. */
export interface PullScene {
  /** What the upstream has; may change. */
  readonly mods: MemoryWorld;
  readonly upstream: ChaosPortal;
  readonly dir: string;
  readonly data: () => RegistryData;
  /** What the operator was told. */
  readonly reported: readonly string[];
  get(path: string, init?: RequestInit): Promise<Response>;
  json(path: string, init?: RequestInit): Promise<ReturnType<typeof JSON.parse>>;
  /** The download path of a mod's newest release. */
  pathOf(mod: string): Promise<string>;
  /** How often the upstream was asked for something. */
  asked(service: string): number;
  /** Files that are not proved yet. */
  quarantine(): Promise<readonly string[]>;
  /** From now on the upstream may be silent for half a second only. */
  hurry(): void;
  /** Let so many milliseconds go by. */
  pass(ms: number): void;
  /** Stop the portal and start it again over the same folder. */
  restart(): Promise<void>;
}

/** A zip of the mod `large`, of 400 kB that cannot be compressed. */
export const LARGE = zipOf("large", 400_000);

/** Start both portals for the length of a test. */
export async function openPullScene(): Promise<PullScene> {
  let time = 0;
  let running: Running;
  const patient = openNodeTransport();
  const hasty = openNodeTransport({ answerTimeoutMs: 500, idleTimeoutMs: 500 });
  let transport = patient;
  const reported: string[] = [];
  const mods = memoryWorld()
    .mod("flib", { title: "Library" })
    .release("0.16.4")
    .release("0.16.5", { dependencies: ["base >= 2.0"] })
    .mod("helmod")
    .release("2.2.1", { dependencies: ["flib"] })
    .mod("large")
    .release("1.0.0", { bytes: LARGE });
  const dir = await mkdtemp(join(tmpdir(), "roboport-pull-"));
  const upstream = await startChaosPortal({ world: mods, now: () => time });
  const start = () =>
    startDownstream({
      dir,
      url: upstream.url,
      transport: (request) => transport(request),
      now: () => time,
      report: (text) => reported.push(text),
    });
  running = await start();
  onTestFinished(async () => {
    await running.close();
    await upstream.close();
    patient.close();
    hasty.close();
    await rm(dir, { recursive: true });
  });
  const get = (path: string, init?: RequestInit) => fetch(running.server.url + path, init);
  const json = async (path: string, init?: RequestInit) => JSON.parse(await (await get(path, init)).text());
  return {
    mods,
    upstream,
    dir,
    data: () => running.data,
    reported,
    get,
    json,
    pathOf: async (mod) => (await json(`/api/mods/${mod}`)).releases.at(-1).download_url,
    asked: (service) => upstream.requests.filter((each) => each.service === service).length,
    quarantine: () => readdir(join(dir, "quarantine-v1")),
    hurry: () => {
      transport = hasty;
    },
    pass: (ms) => {
      time += ms;
    },
    restart: async () => {
      await running.close();
      running = await start();
    },
  };
}

interface Downstream {
  readonly dir: string;
  readonly url: string;
  readonly transport: Transport;
  readonly now: () => number;
  readonly report: (text: string) => void;
}

interface Running {
  readonly data: RegistryData;
  readonly server: RunningPortal;
  close(): Promise<void>;
}

async function startDownstream({ dir, url, transport, now, report }: Downstream): Promise<Running> {
  const clock = () => "2026-01-02T03:04:05Z";
  const monotonic = () => performance.now();
  const data = await openRegistryData(dir, { clock, now: monotonic });
  const source: PullThrough = openPullThrough({
    data,
    upstream: {
      url,
      transport,
      userAgent: "test/1",
      credentials: { username: "me", token: new Secret(CANARY), source: "/root/secret-place" },
      retry: { attempts: 1 },
      clock: { now, random: () => 0, sleep: async () => {} },
    },
    report: ({ message }) => report(message),
  });
  const options = registryPortal({ data, isOpen: true, uploadMax: 5_000_000, clock, now: monotonic, source });
  const server = await startPortal({ ...options, filesPort: "same" });
  const close = async () => {
    await server.close();
    await source.close();
    data.close();
  };
  return { data, server, close };
}

function zipOf(name: string, length: number): Uint8Array<ArrayBuffer> {
  const info = { name, version: "1.0.0", title: name, author: "test", factorio_version: "2.0", dependencies: ["base"] };
  const noise = Buffer.from(Array.from({ length }, (_, at) => (at * 2_654_435_761) >>> 13));
  const file = (path: string, bytes: Uint8Array) => ({ path: `${name}_1.0.0/${path}`, bytes });
  return Uint8Array.from(writeZip([file("info.json", Buffer.from(JSON.stringify(info))), file("noise.bin", noise)]));
}
