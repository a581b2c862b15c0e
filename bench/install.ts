import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Nginx, startNginx } from "./install-nginx.ts";
import { type BenchPortal, type PortalCounts, SERVE, servePortal, startPortal } from "./install-portal.ts";
import { type BenchMod, logNormalSizes, writeZips } from "./install-world.ts";
import { missingPrograms, type Runner, type Rounds, runOnce, runRounds } from "./rounds.ts";

/**
 * Installing against curl, sha1sum and aria2c in paired runs, over loopback:
 * `npm run bench -- install [rounds=N] [scale=S] [cold|small|warm|noop|update|latency|scan|verify|memory]…`.
 *
 * All parts by default, seven rounds, and a scale of 1: one gigabyte in 200 files. What is not on this machine is named
 * and left out: `apt-get install nginx-light curl aria2 strace time`.
 *
 * @see reference/performance.md §1.4, §1.5, §3 and goals 1 to 6, 12, 13 and 19
 */
const PARTS: Readonly<Record<string, () => Promise<void>>> = {
  cold,
  small,
  warm,
  noop,
  update,
  latency,
  scan,
  verify,
  memory,
};
const QUIET_MIN = 5;
const LANES = 4;
const INSTALL = ["install", "--yes", "--quiet"];
const entry = resolve("dist/cli/roboport.cjs");
const arguments_ = process.argv.slice(2);
const setting = (name: string, value: number) =>
  Number(arguments_.find((each) => each.startsWith(`${name}=`))?.split("=")[1] ?? value);
const ROUNDS = setting("rounds", 7);
const SCALE = setting("scale", 1);

const scratch = mkdtempSync(join(tmpdir(), "roboport-install-"));
const missing = missingPrograms(["nginx", "curl", "aria2c", "sha1sum", "strace"]);

if (arguments_[0] === SERVE) servePortal(JSON.parse(arguments_[1] ?? ""));
else await bench();

