import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { logNormalSizes } from "./install-world.ts";
import { startRandom } from "./random.ts";
import { busyTime, cleanEnvironment } from "./rounds.ts";
import { BARE, serveBare } from "./serve-bare.ts";
import { askFor, LOAD, type Load, makeLoad, type Slice } from "./serve-load.ts";
import {
  freeFromCore,
  installVerdaccio,
  memoryOf,
  onCore,
  type Peer,
  startBare,
  startRoboport,
  startStatic,
  startVerdaccio,
} from "./serve-peers.ts";
import { fillRegistry, type ServeWorld, someWord } from "./serve-world.ts";

/**
 * A registry of 20,000 mods against nginx with the same bytes in files, and Verdaccio with packages as large:
 * `npm run bench -- serve [rounds=N] [seconds=S] [scale=S] [json|search|list|zips|start]…`.
 *
 * All parts by default. Servers have the first core, an autocannon of its own process the second; they take turns within
 * each round. Of the rounds the best one counts, as what else the machine does only ever slows down.
 *
 * @see reference/performance.md §1.7, §1.8, §5 and goals 14 to 16 and 18
 */
const PARTS: Readonly<Record<string, (scene: Scene) => Promise<void>>> = { json, search, list, zips, start };

const arguments_ = process.argv.slice(2);
const setting = (name: string, value: number) =>
  Number(arguments_.find((each) => each.startsWith(`${name}=`))?.split("=")[1] ?? value);
const ROUNDS = setting("rounds", 3);
const SECONDS = setting("seconds", 2);
const SCALE = setting("scale", 1);
const MODS = 20_000;
const SIZES = [1_000, 4_000, 13_000, 50_000];
const DOWNLOADS = 50;
/** Cores that others use while nothing of ours runs; beyond this there is no verdict. */
const FOREIGN_MAX = 0.3;
let foreign = 0;

interface Scene {
  readonly folder: string;
  readonly data: string;
  readonly world: ServeWorld;
  readonly roboport: Peer;
  /** Serves the bytes that were put into `folder`. */
  readonly nginx: Peer | undefined;
}

if (arguments_[0] === LOAD) await makeLoad();
else if (arguments_[0] === BARE) serveBare(arguments_.slice(1));
else await bench();

async function bench(): Promise<void> {
  const wanted = Object.keys(PARTS).filter((name) => arguments_.includes(name));
  const parts = wanted.length > 0 ? wanted : Object.keys(PARTS);
  const folder = mkdtempSync(join(tmpdir(), "roboport-serve-"));
  const data = join(folder, "data");
  const zipSizes = parts.includes("zips") ? logNormalSizes(200, 1e9 * SCALE) : [];
  let nginx: Peer | undefined;
  try {
    const world = await fillRegistry({ dir: data, count: MODS, zipsFolder: join(folder, "files"), zipSizes });
    nginx = await startStatic(folder);
    for (const part of parts) {
      foreign = await foreignCores();
      const roboport = await startRoboport(data, `/api/mods/${world.mods[0]}`);
      await PARTS[part]?.({ folder, data, world, roboport, nginx });
      await roboport.stop();
    }
  } finally {
    await nginx?.stop();
    rmSync(folder, { recursive: true });
  }
}

/** Full answers of four sizes, then one that has not changed, then a walk through all mods. */
async function json({ folder, world, roboport, nginx }: Scene): Promise<void> {
  const chosen = await modsOfSizes(world, roboport);
  for (const { bytes } of chosen) writeFileSync(join(folder, `${bytes.length}.json`), bytes);
  const verdaccio = await packages(folder, chosen);
  const bare = await startBare(folder, `/${chosen[0]?.bytes.length}.json`);
  for (const { name, bytes } of chosen) {
    const asked = [{ peer: roboport, path: `/api/mods/${name}/full` }];
    asked.unshift({ peer: bare, path: `/${bytes.length}.json` });
    if (nginx) asked.unshift({ peer: nginx, path: `/${bytes.length}.json` });
    if (verdaccio) asked.push({ peer: verdaccio, path: `/${packageName(bytes)}` });
    const best = await bestOf(asked.map(({ peer, path }) => ({ peer, load: { path, connections: 32 } })));
    const own = best.get(roboport);
    headline(`mod of ${(bytes.length / 1000).toFixed(1)} kB`);
    for (const [peer, slice] of best) tell(peer.name, slice);
    against("of nginx", own, nginx && best.get(nginx), 0.6);
    against("of bare node:http", own, best.get(bare), 0.8);
    against("times Verdaccio", own, verdaccio && best.get(verdaccio), 12);
  }
  await bare.stop();
  await verdaccio?.stop();
  await unchanged(roboport, `/api/mods/${chosen[1]?.name}/full`);
  const walk = { path: "/", connections: 32, paths: world.mods.map((name) => `/api/mods/${name}`) };
  headline("all mods in turn");
  tell("roboport", (await bestOf([{ peer: roboport, load: walk }])).get(roboport));
}

