import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";

export const REPOSITORY = resolve(import.meta.dirname, "../..");

const IS_WINDOWS = process.platform === "win32";

/** How a program ended. */
export interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd: string;
  /** Beside `PATH`, all that the program sees of the environment. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** A folder into which somebody installed the package, and nothing else. */
export interface Consumer {
  readonly folder: string;
  /** Run a program that the folder's `node_modules/.bin` or the `PATH` has. */
  run(program: string, args: readonly string[], options?: Partial<RunOptions>): Promise<Ended>;
  /** Start a program and leave it running. */
  start(program: string, args: readonly string[], options?: Partial<RunOptions>): ChildProcess;
  remove(): void;
}

/** Pack this repository and install the tarball into an empty folder, with the dependencies our lockfile names. */
export async function installPacked(): Promise<Consumer> {
  if (!existsSync(join(REPOSITORY, "dist"))) throw new Error('There is no dist/: run "npm run build" first');
  const folder = mkdtempSync(join(tmpdir(), "roboport-e2e-"));
  const npm = async (args: readonly string[], cwd: string) => {
    const ended = await run("npm", args, { cwd, env: process.env });
    if (ended.status !== 0) throw new Error(`npm ${args.join(" ")} failed:\n${ended.stderr}`);
    return ended.stdout;
  };
  const packed = await npm(["pack", "--json", "--ignore-scripts", "--pack-destination", folder], REPOSITORY);
  writePackageFiles(folder, JSON.parse(packed)[0]);
  await npm(["ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"], folder);
  const bin = join(folder, "node_modules", ".bin");
  const within = ({ cwd = folder, env = {} }: Partial<RunOptions> = {}): RunOptions => ({
    cwd,
    env: { PATH: [bin, process.env["PATH"]].join(IS_WINDOWS ? ";" : ":"), ...env },
  });
  return {
    folder,
    run: (program, args, options) => run(program, args, within(options)),
    start: (program, args, options) => spawn(program, args, { ...within(options), shell: IS_WINDOWS }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/**
 * The package.json and package-lock.json of the folder: the tarball, and every runtime dependency as we have it locked,
 * so that npm finds all of it in its own cache.
 */
function writePackageFiles(folder: string, packed: { readonly filename: string; readonly integrity: string }): void {
  const read = (name: string) => JSON.parse(readFileSync(join(REPOSITORY, name), "utf8"));
  const { version, dependencies, bin, engines } = read("package.json");
  const resolved = `file:${basename(packed.filename)}`;
  const project = { name: "consumer", version: "1.0.0", type: "module", dependencies: { roboport: resolved } };
  const locked = Object.entries<{ readonly dev?: boolean }>(read("package-lock.json").packages);
  const packages = {
    "": project,
    "node_modules/roboport": { version, resolved, integrity: packed.integrity, dependencies, bin, engines },
    ...Object.fromEntries(locked.filter(([path, { dev }]) => path !== "" && !dev)),
  };
  const lockfile = { name: "consumer", version: "1.0.0", lockfileVersion: 3, requires: true, packages };
  writeFileSync(join(folder, "package.json"), JSON.stringify(project, null, 2));
  writeFileSync(join(folder, "package-lock.json"), JSON.stringify(lockfile, null, 2));
}

/** Run a program to its end. */
async function run(program: string, args: readonly string[], options: RunOptions): Promise<Ended> {
  return await new Promise((resolve) => {
    const limits = { encoding: "utf8", maxBuffer: 64 * 1024 * 1024, shell: IS_WINDOWS } as const;
    const child = execFile(program, args, { ...options, ...limits }, (error, stdout, stderr) => {
      resolve({ status: error ? Number(error.code ?? 1) : 0, stdout, stderr });
    });
    child.stdin?.end();
  });
}
