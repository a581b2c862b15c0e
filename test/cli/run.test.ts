import { spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { chmod, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PassThrough, Writable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StopSignal } from "../../src/operations/run-server.ts";
import { gameSite, memoryWorld, startTestPortal, type TestPortal } from "../../src/testing/index.ts";
import { createTestServer, type Surroundings, type TestServer } from "./harness.ts";

const SHIPPED = ["base", "elevated-rails", "quality", "space-age"];
let portal: TestPortal;
beforeAll(async () => {
  portal = await startTestPortal(
    memoryWorld()
      .mod("lib")
      .release("1.0.0", { factorioVersion: "2.0" })
      .release("2.0.0", { factorioVersion: "2.0" })
      .release("3.0.0", { factorioVersion: "2.1" }),
    { around: gameSite({ games: [{ version: "2.1.12", builtIns: SHIPPED }], stable: "2.1.12" }) },
  );
});
afterAll(() => portal.close());

/** A server in a shell: it loads the mods, and refuses lib 2 and 3. What it does when it is up is up to the test. */
const SCRIPT = `#!/bin/sh
echo "   0.000 2026-01-01 00:00:00; Factorio 2.0.60 (build 1, linux64, headless)"
if ls mods/lib_[23].0.0.zip >/dev/null 2>&1; then
  echo '   1.000 Error Util.cpp:81: Failed to load mod "lib": '
  echo "• __lib__/data.lua:1: not today"
  exit 1
fi
echo "   2.000 Info Manager.cpp:808: updateTick(0) changing state from(CreatingGame) to(InGame)"
`;
const FAULT = "   1.881 Error X.cpp:84: MultiplayerManager failed: Host address is already in use";

async function started(then = "exit 0"): Promise<TestServer> {
  const server = await createTestServer({ portal: portal.url });
  await plantServer(server, SCRIPT + then);
  for (const argv of [["init"], ["add", "lib@1.0.0"]]) expect((await server.run(argv)).exitCode).toBe(0);
  return server;
}

async function plantServer(server: TestServer, script: string): Promise<void> {
  const path = join(server.root, "bin/x64/factorio");
  await writeFile(path, script);
  await chmod(path, 0o755);
}

const runServer = (server: TestServer, argv: readonly string[] = [], surroundings: Surroundings = {}) =>
  server.run(["run", ...argv, "--", "bin/x64/factorio", "--greeting", "34197"], surroundings);
const zipsOf = async (server: TestServer) =>
  (await readdir(server.modsDir)).filter((name) => name.endsWith(".zip")).sort();
const want = async (server: TestServer, requirement: string) => {
  const path = join(server.root, "roboport.json");
  await writeFile(path, (await readFile(path, "utf8")).replace(/"lib": "[^"]*"/, `"lib": "${requirement}"`));
};

describe.skipIf(process.platform === "win32")("roboport run", () => {
  it("[RUNNER-1] passes on output byte by byte, input, arguments and the exit code", async () => {
    await using server = await started('printf "\\377\\000 $2\\n"; read line; echo "$line" >&2; exit 42');
    const chunks: Buffer[] = [];
    const stdout = new Writable({
      write(chunk: Buffer, _encoding, done) {
        chunks.push(Buffer.from(chunk));
        done();
      },
    });
    const { exitCode, stderr } = await runServer(server, ["--quiet"], { stdin: "hello\n", stdout });
    const expected = [SCRIPT.match(/echo "(.*headless\))"/)?.[1], SCRIPT.match(/echo "(.*InGame\))"/)?.[1]];
    expect([exitCode, stderr]).toEqual([42, "hello\n"]);
    expect(Buffer.concat(chunks)).toEqual(
      Buffer.concat([Buffer.from(`${expected.join("\n")}\n`), Buffer.from([0xff, 0x00]), Buffer.from(" 34197\n")]),
    );
  });

  it.each([
    ["SIGTERM", "TERM"],
    ["SIGINT", "INT"],
    ["SIGHUP", "TERM"],
  ] as const)("[RUNNER-2] %s reaches the server as %s, which is waited for", async (signal, name) => {
    await using server = await started(
      `trap 'echo saved ${name}; exit 3' ${name}; echo ready; while :; do sleep 0.05; done`,
    );
    const signals = new EventEmitter<{ signal: [StopSignal] }>();
    const stdout = new PassThrough();
    let text = "";
    stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (chunk.includes("ready")) signals.emit("signal", signal);
    });
    const { exitCode } = await runServer(server, [], { signals, stdout });
    expect([exitCode, text.endsWith(`saved ${name}\n`)]).toEqual([3, true]);
  });

  it("[RUNNER-2] a Ctrl-C that the terminal has sent to the server is not sent again", async () => {
    await using server = await started(
      "trap 'exit 9' INT; trap 'exit 3' TERM; echo ready; while :; do sleep 0.05; done",
    );
    const signals = new EventEmitter<{ signal: [StopSignal] }>();
    const stdout = new PassThrough();
    stdout.on("data", (chunk: Buffer) => {
      if (!chunk.includes("ready")) return;
      signals.emit("signal", "SIGINT");
      signals.emit("signal", "SIGTERM");
    });
    expect((await runServer(server, [], { signals, stdout, terminal: 80 })).exitCode).toBe(3);
  });

  it("[RUNNER-3] a server that is killed has 128 and its signal as exit code", async () => {
    await using server = await started("kill -9 $$");
    expect((await runServer(server)).exitCode).toBe(137);
  });

  it("[RUNNER-6] [RUNNER-7] goes back to the last set with which the server came up, and starts it once more", async () => {
    await using server = await started();
    expect((await runServer(server)).exitCode).toBe(0);
    await want(server, ">=2");
    const { exitCode, stderr, stdout } = await runServer(server);
    expect([exitCode, await zipsOf(server)]).toEqual([0, ["lib_1.0.0.zip"]]);
    expect(stderr).toContain("did not come up because of lib; it ended with exit code 1");
    expect(stderr).toContain("not today");
    expect(stderr).toContain("Generation 3 does not come up: back to generation 2");
    expect(stdout).toContain("to(InGame)");
    const next = await runServer(server);
    expect([next.exitCode, next.stderr]).toEqual([0, ""]);
  });

  it("[RUNNER-7] goes back with the game, too", async () => {
    await using server = await started();
    expect((await runServer(server)).exitCode).toBe(0);
    await want(server, ">=1");
    expect((await server.run(["game", "update", "--to", "2.1.12", "--yes"])).exitCode).toBe(0);
    await plantServer(server, SCRIPT);
    expect(await zipsOf(server)).toEqual(["lib_3.0.0.zip"]);
    const { exitCode, stderr } = await runServer(server);
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining("back to generation 2")]);
    expect(await zipsOf(server)).toEqual(["lib_1.0.0.zip"]);
    expect(await readFile(join(server.root, "data/base/info.json"), "utf8")).toContain("2.0.60");
  });

  it.each([
    ["--no-rollback was given", ["--no-rollback"], SCRIPT],
    ["another set of mods would not mend that", [], `#!/bin/sh\necho '${FAULT}'\nexit 1\n`],
  ])("[RUNNER-5] [RUNNER-7] leaves the mods alone: %s", async (why, flags, script) => {
    await using server = await started();
    await runServer(server);
    await want(server, ">=2");
    await plantServer(server, script);
    const { exitCode, stderr } = await runServer(server, flags);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining(why)]);
    expect(await zipsOf(server)).toEqual(["lib_2.0.0.zip"]);
  });

  it("[RUNNER-6] leaves a set alone that came up before, or when none ever did", async () => {
    await using server = await started();
    await want(server, ">=2");
    const first = await runServer(server);
    expect([first.exitCode, first.stderr]).toEqual([1, expect.stringContaining("no server has come up")]);
    await want(server, "1.0.0");
    expect((await runServer(server)).exitCode).toBe(0);
    await plantServer(server, "#!/bin/sh\nexit 7\n");
    const again = await runServer(server);
    expect([again.exitCode, again.stderr]).toEqual([7, expect.stringContaining("this very set")]);
  });

  it("[RUNNER-8] carries out what was prepared, without a network", async () => {
    await using server = await started();
    await server.run(["add", "lib@2.0.0", "--stage"]);
    const env = { ROBOPORT_PORTAL: "http://127.0.0.1:1" };
    await plantServer(server, SCRIPT.replace("[23]", "3"));
    expect((await runServer(server, ["--locked", "--offline"], { env })).exitCode).toBe(0);
    expect(await zipsOf(server)).toEqual(["lib_2.0.0.zip"]);
  });

  it("[RUNNER-9] starts with what is there where the network keeps new mods away, except with --strict", async () => {
    await using server = await started();
    await want(server, ">=2");
    const env = { ROBOPORT_PORTAL: "http://127.0.0.1:1", ROBOPORT_HTTP_TIMEOUT: "0.1" };
    const { exitCode, stderr } = await runServer(server, [], { env });
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining("the server starts with the mods that are there")]);
    expect(await runServer(server, ["--strict"], { env })).toMatchObject({ exitCode: 5, stdout: "" });
    expect(await runServer(server, ["--locked"])).toMatchObject({ exitCode: 4, stdout: "" });
  });

  it.skipIf(process.platform !== "linux")("[RUNNER-10] refuses to be the second server of a folder", async () => {
    await using server = await started();
    const lock = join(server.root, ".lock");
    const holder = spawn("sh", ["-c", "exec flock --no-fork \"$0\" sh -c 'echo held; exec cat'", lock]);
    try {
      await once(holder.stdout, "data");
      expect(await runServer(server)).toMatchObject({ exitCode: 6, stdout: "" });
    } finally {
      holder.stdin.end();
    }
  });

  it("[RUNNER-10] refuses what cannot be started, --json, and nothing to run", async () => {
    await using server = await started();
    expect(await server.run(["run", "--", "./nothing-here"])).toMatchObject({ exitCode: 2 });
    expect(await server.run(["run", "--json", "--", "true"])).toMatchObject({ exitCode: 2 });
    expect(await server.run(["run"])).toMatchObject({ exitCode: 2 });
  });

  it("[RUNNER-10] leaves the mods alone when there is no such program, and finds one by PATH", async () => {
    await using server = await started();
    await want(server, "= 2.0.0");
    for (const program of ["./nothing-here", "nothing-here", "data"]) {
      expect(await server.run(["run", "--", program])).toMatchObject({ exitCode: 2 });
      expect(await zipsOf(server)).toEqual(["lib_1.0.0.zip"]);
    }
    expect(await server.run(["run", "--", "true"])).toMatchObject({ exitCode: 0 });
    expect(await zipsOf(server)).toEqual(["lib_2.0.0.zip"]);
  });
});