async function bench(): Promise<void> {
  if (missing.length > 0) console.log(`not here, and left out: ${missing.join(", ")}`);
  const wanted = Object.keys(PARTS).filter((name) => arguments_.includes(name));
  try {
    for (const name of wanted.length > 0 ? wanted : Object.keys(PARTS)) await PARTS[name]?.();
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** A world of zips with what serves them, and the folders that a run works in. */
interface Scene {
  readonly folder: string;
  readonly mods: readonly BenchMod[];
  readonly nginx: Nginx | undefined;
  readonly portal: BenchPortal;
  readonly root: string;
  readonly cache: string;
}

interface SceneOptions {
  readonly sizes: readonly number[];
  readonly delay?: number;
  readonly secure?: boolean;
  /** Versions of every mod, oldest first. */
  readonly version?: string;
}

async function withScene(name: string, options: SceneOptions, run: (scene: Scene) => Promise<void>): Promise<void> {
  const folder = join(scratch, name);
  const mods = writeZips({ folder: join(folder, "files"), sizes: options.sizes, prefix: name });
  writeFileSync(join(folder, "files", "mods.json"), JSON.stringify(mods));
  writeFileSync(join(folder, "sums"), mods.map(({ sha1, file }) => `${sha1}  ${file}\n`).join(""));
  const nginx = await startNginx(folder);
  const filesUrl = options.secure ? nginx?.secureUrl : nginx?.url;
  const portal = await startPortal({ folder: join(folder, "files"), filesUrl, delay: options.delay });
  try {
    await run({ folder, mods, nginx, portal, root: join(folder, "server"), cache: join(folder, "cache") });
  } finally {
    portal.stop();
    nginx?.stop();
    rmSync(folder, { recursive: true });
  }
}

/** `roboport` in a server's folder. */
function roboport(
  { root, cache, portal, nginx }: Scene,
  argv: readonly string[],
): Pick<Runner, "command" | "cwd" | "env"> {
  return {
    command: [process.execPath, entry, ...argv, "--mods-dir", "mods", "--portal", portal.url],
    cwd: root,
    env: {
      HOME: root,
      ROBOPORT_CACHE_DIR: cache,
      ...(nginx && { NODE_EXTRA_CA_CERTS: nginx.certificate }),
    },
  };
}

/** An empty server that wants every mod. */
function emptyServer({ root, cache, mods }: Scene, keepCache = false): void {
  rmSync(root, { recursive: true, force: true });
  if (!keepCache) rmSync(cache, { recursive: true, force: true });
  mkdirSync(join(root, "mods"), { recursive: true });
  const manifest = { factorio: "2.0.60", mods: Object.fromEntries(mods.map(({ name }) => [name, "*"])) };
  writeFileSync(join(root, "roboport.json"), JSON.stringify(manifest));
}

/** Each peer fetches all zips into an empty folder. */
function downloaders(scene: Scene, secure = false): readonly Runner[] {
  const { folder, mods, nginx } = scene;
  const out = join(folder, "out");
  const url = secure ? nginx?.secureUrl : nginx?.url;
  if (!url || !nginx) return [];
  const list = join(folder, secure ? "secure" : "plain");
  const curlConfig = mods.map(({ file }) => `url = "${url}/files/${file}"\noutput = "${file}"\n`).join("");
  writeFileSync(`${list}.curl`, `cacert = "${nginx.certificate}"\n${curlConfig}`);
  const sums = mods.map(({ file, sha1 }) => `${url}/files/${file}\n  checksum=sha-1=${sha1}\n`).join("");
  writeFileSync(`${list}.aria2`, sums);
  const curl = `curl -sS -Z --parallel-max 8 -K ${list}.curl`;
  const aria2 = `aria2c -q -j5 --ca-certificate=${nginx.certificate} -i ${list}.aria2`;
  const shell = (name: string, script: string): Runner => ({
    name,
    command: ["sh", "-ec", script],
    cwd: out,
    prepare: () => {
      rmSync(out, { recursive: true, force: true });
      mkdirSync(out);
    },
  });
  return [
    ...(has("curl") && has("sha1sum")
      ? [shell("curl -Z + sha1sum -c", `${curl}; sha1sum -c --quiet ${folder}/sums`)]
      : []),
    ...(has("curl") ? [shell("curl -Z, not verified", curl)] : []),
    ...(has("aria2c") ? [shell("aria2c with checksums", aria2)] : []),
  ];
}

function has(program: string): boolean {
  return !missing.includes(program);
}

async function cold(): Promise<void> {
  for (const secure of [false, true]) {
    await withScene("cold", { sizes: logNormalSizes(200, 1e9 * SCALE), secure }, async (scene) => {
      if (secure && !scene.nginx) return;
      const install: Runner = {
        name: "roboport install",
        ...roboport(scene, INSTALL),
        prepare: () => emptyServer(scene),
      };
      // The first bytes on a fresh disk are slow for whoever comes first.
      install.prepare?.();
      runOnce(install);
      const goals = { "roboport install": 0.95 };
      compare(
        `${scene.mods.length} files of ${gigabytes(scene)} over ${secure ? "https" : "http"}`,
        scene,
        [...downloaders(scene, secure), install],
        goals,
      );
      await tellCounts(scene, install);
    });
  }
}

async function small(): Promise<void> {
  await withScene("small", { sizes: Array<number>(600).fill(50_000) }, async (scene) => {
    const install: Runner = {
      name: "roboport install",
      ...roboport(scene, INSTALL),
      prepare: () => emptyServer(scene),
    };
    compare("600 files of 50 kB", scene, [...downloaders(scene), install]);
    await tellCounts(scene, install);
  });
}

async function warm(): Promise<void> {
  await withScene("warm", { sizes: logNormalSizes(200, 1e9 * SCALE) }, async (scene) => {
    const first: Runner = { name: "first", ...roboport(scene, INSTALL) };
    emptyServer(scene);
    runOnce(first);
    const copy: Runner = {
      name: "cp and sync",
      command: ["sh", "-ec", `cp ${scene.folder}/files/*.zip ${scene.folder}/out; sync ${scene.folder}/out/*`],
      prepare: () => {
        rmSync(join(scene.folder, "out"), { recursive: true, force: true });
        mkdirSync(join(scene.folder, "out"));
      },
    };
    const install: Runner = {
      name: "install from the store",
      ...roboport(scene, INSTALL),
      prepare: () => emptyServer(scene, true),
    };
    compare(`a store that holds ${gigabytes(scene)} already`, scene, [copy, install]);
    await tellCounts(scene, install);
  });
}

async function noop(): Promise<void> {
  for (const count of [200, 600]) {
    await withScene("noop", { sizes: Array<number>(count).fill(10_000) }, async (scene) => {
      const install: Runner = { name: `install, ${count} mods`, ...roboport(scene, ["install"]) };
      emptyServer(scene);
      runOnce({ ...install, ...roboport(scene, INSTALL) });
      compare("nothing to do", scene, [node(), install], { [install.name]: count === 200 ? 1.35 : 1.6 });
      await tellCounts(scene, install);
    });
  }
}

async function update(): Promise<void> {
  await withScene("update", { sizes: Array<number>(300).fill(200_000) }, async (scene) => {
    emptyServer(scene);
    runOnce({ name: "first", ...roboport(scene, INSTALL) });
    const newer = writeZips({
      folder: join(scene.folder, "files"),
      sizes: [300_000],
      prefix: "update",
      version: "1.1.0",
    });
    const changed = [...newer, ...scene.mods.slice(1)];
    writeFileSync(join(scene.folder, "files", "mods.json"), JSON.stringify(changed));
    const portal = await startPortal({ folder: join(scene.folder, "files"), filesUrl: scene.nginx?.url });
    const later = { ...scene, portal };
    const kept = join(scene.folder, "kept");
    for (const [from, to] of [
      ["server", "kept"],
      ["cache", "kept-cache"],
    ] as const)
      cpSync(join(scene.folder, from), join(scene.folder, to), { recursive: true, preserveTimestamps: true });
    const run: Runner = {
      name: "roboport update",
      ...roboport(later, ["update", "--yes", "--quiet"]),
      prepare: () => {
        for (const [from, to] of [
          [kept, scene.root],
          [`${kept}-cache`, scene.cache],
        ] as const) {
          rmSync(to, { recursive: true, force: true });
          cpSync(from, to, { recursive: true, preserveTimestamps: true });
        }
      },
    };
    compare("one update in 300 mods", later, [node(), run]);
    await tellCounts(later, run);
    portal.stop();
  });
}

async function latency(): Promise<void> {
  const [count, delay] = [200, 40];
  await withScene("latency", { sizes: Array<number>(count).fill(100_000), delay }, async (scene) => {
    const limit = (3 * count * delay) / LANES;
    const install: Runner = {
      name: "roboport install",
      ...roboport(scene, INSTALL),
      prepare: () => emptyServer(scene),
    };
    install.prepare?.();
    const { wall } = runOnce(install);
    const goal = verdict(wall <= 1.3 * limit);
    console.log(`\n== ${count} mods, every answer of the portal ${delay} ms late (load ${load()})`);
    console.log(
      `${Math.round(wall)} ms, × three answers per mod in ${LANES} lanes ${(wall / limit).toFixed(2)}  goal 1.30${goal}`,
    );
    await tellCounts(scene, install);
  });
}

async function scan(): Promise<void> {
  await withScene("scan", { sizes: Array<number>(200).fill(100_000) }, async (scene) => {
    const list: Runner = { name: "roboport list", ...roboport(scene, ["list"]) };
    emptyServer({ ...scene, mods: [] });
    for (const { file } of scene.mods) cpSync(join(scene.folder, "files", file), join(scene.root, "mods", file));
    compare("200 zips nobody knows", scene, [node(), list], { "roboport list": 1.45 });
  });
}

async function verify(): Promise<void> {
  await withScene("verify", { sizes: logNormalSizes(200, 1e9 * SCALE) }, async (scene) => {
    emptyServer(scene);
    runOnce({ name: "first", ...roboport(scene, INSTALL) });
    const sums: Runner = {
      name: "sha1sum -c",
      command: ["sha1sum", "-c", "--quiet", join(scene.folder, "sums")],
      cwd: join(scene.root, "mods"),
    };
    const own: Runner = { name: "roboport verify", ...roboport(scene, ["verify"]) };
    compare(`reading ${gigabytes(scene)} again`, scene, [sums, own], { "roboport verify": 0.75 });
  });
}

async function memory(): Promise<void> {
  console.log(`\n== Memory while installing (load ${load()})`);
  const peaks: number[] = [];
  const sizes = [logNormalSizes(200, 1e9), logNormalSizes(1000, 5e9), [25e6], [2.5e9]];
  for (const each of sizes) {
    await withScene("memory", { sizes: each.map((size) => Math.round(size * SCALE)) }, async (scene) => {
      emptyServer(scene);
      const { rss } = runOnce({ name: "roboport install", ...roboport(scene, INSTALL) });
      peaks.push(rss);
      console.log(
        `${String(each.length).padStart(5)} files, ${gigabytes(scene)}: ${rss.toFixed(1)} MiB  goal 80${verdict(rss <= 80)}`,
      );
    });
  }
  const [one = 0, five = 0, little = 0, large = 0] = peaks;
  console.log(`5 GB less 1 GB: ${(five - one).toFixed(1)} MiB  goal 4${verdict(five - one <= 4)}`);
  console.log(`2.5 GB file less 25 MB file: ${(large - little).toFixed(1)} MiB  goal 4${verdict(large - little <= 4)}`);
}

function node(): Runner {
  return { name: "node -e 0", command: [process.execPath, "-e", "0"] };
}

function gigabytes({ mods }: Scene): string {
  return `${(mods.reduce((sum, { size }) => sum + size, 0) / 1e9).toFixed(2)} GB`;
}

function compare(
  title: string,
  scene: Scene,
  runners: readonly Runner[],
  goals: Readonly<Record<string, number>> = {},
): void {
  const servers = [scene.portal.pid, ...(scene.nginx ? [scene.nginx.pid] : [])];
  const { standings, clean }: Rounds = runRounds({ runners, rounds: ROUNDS, servers });
  const hasVerdict = clean >= QUIET_MIN;
  console.log(`\n== ${title}: ${clean} clean rounds${hasVerdict ? "" : ", no verdict"} (load ${load()})`);
  for (const { name, min, median, max, ratio } of standings) {
    const goal = goals[name];
    const against = goal === undefined ? "" : `  goal ${goal.toFixed(2)}${hasVerdict ? verdict(ratio <= goal) : ""}`;
    console.log(
      `${name.padEnd(24)} min/median ${milliseconds(min.wall)} ${milliseconds(median.wall)}  cpu ${milliseconds(median.cpu)}  peak ${max.rss.toFixed(1).padStart(6)} MiB  × ${ratio.toFixed(2)}${against}`,
    );
  }
}

/** What does not depend on how busy the machine is. */
async function tellCounts({ portal }: Scene, runner: Runner): Promise<void> {
  const ask = async () => (await (await fetch(`${portal.url}/counts`)).json()) as PortalCounts;
  await ask();
  runner.prepare?.();
  runOnce(runner);
  const { requests, parallel } = await ask();
  runner.prepare?.();
  const calls = has("strace") ? countCalls(runner) : "";
  console.log(`counted: ${requests} requests to the portal, ${parallel} at a time${calls}`);
}

function countCalls({ command, cwd, env }: Runner): string {
  const traced = spawnSync("strace", ["-f", "-qq", "-c", "-U", "calls,name", ...command], {
    cwd,
    env: { PATH: process.env["PATH"], ...env },
    encoding: "utf8",
    maxBuffer: 1e9,
  });
  const count = (name: string) => Number(new RegExp(`^\\s*(\\d+) ${name}$`, "m").exec(traced.stderr)?.[1] ?? 0);
  return `; ${count("total")} system calls, ${count("fsync") + count("fdatasync")} of them syncs`;
}

function milliseconds(value: number): string {
  return `${value.toFixed(0).padStart(6)} ms`;
}

function verdict(met: boolean): string {
  return met ? " met" : " MISSED";
}

function load(): string {
  return (loadavg()[0] ?? 0).toFixed(1);
}
