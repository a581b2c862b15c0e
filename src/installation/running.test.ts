import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, copyFileSync, openSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { plantFolder } from "../../test/installation/planted-folder.ts";
import { deviceName, parseProcLocks } from "./lock-holder.ts";
import { isServerRunning } from "./running.ts";

const SERVER = { ".lock": "", "factorio-current.log": "", "bin/x64/": "", "mods/": "" };
const stateOf = (root: string) => isServerRunning({ writeDir: root, modsDir: join(root, "mods") });

/** A process that ends with the test. */
function start(command: string, args: readonly string[], log?: string): ChildProcess {
  const out = log === undefined ? "ignore" : openSync(log, "a");
  const child = spawn(command, args, { stdio: ["pipe", "pipe", out], cwd: "/" });
  if (typeof out === "number") closeSync(out);
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  });
  return child;
}

/** A process that holds this lock, from when it says so. */
async function holdLock(path: string): Promise<ChildProcess> {
  const child = start("flock", ["--no-fork", path, "sh", "-c", "echo held; exec cat"]);
  if (child.stdout) await once(child.stdout, "data");
  return child;
}

/** A running program of this name that has this file open; it has answered once. */
async function startNamed(program: string, log: string): Promise<ChildProcess> {
  copyFileSync("/bin/cat", program);
  const child = start(program, [], log);
  child.stdin?.write("up\n");
  if (child.stdout) await once(child.stdout, "data");
  return child;
}

describe.skipIf(process.platform !== "linux")("is the server running", () => {
  it("[RUN-1] yes, when its lock is held", async () => {
    const root = plantFolder(SERVER);
    const holder = await holdLock(join(root, ".lock"));
    expect(await stateOf(root)).toEqual({
      running: true,
      because: `process ${holder.pid} holds ${join(root, ".lock")}`,
    });
  });

  it("[RUN-2] no, when the lock file is there and nobody holds it", async () => {
    const root = plantFolder(SERVER);
    expect(await stateOf(root)).toEqual({ running: false, because: "no process uses it" });
    const holder = await holdLock(join(root, ".lock"));
    holder.kill("SIGKILL");
    await once(holder, "exit");
    expect((await stateOf(root)).running).toBe(false);
    expect((await stateOf(join(root, "nowhere"))).running).toBe(false);
  });

  it("[RUN-2] no, when another server's lock is held", async () => {
    const [root, other] = [plantFolder(SERVER), plantFolder(SERVER)];
    await holdLock(join(other, ".lock"));
    expect((await stateOf(root)).running).toBe(false);
  });

  it("[RUN-2] reads who holds a lock, not who waits for one", () => {
    const text = [
      "1: FLOCK  ADVISORY  WRITE 16285 fe:00:2146746 0 EOF",
      "1: -> FLOCK  ADVISORY  WRITE 16286 fe:00:2146746 0 EOF",
      "2: POSIX  ADVISORY  READ 77 00:2a:12 128 128",
      "3: OFDLCK ADVISORY  WRITE -1 08:01:9 0 EOF",
      "",
    ].join("\n");
    expect(parseProcLocks(text)).toEqual([
      { pid: 16285, device: "fe:00", inode: "2146746" },
      { pid: 77, device: "00:2a", inode: "12" },
      { pid: -1, device: "08:01", inode: "9" },
    ]);
    expect(deviceName(65024n)).toBe("fe:00");
    expect(deviceName(0x1234567n)).toBe("345:1267");
  });

  it("[RUN-3] yes, when a game has a file of it open", async () => {
    const root = plantFolder(SERVER);
    const game = await startNamed(join(root, "bin/x64/factorio"), join(root, "factorio-current.log"));
    expect(await stateOf(root)).toEqual({ running: true, because: `process ${game.pid} uses ${root}` });
  });

  it("[RUN-3] no, when that game works elsewhere, or the program is no game", async () => {
    const [root, other] = [plantFolder(SERVER), plantFolder(SERVER)];
    await startNamed(join(root, "bin/x64/factorio"), join(other, "factorio-current.log"));
    await startNamed(join(root, "bin/x64/backup"), join(root, "factorio-current.log"));
    expect((await stateOf(root)).running).toBe(false);
    expect((await stateOf(other)).running).toBe(true);
  });
});

describe("what is known about a running server", () => {
  it("[RUN-4] says how it is known", async () => {
    const { because } = await stateOf(plantFolder(SERVER));
    expect(because).toBe(
      process.platform === "linux" ? "no process uses it" : `it cannot be known on ${process.platform}`,
    );
  });
});
