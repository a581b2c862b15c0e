import type { EventEmitter } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Writable } from "node:stream";
import { COMMANDS, type CommandEntry } from "../../src/cli/command-table.ts";
import { run } from "../../src/cli/main.ts";
import type { StopSignal } from "../../src/operations/run-server.ts";

/** What one run of the command line left behind. */
export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The surroundings of a run; everything has a plain value. */
export interface Surroundings {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What is typed or piped in. */
  readonly stdin?: string;
  /** All three streams are a terminal of this width. */
  readonly terminal?: number;
  readonly signal?: AbortSignal;
  readonly monotonic?: () => number;
  /** For what others check by the real one, such as certificates. */
  readonly clock?: () => Date;
  readonly commands?: readonly CommandEntry[];
  readonly stdout?: Writable;
  /** Sends the run a signal once it relays them. */
  readonly signals?: EventEmitter<{ signal: [StopSignal] }>;
}

/** The day on which every run takes place. */
const TODAY = new Date("2026-01-02T03:04:05Z");

/** Run the command line in this process. */
export async function runCli(argv: readonly string[], surroundings: Surroundings = {}): Promise<Ran> {
  const { cwd = tmpdir(), env = {}, stdin = "", terminal, signal, monotonic, commands = COMMANDS } = surroundings;
  const stdout = new Capture(terminal);
  const stderr = new Capture(terminal);
  const input = Object.assign(new PassThrough(), { isTTY: terminal !== undefined });
  input.end(stdin);
  const world = {
    stdin: input,
    stdout: surroundings.stdout ?? stdout,
    stderr,
    env,
    cwd,
    home: "/home/admin",
    signal: signal ?? new AbortController().signal,
    relaySignals: (handler: (name: StopSignal) => void) => {
      surroundings.signals?.on("signal", handler);
      return () => void surroundings.signals?.off("signal", handler);
    },
    clock: surroundings.clock ?? (() => TODAY),
    monotonic: monotonic ?? (() => performance.now()),
    runtime: "Node.js 20.0.0 on linux x64",
  };
  const exitCode = await run(argv, world, commands);
  return { exitCode, stdout: stdout.text, stderr: stderr.text };
}

/** A stream that remembers. */
class Capture extends Writable {
  text = "";
  readonly isTTY: boolean;
  readonly columns: number;

  constructor(terminal: number | undefined) {
    super({ decodeStrings: false });
    this.isTTY = terminal !== undefined;
    this.columns = terminal ?? 80;
  }

  override _write(chunk: string | Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

/** A headless server in a scratch folder, and runs of the command line in it. */
export interface TestServer extends AsyncDisposable {
  readonly root: string;
  readonly modsDir: string;
  /** For a process of its own: nothing of the machine's user is seen or touched. */
  readonly env: Readonly<Record<string, string>>;
  /** Run in the server's folder with `env`, asking `portal`. */
  run(argv: readonly string[], surroundings?: Surroundings): Promise<Ran>;
  /** A run as a text to compare, without what differs between two runs. */
  transcript(ran: Ran): string;
}

export interface TestServerOptions {
  /** Version of the game. */
  readonly game?: string;
  readonly builtIns?: readonly string[];
  /** URL of the portal to ask. */
  readonly portal?: string;
  /** Files of the mods folder by name. */
  readonly mods?: Readonly<Record<string, string | Uint8Array>>;
}

/** Lay out a headless server as the tarball does. */
export async function createTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const { game = "2.0.60", builtIns = ["base", "elevated-rails", "quality", "space-age"], portal, mods = {} } = options;
  const scratch = await mkdtemp(join(tmpdir(), "roboport-test-"));
  const root = join(scratch, "factorio");
  const modsDir = join(root, "mods");
  for (const name of builtIns) await writeBuiltIn(root, { name, version: game });
  await mkdir(join(root, "bin/x64"), { recursive: true });
  await mkdir(modsDir, { recursive: true });
  for (const [name, content] of Object.entries(mods)) await writeFile(join(modsDir, name), content);
  const env = {
    HOME: join(scratch, "home"),
    XDG_CONFIG_HOME: join(scratch, "config"),
    ROBOPORT_CACHE_DIR: join(scratch, "cache"),
    ...(portal !== undefined && { ROBOPORT_PORTAL: portal }),
  };
  return {
    root,
    modsDir,
    env,
    run: (argv, surroundings = {}) =>
      runCli(argv, { cwd: root, ...surroundings, env: { ...env, ...surroundings.env } }),
    transcript: (ran) => filtered(formatRan(ran), { "[SCRATCH]": scratch, ...(portal && { "[PORTAL]": portal }) }),
    [Symbol.asyncDispose]: () => rm(scratch, { recursive: true, force: true }),
  };
}

async function writeBuiltIn(root: string, { name, version }: { name: string; version: string }): Promise<void> {
  const folder = join(root, "data", name);
  await mkdir(folder, { recursive: true });
  const dependencies = name === "base" ? [] : ["base"];
  await writeFile(join(folder, "info.json"), JSON.stringify({ name, version, title: name, author: "", dependencies }));
}

/** Exit code, stdout and stderr below each other. */
function formatRan({ exitCode, stdout, stderr }: Ran): string {
  return `exit code ${exitCode}\n----- stdout -----\n${stdout}----- stderr -----\n${stderr}`;
}

/** The text with the given places named, and times, sizes and digests as `[TIME]`, `[SIZE]` and `[DIGEST]`. */
function filtered(text: string, places: Readonly<Record<string, string>> = {}): string {
  const named = Object.entries(places).reduce((rest, [name, place]) => rest.replaceAll(place, name), text);
  return named
    .replace(/\b[0-9a-f]{64}\b|\b[0-9a-f]{40}\b/g, "[DIGEST]")
    .replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, "[DATE]")
    .replace(/\b\d+(?:\.\d+)? (?:B|kB|MB|GB)(?:\/s)?(?!\w)/g, "[SIZE]")
    .replace(/\b\d+(?:\.\d+)? (?:ms|s)\b/g, "[TIME]")
    .replace(/("size": )\d+/g, '$1"[SIZE]"')
    .replace(/127\.0\.0\.1:\d+/g, "127.0.0.1:[PORT]");
}
