import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatStamp, lookOf, STAMP_FILE } from "../../src/plan/stamp.ts";
import { writeZip } from "../../src/store/zip-write.ts";

const ENTRY = resolve("dist/cli/roboport.cjs");

describe.skipIf(!existsSync(ENTRY))("the bundle in dist/cli (npm run build)", () => {
  let scratch: string;
  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), "roboport-bundle-"));
    await writeFile(join(scratch, "trace.cjs"), TRACE);
  });
  afterAll(() => rm(scratch, { recursive: true }));

  /** Run the bundle, and see which of its files and which parts of Node.js were loaded, and what it read where it chose. */
  function runTraced(argv: readonly string[], cwd: string, env: NodeJS.ProcessEnv = process.env) {
    const args = ["--require", join(scratch, "trace.cjs"), ENTRY, ...argv];
    // With it some modules do not look at the streams of the process.
    const asUsual = { ...env, NO_COLOR: undefined };
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, env: asUsual, encoding: "utf8" });
    const line = stderr.split("\n").find((each) => each.startsWith("trace:")) ?? 'trace:{"files":[]}';
    const { files, builtins, reads }: Trace = JSON.parse(line.slice(6));
    const own = files.filter((file) => dirname(file) === dirname(ENTRY));
    const bytes = own.reduce((sum, file) => sum + readFileSync(file).length, 0);
    const said = stderr.split("\n").filter((each) => each !== "" && each !== line);
    return { status, stdout, said, loaded: own.map((file) => basename(file)), bytes, builtins, reads };
  }

  it.each(["--version", "-V"])("[CLI-33] %s loads one small file and says the version of package.json", (flag) => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8"));
    const { status, stdout, loaded, bytes } = runTraced([flag], scratch);
    expect([status, stdout, loaded]).toEqual([0, `${version}\n`, ["roboport.cjs"]]);
    expect(bytes).toBeLessThan(4_000);
  });

  it("[CLI-32] a satisfied install loads little and changes nothing", async () => {
    const root = await createSatisfied(join(scratch, "satisfied"));
    const before = await looksBelow(root);
    const { status, stdout, loaded, bytes } = runTraced(["install"], root);
    expect([status, stdout]).toEqual([0, "Up to date: 1 mod for Factorio 2.0.60\n"]);
    expect(loaded).toHaveLength(2);
    expect(bytes).toBeLessThan(20_000);
    expect(await looksBelow(root)).toEqual(before);
  });

  it("[CLI-34] solve gives the same bytes without the whole program as with it", async () => {
    await writeUniverse(join(scratch, "small.json"), 10);
    const words = ["--universe", "small.json", "--json", "asked"];
    const [fast, whole] = [
      ["solve", ...words],
      ["--json", "solve", ...words.filter((word) => word !== "--json")],
    ].map((argv) => runTraced(argv, scratch));
    const withoutTime = (text = "") => text.replace(/"solveMs": [\d.e-]+/, '"solveMs": 0');
    expect([fast?.status, withoutTime(fast?.stdout), fast?.said]).toEqual([0, withoutTime(whole?.stdout), []]);
    expect(whole?.loaded).toContain("start.cjs");
    const refused = runTraced(["solve", "--universe", "small.json", "--json", "unknown"], scratch);
    expect([refused.status, JSON.parse(refused.stdout).ok]).toEqual([3, false]);
    expect(refused.loaded).not.toContain("start.cjs");
  });

  it("[CLI-36] solve loads two files of ours, and of Node.js no streams of the process, network, ciphers or zlib", async () => {
    const env = { ...process.env, ROBOPORT_CACHE_DIR: join(scratch, "cache") };
    await writeUniverse(join(scratch, "large.json"), 2000);
    const solve = () => runTraced(["solve", "--universe", "large.json", "--json", "asked"], scratch, env);
    const first = solve();
    const { status, stdout, loaded, bytes, builtins } = solve();
    expect([status, JSON.parse(stdout).picks]).toEqual([0, JSON.parse(first.stdout).picks]);
    expect(loaded).toEqual(["roboport.cjs", "fast-solve.cjs"]);
    expect(bytes).toBeLessThan(200_000);
    const unwanted = /NativeModule (?:tty|net|http|crypto|zlib|worker_threads|fs\/promises|perf_hooks|os|url)$/;
    expect(builtins.filter((name) => unwanted.test(name))).toEqual([]);
  });

  it("[CLI-39] list loads two files of ours, and of Node.js no streams of the process, network or ciphers", async () => {
    const root = join(scratch, "unknown");
    await mkdir(join(root, "mods"), { recursive: true });
    await writeFile(join(root, "roboport.json"), '{ "factorio": "2.0.60", "mods": {} }');
    for (const name of ["a", "b"]) await writeFile(join(root, "mods", `${name}_1.0.0.zip`), modZip(name));
    const before = await looksBelow(root);
    const { status, stdout, said, loaded, bytes, builtins, reads } = runTraced(["list", "--mods-dir", "mods"], root);
    const table = "a  1.0.0  by hand\nb  1.0.0  by hand\n2 mods for Factorio 2.0.60\n";
    expect([status, stdout, said]).toEqual([0, table, []]);
    expect(loaded).toEqual(["roboport.cjs", "fast-list.cjs"]);
    expect(bytes).toBeLessThan(150_000);
    const unwanted = /NativeModule (?:tty|net|http|crypto|worker_threads|fs\/promises|perf_hooks|os|url)$/;
    expect(builtins.filter((name) => unwanted.test(name))).toEqual([]);
    const [, ...readsOfZips] = reads;
    expect(readsOfZips).toHaveLength(4);
    expect(Math.max(...readsOfZips)).toBe(2048);
    expect(await looksBelow(root)).toEqual(before);
    const whole = runTraced(["--json", "list"], root);
    expect([whole.stdout, whole.loaded.includes("start.cjs")]).toEqual([
      runTraced(["list", "--json"], root).stdout,
      true,
    ]);
  });

  it("[CAT-3] reads of a catalogue the trailer, head and index, and the lines that the request leads to", async () => {
    const env = { ...process.env, ROBOPORT_CACHE_DIR: join(scratch, "cache") };
    const readsAmong = async (others: number) => {
      await writeUniverse(join(scratch, "large.json"), others);
      const solve = () => runTraced(["solve", "--universe", "large.json", "--json", "asked"], scratch, env).reads;
      solve();
      return solve();
    };
    const [some, many] = [await readsAmong(2000), await readsAmong(8000)];
    const [trailer = 0, , ...lines] = some;
    expect([trailer, lines.length]).toEqual([16, 3]);
    expect(Math.max(...lines)).toBeLessThan(200);
    expect((many[1] ?? 0) - (some[1] ?? 0)).toBeLessThanOrEqual(6000 * 16 + 8);
    expect([many[0], ...many.slice(2)]).toEqual([trailer, ...lines]);
  });

  it("[CLI-5] loads a command only when it runs", () => {
    const { stdout, loaded } = runTraced(["--help"], scratch);
    expect(stdout).toContain("Not affiliated with Wube Software.");
    expect(loaded.filter((file) => /^(?:install|add|serve|completion)-/.test(file))).toEqual([]);
    expect(runTraced(["completion", "fish"], scratch).loaded.join()).toContain("completion-");
  });

  it("[CLI-14] ends quietly when the reader goes away", () => {
    const script = `{ node "$1" "$2"; echo "exit $?" >&2; } | head -c 1`;
    for (const argument of ["--help", "--version"]) {
      const { stderr } = spawnSync("bash", ["-c", script, "bash", ENTRY, argument], { encoding: "utf8" });
      expect(stderr).toBe("exit 0\n");
    }
  });

  it.skipIf(!existsSync("/dev/full"))("[CLI-15] fails when the disk behind stdout is full", () => {
    for (const argument of ["--help", "--version"]) {
      const { status, stderr } = spawnSync("bash", ["-c", `exec node "$1" "$2" > /dev/full`, "bash", ENTRY, argument], {
        encoding: "utf8",
      });
      expect([status, stderr.split(":")[0]]).toEqual([6, "error DISK_FULL"]);
    }
  });

  it("[CLI-25] completes under bash with its own script", async () => {
    const bin = join(scratch, "bin");
    await mkdir(bin);
    await symlink(ENTRY, join(bin, "roboport"));
    const complete = (...words: string[]) => {
      const script = `
        source <(roboport completion bash)
        COMP_WORDS=(roboport "$@") COMP_CWORD=$#
        _roboport roboport
        (( \${#COMPREPLY[@]} )) && printf '%s\\n' "\${COMPREPLY[@]}"
        complete -p roboport`;
      const env = { ...process.env, PATH: `${bin}:${process.env["PATH"]}` };
      const { stdout } = spawnSync("bash", ["-c", script, "bash", ...words], { env, encoding: "utf8" });
      return stdout.trimEnd().split("\n");
    };
    const registered = "complete -o default -F _roboport roboport";
    expect(complete("inst")).toEqual(["install", registered]);
    expect(complete("completion", "")).toEqual(["bash", "zsh", "fish", registered]);
    expect(complete("--json", "completion", "--qu")).toEqual(["--quiet", registered]);
    expect(complete("completion", "--mods-dir", "")).toEqual([registered]);
  });
});