/** A validator that still holds must not cost more than the bytes. */
async function unchanged(roboport: Peer, path: string): Promise<void> {
  // As the load asks: for the bytes as they are.
  const answer = await fetch(roboport.url + path, { headers: { "accept-encoding": "identity" } });
  const etag = answer.headers.get("etag") ?? "";
  const plain: Peer = { ...roboport, name: "200" };
  const validated: Peer = { ...roboport, name: "304" };
  const best = await bestOf([
    { peer: plain, load: { path, connections: 32 } },
    { peer: validated, load: { path, connections: 32, headers: { "if-none-match": etag } } },
  ]);
  headline("unchanged");
  for (const [peer, slice] of best) tell(peer.name, slice);
  against("of the answer with bytes", best.get(validated), best.get(plain), 1);
}

/** What people type: one or two words, some of them cut short; half of the time one of the searches of the tenth that is asked most. */
async function search({ world, roboport }: Scene): Promise<void> {
  const random = startRandom(3);
  const query = () => {
    const words = Array.from({ length: random() < 0.5 ? 1 : 2 }, () => someWord(world.words, random));
    return words.map((word) => (random() < 0.2 ? word.slice(0, 3) : word)).join(" ");
  };
  const asked = Array.from({ length: 5_000 }, () => JSON.stringify({ query: query(), page_size: 20 }));
  const bodies = Array.from({ length: 10_000 }, () => asked[Math.floor(asked.length * random() ** 3.3)] ?? "");
  const headers = { "content-type": "application/json" };
  const load = { path: "/api/search", method: "POST", headers, bodies, connections: 16 } as const;
  const began = performance.now();
  await fetch(`${roboport.url}/api/search`, { method: "POST", body: asked[0] ?? "" });
  const first = performance.now() - began;
  const slice = (await bestOf([{ peer: roboport, load }])).get(roboport);
  headline(`search; the first one, which makes the index, took ${first.toFixed(0)} ms`);
  tell("roboport", slice);
  goal("requests per second", slice?.perSecond ?? 0, 20_000, "at least");
  goal("p99 in ms", slice?.p99 ?? Number.NaN, 5, "at most");
}

async function list({ roboport, data, world }: Scene): Promise<void> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const fresh = await startRoboport(data, `/api/mods/${world.mods[0]}`);
    times.push(await timeOf(`${fresh.url}/api/mods?page_size=max`));
    await fresh.stop();
  }
  const cached: number[] = [];
  for (let round = 0; round < ROUNDS + 5; round++) cached.push(await timeOf(`${roboport.url}/api/mods?page_size=max`));
  headline(`page_size=max, ${MODS} mods`);
  goal("first, ms", Math.min(...times), 300, "at most");
  goal("again, ms", Math.min(...cached), 30, "at most");
  goal("peak, MiB", memoryOf(roboport.pid).peak, 150, "at most");
}

/** Of the bytes as they are; `fetch` would ask for packed ones. */
async function timeOf(url: string): Promise<number> {
  const began = performance.now();
  await new Promise((resolve, reject) => {
    get(url, (response) => response.resume().once("end", resolve)).on("error", reject);
  });
  return performance.now() - began;
}

