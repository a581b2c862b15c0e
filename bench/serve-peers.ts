import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { freePort, startNginx } from "./install-nginx.ts";
import { cleanEnvironment, missingPrograms } from "./rounds.ts";
import { BARE } from "./serve-bare.ts";

/** A server in a process of its own, alone on the first core. */
export interface Peer {
  readonly name: string;
  readonly url: string;
  readonly pid: number;
  /** Milliseconds from the start of the process to the first answer with status 200. */
  readonly startedIn: number;
  stop(): Promise<void>;
}

interface PeerCommand {
  readonly name: string;
  readonly command: readonly string[];
  readonly port: number;
  /** Is asked until it answers 200. */
  readonly path: string;
}

const HAS_TASKSET = missingPrograms(["taskset"]).length === 0;

/** The command on one core, where cores can be chosen. */
export function onCore(core: number, command: readonly string[]): readonly string[] {
  return HAS_TASKSET ? ["taskset", "-c", String(core), ...command] : command;
}

/** Let a server and all its threads use every core. */
export function freeFromCore({ pid }: Pick<Peer, "pid">): void {
  if (HAS_TASKSET) spawnSync("taskset", ["-apc", `0-${cpus().length - 1}`, String(pid)]);
}

/** `roboport serve` over a registry's folder, as a user starts it. */
export async function startRoboport(dir: string, path: string): Promise<Peer> {
  const port = await freePort();
  const entry = resolve("dist/cli/roboport.cjs");
  const command = [process.execPath, entry, "serve", "--data", dir, "--open", "--quiet", "--port", String(port)];
  return await start({ name: "roboport", command, port, path });
}

/** nginx over the files of a folder; undefined where there is none. */
export async function startStatic(folder: string): Promise<Peer | undefined> {
  const nginx = await startNginx(folder);
  if (!nginx) return undefined;
  if (HAS_TASKSET) spawnSync("taskset", ["-pc", "0", String(nginx.pid)]);
  return { name: "nginx", url: nginx.url, pid: nginx.pid, startedIn: 0, stop: async () => nginx.stop() };
}

/** Node's own server over the files of a folder, in a process of this program. */
export async function startBare(folder: string, path: string): Promise<Peer> {
  const port = await freePort();
  const command = [process.execPath, process.argv[1] ?? "", BARE, folder, String(port)];
  return await start({ name: "bare node", command, port, path });
}

const VERDACCIO = "verdaccio@6.8.0";

/** Verdaccio in a folder of its own outside the project; a reason where npm cannot put it there. */
export function installVerdaccio(): { readonly entry: string } | { readonly why: string } {
  const folder = join(tmpdir(), "roboport-bench-verdaccio");
  const entry = join(folder, "node_modules", "verdaccio", "bin", "verdaccio");
  if (existsSync(entry)) return { entry };
  mkdirSync(folder, { recursive: true });
  // One of its dependencies names a tag that not every registry has.
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, overrides: { "node-fetch": "2.7.0" } }));
  const { status, stderr } = spawnSync("npm", ["install", "--ignore-scripts", VERDACCIO], {
    cwd: folder,
    encoding: "utf8",
  });
  return status === 0 ? { entry } : { why: stderr.split("\n").find((line) => line.includes("error")) ?? "npm failed" };
}

/** @param folder holds `storage/NAME/package.json` */
export async function startVerdaccio(entry: string, folder: string, path: string): Promise<Peer> {
  const port = await freePort();
  const config = join(folder, "config.yaml");
  const lines = [
    `storage: ${folder}/storage`,
    "packages: { '**': { access: $all } }",
    "log: { type: stdout, format: json, level: fatal }",
    "web: { enable: false }",
  ];
  writeFileSync(config, `${lines.join("\n")}\n`);
  const command = [process.execPath, entry, "--config", config, "--listen", `127.0.0.1:${port}`];
  return await start({ name: "verdaccio", command, port, path });
}

const START_MAX_MS = 30_000;

async function start({ name, command, port, path }: PeerCommand): Promise<Peer> {
  const [file = "", ...args] = onCore(0, command);
  const began = performance.now();
  const child = spawn(file, args, { env: cleanEnvironment(), stdio: ["ignore", "ignore", "inherit"] });
  const end = () => void child.kill();
  process.once("exit", end);
  child.once("exit", () => process.off("exit", end));
  const url = `http://127.0.0.1:${port}`;
  for (let status: number | undefined; status !== 200; status = await statusOf(url + path)) {
    if (child.exitCode === null && performance.now() - began < START_MAX_MS) await wait(1);
    else {
      child.kill();
      throw new Error(`${name} did not start: the last answer had status ${status}`);
    }
  }
  return { name, url, pid: child.pid ?? 0, startedIn: performance.now() - began, stop: () => stop(child) };
}

function statusOf(url: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    get(url, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on("error", () => resolve(undefined));
  });
}

async function stop(child: ChildProcess): Promise<void> {
  const exited = new Promise((resolve) => child.once("exit", resolve));
  child.kill();
  await exited;
}

/** Largest resident set of a process so far, and its present one, in MiB. */
export function memoryOf(pid: number): { readonly peak: number; readonly now: number } {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const mebibytes = (key: string) => Number(new RegExp(`^${key}:\\s+(\\d+) kB`, "m").exec(status)?.[1]) / 1024;
  return { peak: mebibytes("VmHWM"), now: mebibytes("VmRSS") };
}
