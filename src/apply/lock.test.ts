import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { nodeFileSystem } from "../store/file-system.ts";
import { currentProcess } from "../store/process-identity.ts";
import { formatSealed } from "../store/sealed-json.ts";
import { findLockOwner, type LockOwner, withLock } from "./lock.ts";

const at = "2026-01-01T00:00:00Z";
let tools: string;
let folder: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  tools = mkdtempSync(join(tmpdir(), "roboport-lock-tools-"));
  const stdin = { contents: HOLDER, resolveDir: import.meta.dirname, loader: "ts" } as const;
  const outfile = join(tools, "hold.mjs");
  await build({ stdin, bundle: true, platform: "node", format: "esm", outfile, logLevel: "error" });
});
afterAll(() => rmSync(tools, { recursive: true, force: true }));
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "roboport-lock-"));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

/** Takes the lock, says so, and holds it until a byte or the end of its input comes. */
const HOLDER = `
import { withLock } from "./lock.ts";
const [folder = ""] = process.argv.slice(2);
await withLock(folder, { at: "2026-01-01T00:00:00Z" }, async () => {
  process.stdout.write("held");
  await new Promise((resolve) => process.stdin.once("data", resolve));
}).catch((error) => process.stdout.write(error.code));
process.exit();
`;

/** Another process; `wrapper` puts it elsewhere. */
async function hold(wrapper: readonly string[] = []): Promise<{ child: ChildProcess; said: string }> {
  const [program = "", ...args] = [...wrapper, process.execPath, join(tools, "hold.mjs"), folder];
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
  children.push(child);
  const [said] = await once(child.stdout, "data");
  return { child, said: String(said) };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  child.kill(signal);
  await once(child, "exit");
}

const take = (options: { breakLock?: boolean } = {}) => withLock(folder, { at, ...options }, async () => "taken");

function leaveOwner(owner: Partial<LockOwner>): void {
  const whole = { ...currentProcess(), since: at, nonce: "0123456789abcdef", answers: false, ...owner };
  writeFileSync(join(folder, "lock.json"), formatSealed(whole));
}

describe("withLock", () => {
  it("[MUTEX-6] fails nothing that is done when it cannot be given up", async () => {
    const fs: typeof nodeFileSystem = {
      ...nodeFileSystem,
      unlink: async (path) => {
        if (path.endsWith("lock.json"))
          throw Object.assign(new Error("EIO: i/o error, unlink"), { code: "EIO", errno: -5 });
        await nodeFileSystem.unlink(path);
      },
    };
    expect(await withLock(folder, { at, fs }, async () => "done")).toBe("done");
    expect((await findLockOwner(nodeFileSystem, folder))?.pid).toBe(process.pid);
  });

  it("[MUTEX-1] lets one in, and leaves nothing behind", async () => {
    expect(await take()).toBe("taken");
    expect(readdirSync(folder)).toEqual([]);
    await expect(withLock(folder, { at }, () => Promise.reject(new Error("failed")))).rejects.toThrow("failed");
    expect(readdirSync(folder)).toEqual([]);
  });

  it("[MUTEX-1] keeps everybody else out and says who is in", async () => {
    const { child, said } = await hold();
    expect(said).toBe("held");
    await expect(take()).rejects.toMatchObject({
      code: "LOCKED_OUT",
      data: { pid: child.pid, since: at },
      hint: `Wait for it to end, or stop process ${child.pid}.`,
    });
    await expect(take({ breakLock: true })).rejects.toMatchObject({ code: "LOCKED_OUT" });
  });

  it("[MUTEX-1] keeps out a second use in the same process", async () => {
    await withLock(folder, { at }, async () => {
      await expect(take()).rejects.toMatchObject({ code: "LOCKED_OUT", data: { pid: process.pid } });
    });
  });

  it("[MUTEX-1] lets at most one of many in at a time", async () => {
    let inside = 0;
    let most = 0;
    const enter = () =>
      withLock(folder, { at }, async (lock) => {
        most = Math.max(most, ++inside);
        await lock.check();
        inside--;
        return true;
      }).catch(() => false);
    const results = await Promise.all(Array.from({ length: 32 }, enter));
    expect([most, results.includes(true)]).toEqual([1, true]);
  });

  it.skipIf(process.platform === "win32")("[MUTEX-2] is free at once when its holder is killed", async () => {
    const { child } = await hold();
    await end(child, "SIGKILL");
    expect(readdirSync(folder)).toContain("lock.json");
    expect(await take()).toBe("taken");
    expect(readdirSync(folder)).toEqual([]);
  });

  it.skipIf(process.platform === "win32")("[MUTEX-2] is not free while its holder is only stopped", async () => {
    const { child } = await hold();
    child.kill("SIGSTOP");
    await expect(take()).rejects.toMatchObject({ code: "LOCKED_OUT" });
    child.kill("SIGCONT");
  });

  it("[MUTEX-2] is free after a reboot, and when its number belongs to another process now", async () => {
    leaveOwner({ boot: "before the reboot" });
    expect(await take()).toBe("taken");
    leaveOwner({ pid: 999_999_999 });
    expect(await take()).toBe("taken");
    leaveOwner({ started: "1" });
    expect(await take()).toBe("taken");
  });

  it("[MUTEX-2] is free when the owner file is damaged", async () => {
    writeFileSync(join(folder, "lock.json"), "\0\0\0\0");
    expect(await take()).toBe("taken");
  });

  it("[MUTEX-3] needs --break-lock for an owner on another machine", async () => {
    leaveOwner({ host: "elsewhere", boot: "another", answers: true });
    await expect(take()).rejects.toMatchObject({ code: "LOCKED_OUT", hint: expect.stringContaining("--break-lock") });
    expect(await take({ breakLock: true })).toBe("taken");
  });

  const canUnshare = spawnSync("unshare", ["--net", "--pid", "--fork", "true"]).status === 0;
  it.skipIf(!canUnshare)("[MUTEX-4] sees holders in other containers of the same machine, alive and dead", async () => {
    const container = ["unshare", "--net", "--pid", "--uts", "--fork", "--kill-child", "--mount-proc"];
    const inside = await hold([...container, "sh", "-c", 'hostname other; exec "$@"', "-"]);
    expect(inside.said).toBe("held");
    await expect(take()).rejects.toMatchObject({ code: "LOCKED_OUT", data: { host: "other" } });
    await expect(take({ breakLock: true })).rejects.toMatchObject({ code: "LOCKED_OUT" });
    await end(inside.child, "SIGKILL");
    // The kernel ends the container a moment after the process that made it.
    expect(await vi.waitFor(() => take(), 5000)).toBe("taken");
    expect(readdirSync(folder)).toEqual([]);
  });

  it("[MUTEX-5] notices that somebody broke it", async () => {
    await withLock(folder, { at }, async (lock) => {
      await lock.check();
      leaveOwner({ nonce: "somebody" });
      await expect(lock.check()).rejects.toMatchObject({ code: "LOCKED_OUT" });
    });
    expect((await findLockOwner(nodeFileSystem, folder))?.nonce).toBe("somebody");
  });

  it("[MUTEX-1] works in a folder whose path is longer than a socket's may be", async () => {
    const deep = join(folder, "x".repeat(120), "y".repeat(60));
    expect(await withLock(deep, { at }, async () => "taken")).toBe("taken");
    expect(readdirSync(deep)).toEqual([]);
  });

  it("[MUTEX-1] tells since when it is held", async () => {
    await withLock(folder, { at }, async () => {
      expect(readFileSync(join(folder, "lock.json"), "utf8")).toContain(at);
    });
  });
});
