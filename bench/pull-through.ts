import { spawn, spawnSync } from "node:child_process";
import { linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { releaseId } from "../src/registry/worlds/release-id.ts";
import { freePort, startNginx } from "./install-nginx.ts";
import { type BenchMod, writeZips } from "./install-world.ts";
import { cleanEnvironment, processTime } from "./rounds.ts";
import { freeFromCore, memoryOf, onCore } from "./serve-peers.ts";

/**
 * 1 GB of zips through a cold cache, then through a warm one, against nginx with proxy_cache, with one core each and with all:
 * `npm run bench -- pull-through [ROUNDS]`.
 *
 * What is behind both is nginx with files. Roboport proves every zip and synchronises it with the disk, nginx does neither.
 * Both have the first core, curl and the files the second; they take turns within each round.
 *
 * @see reference/performance.md §1.8 and goal 18
 */
const ROUNDS = Number(process.argv[2] ?? 5);
const ZIPS = 10;
const ZIP_SIZE = 100_000_000;
const RELEASED = "2026-01-01T00:00:00.000000Z";

interface Cache {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

interface Times {
  /** Seconds for everything. */
  readonly cold: number;
  readonly warm: number;
  /** Seconds until the first byte of one zip. */
  readonly first: number;
  /** Seconds until its last byte. */
  readonly last: number;
  /** Mebibytes. */
  readonly memory: number;
  /** Processor seconds for the cold pass. */
  readonly processor: number;
}

/** Whether each side has a core of its own. */
let isPinned = true;
const on = (core: number, command: readonly string[]) => (isPinned ? onCore(core, command) : command);

const STARTERS = { nginx: startProxyCache, roboport: startPullThrough };
const folder = mkdtempSync(join(tmpdir(), "roboport-pull-"));
try {
  await bench();
} finally {
  rmSync(folder, { recursive: true });
}

async function bench(): Promise<void> {
  const mods = writeUpstream();
  const upstream = await startNginx(folder);
  if (!upstream) {
    console.error("pull-through: left out, because there is no nginx");
    return;
  }
  try {
    spawnSync("taskset", ["-pc", "1", String(upstream.pid)]);
    await race(upstream.url, mods);
    isPinned = false;
    freeFromCore(upstream);
    await race(upstream.url, mods);
  } finally {
    upstream.stop();
  }
}

/** Both in turn, as often as there are rounds. */
async function race(upstream: string, mods: readonly BenchMod[]): Promise<void> {
  console.log(isPinned ? "\n== one core for the cache" : "\n== all cores for everybody");
  const taken: Record<keyof typeof STARTERS, Times[]> = { nginx: [], roboport: [] };
  for (let round = 0; round < ROUNDS; round++) {
    const names = round % 2 === 0 ? (["nginx", "roboport"] as const) : (["roboport", "nginx"] as const);
    for (const name of names) taken[name].push(await measure(await STARTERS[name](upstream), mods));
  }
  for (const name of ["nginx", "roboport"] as const) describe(name, taken[name]);
  for (const pass of ["cold", "warm"] as const) {
    const ratios = taken.roboport.map((times, round) => times[pass] / (taken.nginx[round]?.[pass] ?? Number.NaN));
    console.log(
      `${pass}: roboport ${median(ratios).toFixed(2)}x nginx (${ratios.map((each) => each.toFixed(2)).join(" ")})`,
    );
  }
}

/** A portal as files: the full answer of every mod, and the zips where it says they are. */
function writeUpstream(): readonly BenchMod[] {
  const mods = writeZips({ folder: join(folder, "zips"), sizes: Array(ZIPS).fill(ZIP_SIZE), prefix: "big" });
  for (const { name, version, file, sha1 } of mods) {
    const release = { download_url: pathOf({ name, file }), file_name: file, info_json: {}, released_at: RELEASED };
    const mod = { name, title: name, owner: "bench", created_at: RELEASED, releases: [{ ...release, version, sha1 }] };
    mkdirSync(join(folder, "api/mods", name), { recursive: true });
    writeFileSync(join(folder, "api/mods", name, "full"), JSON.stringify(mod));
    mkdirSync(join(folder, "download", name), { recursive: true });
    linkSync(join(folder, "zips", file), join(folder, pathOf({ name, file })));
  }
  return mods;
}

function pathOf({ name, file }: Pick<BenchMod, "name" | "file">): string {
  return `/download/${name}/${releaseId(file, RELEASED)}`;
}

async function measure(cache: Cache, mods: readonly BenchMod[]): Promise<Times> {
  const urls = mods.map((mod) => cache.url + pathOf(mod));
  const timed = (list: readonly string[]) => {
    const begin = performance.now();
    const each = download(list);
    return { seconds: (performance.now() - begin) / 1000, each };
  };
  try {
    const before = processTime(cache.pid);
    const cold = timed(urls);
    const processor = (processTime(cache.pid) - before) / 1000;
    const warm = timed(urls);
    const { peak: memory } = memoryOf(cache.pid);
    const [first = 0, last = 0] = cold.each;
    return { cold: cold.seconds, warm: warm.seconds, first, last, memory, processor };
  } finally {
    await cache.stop();
  }
}

/** @returns seconds until the first and until the last byte of the first one */
function download(urls: readonly string[]): readonly number[] {
  const targets = urls.flatMap((url) => ["-o", "/dev/null", url]);
  const format = "%{time_starttransfer} %{time_total} %{http_code} %{size_download}\n";
  const [file = "", ...args] = on(1, ["curl", "-sfL", "-w", format, ...targets]);
  const { status, stdout } = spawnSync(file, args, { encoding: "utf8", env: cleanEnvironment() });
  const lines = stdout
    .trim()
    .split("\n")
    .map((line) => line.split(" ").map(Number));
  if (status !== 0 || lines.some(([, , code, size]) => code !== 200 || (size ?? 0) < ZIP_SIZE)) {
    throw new Error(`curl ended with ${status}: ${stdout}`);
  }
  return lines[0]?.slice(0, 2) ?? [];
}

async function startPullThrough(upstream: string): Promise<Cache> {
  const data = mkdtempSync(join(folder, "data-"));
  const port = await freePort();
  const entry = resolve("dist/cli/roboport.cjs");
  const serve = [process.execPath, entry, "serve", "--data", data, "--open", "--port", String(port)];
  const cache = await start([...serve, "--upstream", upstream], port);
  for (let zip = 0; zip < ZIPS; zip++) {
    await fetch(`${cache.url}/api/mods/big-${String(zip).padStart(3, "0")}`).then((answer) => answer.arrayBuffer());
  }
  return { ...cache, stop: () => cache.stop().then(() => rmSync(data, { recursive: true })) };
}

async function startProxyCache(upstream: string): Promise<Cache> {
  const home = mkdtempSync(join(folder, "cache-"));
  const port = await freePort();
  const config = join(home, "nginx.conf");
  const user = process.getuid?.() === 0 ? "user root;\n" : "";
  writeFileSync(
    config,
    `${user}master_process off; daemon off; pid ${home}/nginx.pid; error_log ${home}/error.log;
events { worker_connections 256; }
http {
  access_log off; sendfile on; tcp_nopush on;
  client_body_temp_path ${home}/body; proxy_temp_path ${home}/proxy; fastcgi_temp_path ${home}/fastcgi;
  uwsgi_temp_path ${home}/uwsgi; scgi_temp_path ${home}/scgi;
  proxy_cache_path ${home}/cache keys_zone=zips:10m max_size=10g use_temp_path=off;
  server {
    listen 127.0.0.1:${port};
    location / { proxy_pass ${upstream}; proxy_cache zips; proxy_cache_valid 200 1h; proxy_cache_lock on; }
  }
}
`,
  );
  const cache = await start(["nginx", "-c", config, "-e", join(home, "error.log")], port);
  return { ...cache, stop: () => cache.stop().then(() => rmSync(home, { recursive: true })) };
}

async function start(command: readonly string[], port: number): Promise<Cache> {
  const [file = "", ...args] = on(0, command);
  const child = spawn(file, args, { env: cleanEnvironment(), stdio: "ignore" });
  const url = `http://127.0.0.1:${port}`;
  const answers = () =>
    fetch(url)
      .then(() => true)
      .catch(() => false);
  while (!(await answers())) {
    if (child.exitCode !== null) throw new Error(`${file} did not start: ${readFileSync("/proc/loadavg", "utf8")}`);
    await wait(20);
  }
  const stop = async () => {
    const exited = new Promise((done) => child.once("exit", done));
    child.kill();
    await exited;
  };
  return { url, pid: child.pid ?? 0, stop };
}

function describe(name: string, taken: readonly Times[]): void {
  const of = (key: keyof Times) => median(taken.map((times) => times[key]));
  const milliseconds = (key: keyof Times) => `${(of(key) * 1000).toFixed(0)} ms`;
  const passes = `cold ${of("cold").toFixed(2)} s (${of("processor").toFixed(2)} s of processor), warm ${of("warm").toFixed(2)} s`;
  const one = `first byte of 100 MB after ${milliseconds("first")}, last after ${milliseconds("last")}`;
  console.log(`${name}: ${passes}; ${one}; ${of("memory").toFixed(0)} MiB`);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