async function zips(scene: Scene): Promise<void> {
  const { folder, world, roboport, nginx } = scene;
  const links = await Promise.all(world.zips.map(async ({ name }) => `${roboport.url}${await linkOf(roboport, name)}`));
  const contenders: Contender[] = [["roboport", links]];
  if (nginx) contenders.unshift(["nginx", world.zips.map(({ file }) => `${nginx.url}/files/${file}`)]);
  headline(`${world.zips.length} zips, ${world.zips.reduce((sum, { size }) => sum + size, 0) / 1e9} GB`);
  goal("times nginx, one core for each side", race(folder, contenders), 1.15, "at most");
  // The reference was measured so: a server that reads beside its writing wins by it.
  for (const peer of [roboport, nginx]) if (peer) freeFromCore(peer);
  goal("times nginx, all cores for both sides", race(folder, contenders, { isFree: true }), 1.15, "at most");
  download(folder, links, { parallel: DOWNLOADS });
  goal(`peak with ${DOWNLOADS} at a time, MiB`, memoryOf(roboport.pid).peak, 120, "at most");
}

type Contender = readonly [name: string, urls: readonly string[]];

interface Freedom {
  /** Whoever downloads may use every core. */
  readonly isFree?: boolean;
}

/** @returns the best time of the last contender, as a multiple of that of the first */
function race(folder: string, contenders: readonly Contender[], { isFree = false }: Freedom = {}): number {
  const best = new Map<string, number>();
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, urls] of contenders) {
      const time = download(folder, urls, { parallel: 8, isFree });
      // The first round fills the page cache.
      if (round > 0) best.set(name, Math.min(time, best.get(name) ?? Number.POSITIVE_INFINITY));
    }
  }
  for (const [name, time] of best) console.log(`${name.padEnd(12)} ${time.toFixed(0)} ms`);
  const times = contenders.map(([name]) => best.get(name) ?? Number.NaN);
  return (times.at(-1) ?? Number.NaN) / (times.length > 1 ? (times[0] ?? Number.NaN) : Number.NaN);
}

interface DownloadOptions extends Freedom {
  readonly parallel: number;
}

/** Milliseconds. */
function download(folder: string, urls: readonly string[], { parallel, isFree = false }: DownloadOptions): number {
  const config = join(folder, "curl");
  writeFileSync(config, urls.map((url) => `url = "${url}"\noutput = "/dev/null"\n`).join(""));
  const curl = ["curl", "-sS", "-L", "--fail", "-Z", "--parallel-max", String(parallel), "-K", config];
  const command = isFree ? curl : onCore(1, curl);
  const began = performance.now();
  const { status, stderr } = spawnSync(command[0] ?? "", command.slice(1), {
    env: cleanEnvironment(),
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`curl ended with ${status}: ${stderr}`);
  return performance.now() - began;
}

async function linkOf({ url }: Peer, name: string): Promise<string> {
  const mod = (await (await fetch(`${url}/api/mods/${name}`)).json()) as { releases: { download_url: string }[] };
  return mod.releases[0]?.download_url ?? "";
}

async function start({ folder, data, world }: Scene): Promise<void> {
  const path = `/api/mods/${world.mods[0]}`;
  const verdaccio = installVerdaccio();
  const [own, other, memory]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < ROUNDS + 2; round++) {
    const roboport = await startRoboport(data, path);
    own.push(roboport.startedIn);
    memory.push(memoryOf(roboport.pid).now);
    await roboport.stop();
    if ("why" in verdaccio) continue;
    const peer = await startPackages(verdaccio.entry, folder, [Buffer.from("{}")]);
    other.push(peer.startedIn);
    await peer.stop();
  }
  headline("start to the first 200");
  console.log(`roboport ${Math.min(...own).toFixed(0)} ms, Verdaccio ${Math.min(...other).toFixed(0)} ms`);
  if ("why" in verdaccio) console.log(`Verdaccio is not here: ${verdaccio.why}`);
  else goal("of Verdaccio", Math.min(...own) / Math.min(...other), 0.75, "at most");
  goal("memory after the start, MiB", Math.max(...memory), 150, "at most");
}

interface SizedMod {
  readonly name: string;
  readonly bytes: Buffer;
}

/** For each size the mod whose full answer comes nearest to it. */
async function modsOfSizes({ mods }: ServeWorld, { url }: Peer): Promise<readonly SizedMod[]> {
  const some = await Promise.all(
    mods.slice(0, 1_500).map(async (name) => {
      const answer = await fetch(`${url}/api/mods/${name}/full`);
      return { name, bytes: Buffer.from(await answer.arrayBuffer()) };
    }),
  );
  const distance = ({ bytes }: SizedMod, size: number) => Math.abs(Math.log(bytes.length / size));
  return SIZES.map((size) => some.reduce((best, each) => (distance(each, size) < distance(best, size) ? each : best)));
}