interface Trace {
  readonly files: readonly string[];
  readonly builtins: readonly string[];
  /** Bytes of each readSync. */
  readonly reads: readonly number[];
}

const TRACE = `
const fs = require("node:fs");
const { readSync } = fs;
const reads = [];
fs.readSync = (...args) => {
  const size = readSync(...args);
  reads.push(size);
  return size;
};
const before = new Set(process.moduleLoadList);
process.on("exit", () => {
  const builtins = process.moduleLoadList.filter((name) => !before.has(name));
  fs.writeSync(2, "trace:" + JSON.stringify({ files: Object.keys(require.cache), builtins, reads }) + "\\n");
});
`;

/** Mods of which "asked" leads to three, in a file large enough for a catalogue. */
async function writeUniverse(path: string, others: number): Promise<void> {
  const release = (...dependencies: readonly string[]) => ({
    releases: [{ version: "1.0.0", factorio_version: "2.0", dependencies }],
  });
  const noise = Array.from({ length: others }, (_, at) => [`other-${at}`, release("base", "x".repeat(200))]);
  const mods = { asked: release("first"), first: release("second", "? other-1"), second: release() };
  await writeFile(path, JSON.stringify({ game: "2.0.60", mods: { ...mods, ...Object.fromEntries(noise) } }));
}

