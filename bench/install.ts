import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { type PortalCounts, SERVE, servePortal, startPortal } from "./install-portal.ts";
import {
  downloaders,
  emptyServer,
  entry,
  gigabytes,
  has,
  missing,
  roboport,
  type Scene,
  withScene,
} from "./install-scene.ts";
import { logNormalSizes, writeZips } from "./install-world.ts";
import { type Rounds, type Runner, runOnce, runRounds } from "./rounds.ts";

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
const arguments_ = process.argv.slice(2);
const setting = (name: string, value: number) =>
  Number(arguments_.find((each) => each.startsWith(`${name}=`))?.split("=")[1] ?? value);
const ROUNDS = setting("rounds", 7);
const SCALE = setting("scale", 1);

if (arguments_[0] === SERVE) servePortal(JSON.parse(arguments_[1] ?? ""));
else await bench();

async function bench(): Promise<void> {
  if (missing.length > 0) console.log(`not here, and left out: ${missing.join(", ")}`);
  const wanted = Object.keys(PARTS).filter((name) => arguments_.includes(name));
  for (const name of wanted.length > 0 ? wanted : Object.keys(PARTS)) await PARTS[name]?.();
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
      emptyServer(scene);
      runOnce({ name: "first", ...roboport(scene, INSTALL) });
      // Without options: they would be answered by the whole program.
      const command = [process.execPath, entry, "install"];
      const install: Runner = { name: `install, ${count} mods`, ...roboport(scene, []), command };
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
  const sizes = [logNormalSizes(200, 1e9), logNormalSizes(200, 5e9), [25e6], [2.5e9]];
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