function packageName(bytes: Buffer): string {
  return `bench-${bytes.length}`;
}

/** Verdaccio with a package as large as each mod. */
async function packages(folder: string, mods: readonly SizedMod[]): Promise<Peer | undefined> {
  const verdaccio = installVerdaccio();
  if ("entry" in verdaccio)
    return await startPackages(
      verdaccio.entry,
      folder,
      mods.map(({ bytes }) => bytes),
    );
  console.log(`Verdaccio is not here: ${verdaccio.why}`);
  return undefined;
}

async function startPackages(entry: string, folder: string, sizes: readonly Buffer[]): Promise<Peer> {
  const root = join(folder, "verdaccio");
  for (const bytes of sizes) {
    mkdirSync(join(root, "storage", packageName(bytes)), { recursive: true });
    writeFileSync(join(root, "storage", packageName(bytes), "package.json"), packageText(bytes));
  }
  return await startVerdaccio(entry, root, `/${packageName(sizes[0] ?? Buffer.alloc(0))}`);
}

/** A package with as many versions as make up the size. */
function packageText(bytes: Buffer): string {
  const name = packageName(bytes);
  const version = (at: number) => ({
    name,
    version: `1.0.${at}`,
    description: "x".repeat(60),
    _id: `${name}@1.0.${at}`,
    dist: { tarball: `http://localhost/${name}/-/${name}-1.0.${at}.tgz`, shasum: "0".repeat(40) },
  });
  const count = Math.max(1, Math.round((bytes.length - 200) / JSON.stringify(version(100)).length));
  const versions = Object.fromEntries(Array.from({ length: count }, (_, at) => [`1.0.${at}`, version(at)]));
  return JSON.stringify({ name, "dist-tags": { latest: "1.0.0" }, versions, time: {}, _attachments: {}, _rev: "1" });
}

type Question = { readonly peer: Peer; readonly load: Omit<Load, "duration"> };

/** Every server in turn, as often as there are rounds; the best that each did. */
async function bestOf(questions: readonly Question[]): Promise<ReadonlyMap<Peer, Slice>> {
  const best = new Map<Peer, Slice>();
  // A server that has run for a while is what is asked of one.
  for (const { peer, load } of questions) await askFor(peer, { ...load, duration: 1 });
  for (let round = 0; round < ROUNDS; round++) {
    for (const { peer, load } of questions) {
      const slice = await askFor(peer, { ...load, duration: SECONDS });
      const known = best.get(peer);
      const p99 = Math.min(slice.p99, known?.p99 ?? Number.POSITIVE_INFINITY);
      const better = known && known.perSecond > slice.perSecond ? known : slice;
      best.set(peer, { ...better, p99 });
    }
  }
  return best;
}

/** How many the machine uses by itself. */
async function foreignCores(): Promise<number> {
  const [began, before] = [performance.now(), busyTime()];
  await wait(1_000);
  return (busyTime() - before) / (performance.now() - began);
}

function headline(text: string): void {
  console.log(`\n== ${text}; others use ${foreign.toFixed(1)} cores`);
}

function tell(name: string, slice: Slice | undefined): void {
  if (!slice) return;
  const { perSecond, p50, p99, cpu, statuses } = slice;
  const rate = `${Math.round(perSecond).toString().padStart(7)}/s`;
  console.log(
    `${name.padEnd(12)} ${rate}  p50 ${p50} p99 ${p99} ms  ${cpu.toFixed(1)} µs cpu  ${JSON.stringify(statuses)}`,
  );
}

function against(what: string, own: Slice | undefined, other: Slice | undefined, least: number): void {
  if (own && other) goal(what, own.perSecond / other.perSecond, least, "at least");
}

function goal(what: string, value: number, limit: number, side: "at least" | "at most"): void {
  const isMet = side === "at least" ? value >= limit : value <= limit;
  const verdict = foreign > FOREIGN_MAX ? "no verdict, the machine is busy" : isMet ? "met" : "MISSED";
  console.log(`${what}: ${value.toFixed(2)}  goal ${side} ${limit} ${verdict}`);
}
