import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { expectRefused, expectSuccess, openScene } from "./scene.ts";

const HOLD = {
  flock: "fcntl.flock(lock, fcntl.LOCK_EX)",
  fcntl: "fcntl.lockf(lock, fcntl.LOCK_EX)",
} as const;

/** Hold a lock as the game does, until disposed of. */
async function holdLock(path: string, kind: keyof typeof HOLD): Promise<AsyncDisposable> {
  const script = `import fcntl, sys; lock = open(sys.argv[1], "w"); ${HOLD[kind]}; print("held", flush=True); sys.stdin.read()`;
  const holder = spawn("python3", ["-c", script, path], { stdio: ["pipe", "pipe", "inherit"] });
  await once(holder.stdout, "data");
  return {
    [Symbol.asyncDispose]: async () => {
      const ended = once(holder, "close");
      holder.stdin.end();
      await ended;
    },
  };
}

const isMissing = process.platform !== "linux" || spawnSync("python3", ["--version"]).status !== 0;

describe.skipIf(isMissing)("a server that runs (Linux, python3)", () => {
  it.each(["flock", "fcntl"] as const)(
    "[OPS-4] [RUN-1] holds a lock by %s: nothing is changed until it ends",
    async (kind) => {
      await using scene = await openScene();
      const { server } = scene;
      {
        await using _game = await holdLock(join(server.root, ".lock"), kind);
        const error = { hint: expect.stringContaining("Stop the server") };
        for (const argv of [
          ["add", "wanted"],
          ["remove", "settled"],
          ["disable", "settled"],
          ["settings", "set", "speed", "2", "--section", "startup"],
        ]) {
          await expectRefused(scene, argv, { code: "SERVER_RUNNING", error });
        }
        for (const argv of [["list"], ["verify"], ["install"], ["add", "wanted", "--dry-run"]]) {
          expectSuccess(await server.run(argv));
        }
      }
      expectSuccess(await server.run(["add", "wanted"]));
    },
  );

  it("[RUN-2] left its lock file behind when it ended, which is no sign of it", async () => {
    await using scene = await openScene();
    await writeFile(join(scene.server.root, ".lock"), "");
    expectSuccess(await scene.server.run(["add", "wanted"]));
  });
});