function modZip(name: string): Uint8Array {
  const info = Buffer.from(JSON.stringify({ name, version: "1.0.0" }));
  return writeZip([
    { path: `${name}/info.json`, bytes: info, deflate: true },
    { path: `${name}/thumbnail.png`, bytes: Buffer.alloc(100_000) },
  ]);
}

/** An installation whose stamp says that it is as it was left. */
async function createSatisfied(root: string): Promise<string> {
  await mkdir(join(root, "mods"), { recursive: true });
  await mkdir(join(root, ".roboport"));
  for (const file of ["roboport.json", "roboport.lock", "mods/a_1.0.0.zip"]) await writeFile(join(root, file), file);
  const look = async (file: string) => lookOf(await stat(join(root, file)));
  const stamp = formatStamp({
    modsDir: "mods",
    files: { "roboport.json": await look("roboport.json"), "roboport.lock": await look("roboport.lock") },
    mods: { "a_1.0.0.zip": await look("mods/a_1.0.0.zip") },
    summary: { mods: 1, factorio: "2.0.60" },
  });
  await writeFile(join(root, STAMP_FILE), stamp);
  return root;
}

async function looksBelow(root: string): Promise<Readonly<Record<string, string>>> {
  const names = await readdir(root, { recursive: true });
  return Object.fromEntries(
    await Promise.all(names.toSorted().map(async (name) => [name, lookOf(await stat(join(root, name)))] as const)),
  );
}
