import { type ChildProcess, spawn } from "node:child_process";
import { chmod, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));

/** How a process is started. */
export interface StartOptions {
  readonly cwd: string;
  /** All of its environment, but for PATH. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A command that starts what follows it: `["setpriv", "--reuid=65534"]`. */
  readonly through?: readonly string[];
  /** What is piped in. */
  readonly stdin?: string;
}

/** How a process ended. */
export interface Ended {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** From start to end. */
  readonly ms: number;
}

/** A process under way. */
export interface Run {
  readonly pid: number;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<Ended>;
}

/** The command line, built from the sources as they are, to be run in processes of its own. */
export interface Program extends AsyncDisposable {
  /** A folder that every user may read. */
  readonly folder: string;
  start(argv: readonly string[], options: StartOptions): Run;
  run(argv: readonly string[], options: StartOptions): Promise<Ended>;
}

/** Build the command line into a folder of its own. */
export async function buildProgram(): Promise<Program> {
  const folder = await mkdtemp(join(tmpdir(), "roboport-program-"));
  const entry = join(folder, "roboport.cjs");
  await build({
    absWorkingDir: REPOSITORY,
    entryPoints: ["src/cli/roboport.ts"],
    outfile: entry,
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "node20",
    mainFields: ["module", "main"],
    define: { ROBOPORT_VERSION: '"0.0.0-faults"' },
    // It loads a library that lies beside it.
    external: ["@photostructure/sqlite"],
    logLevel: "error",
  });
  await symlink(join(REPOSITORY, "node_modules"), join(folder, "node_modules"));
  await chmod(folder, 0o755);
  const start: Program["start"] = (argv, options) => startProcess([process.execPath, entry, ...argv], options);
  return {
    folder,
    start,
    run: (argv, options) => start(argv, options).ended,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

function startProcess(command: readonly string[], { cwd, env, through = [], stdin }: StartOptions): Run {
  const [file = "", ...args] = [...through, ...command];
  const startedAt = performance.now();
  const child = spawn(file, args, { cwd, env: { PATH: process.env["PATH"], NO_COLOR: "1", ...env }, stdio: "pipe" });
  // A program that does not read its input closes it early.
  child.stdin.on("error", () => {});
  child.stdin.end(stdin);
  return {
    pid: child.pid ?? 0,
    kill: (signal) => void child.kill(signal),
    ended: endOf(child, startedAt),
  };
}

function endOf(child: ChildProcess, startedAt: number): Promise<Ended> {
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.setEncoding("utf8").on("data", (piece: string) => (output[name] += piece));
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode, signal) => {
      resolve({ exitCode, signal, ...output, ms: performance.now() - startedAt });
    });
  });
}
