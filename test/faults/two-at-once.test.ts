import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { planAdd } from "../../src/operations/add.ts";
import { commit } from "../../src/operations/commit.ts";
import { openSession } from "../../src/operations/open-session.ts";
import type { Session } from "../../src/operations/session.ts";
import type { TestServer } from "../cli/harness.ts";
import { createGate } from "./gate.ts";
import { readState } from "./installed-state.ts";
import { buildProgram, type Ended, type Program, type Run } from "./program.ts";
import { expectNothingLeft, expectSuccess, openScene, type Scene } from "./scene.ts";

let program: Program;
beforeAll(async () => {
  program = await buildProgram();
});
afterAll(() => program?.[Symbol.asyncDispose]());

function start({ root, env }: TestServer, argv: readonly string[]): Run {
  return program.start([...argv, "--json"], { cwd: root, env });
}

function errorOf({ stdout }: Ended) {
  return JSON.parse(stdout).error;
}

/** Names in roboport.json. */
async function askedFor({ root }: TestServer): Promise<readonly string[]> {
  return Object.keys(JSON.parse(await readFile(join(root, "roboport.json"), "utf8")).mods).sort();
}

/** Let everything at the portal wait; the promise is kept when something does. */
function holdPortal({ breakWith }: Scene) {
  const [reached, released] = [createGate(), createGate()];
  breakWith(async (request, next) => {
    reached.open();
    await released.opened;
    return next(request);
  });
  return { reached: reached.opened, release: released.open };
}

describe("two at once", () => {
  it("[MUTEX-1] of two processes that add at the same time, each one's mod is there or it ended with 4", async () => {
    await using scene = await openScene();
    const { server, world } = scene;
    const expected = new Set(["settled"]);
    for (let round = 0; round < 6; round++) {
      const names = [`left-${round}`, `right-${round}`];
      for (const name of names) world.mod(name).release("1.0.0");
      const runs = await Promise.all(names.map((name) => start(server, ["add", name]).ended));
      const winners = names.filter((_, index) => runs[index]?.exitCode === 0);
      expect(winners).not.toEqual([]);
      for (const run of runs.filter((each) => each.exitCode !== 0)) {
        expect(run.exitCode).toBe(4);
        expect(["LOCKED_OUT", "PLAN_STALE"]).toContain(errorOf(run).code);
      }
      for (const name of winners) expected.add(name);
      expect(await askedFor(server)).toEqual([...expected].sort());
      const { files } = await readState(server.root);
      expect(Object.keys(files)).toEqual([...expected].sort().map((name) => `${name}_1.0.0.zip`));
      expectSuccess(await server.run(["verify"]));
      for (const name of names) expectSuccess(await server.run(["add", name]));
      for (const name of names) expected.add(name);
    }
    await expectNothingLeft(server);
  });

  it.each([
    ["another process", (server: TestServer) => server.run(["add", "helper", "--no-apply", "--offline"])],
    [
      "the admin",
      async ({ root }: TestServer) => {
        await writeFile(join(root, "roboport.json"), '{"mods": {"settled": "*", "helper": "*"}} // by hand\n');
        return { exitCode: 0, stdout: "", stderr: "" };
      },
    ],
  ])("[PLAN-3] what %s writes into roboport.json meanwhile is not lost", async (_, write) => {
    await using scene = await openScene();
    const { server } = scene;
    expectSuccess(await server.run(["add", "helper", "--dry-run"]));
    const { reached, release } = holdPortal(scene);
    const run = start(server, ["add", "wanted"]);
    await reached;
    expectSuccess(await write(server));
    const written = await readState(server.root);
    release();
    const ended = await run.ended;
    expect([ended.exitCode, errorOf(ended)]).toEqual([4, expect.objectContaining({ code: "PLAN_STALE" })]);
    expect(await readState(server.root)).toEqual(written);
  });
});

it("[PLAN-3] what is written between reading the wish and looking is not lost", async () => {
  await using scene = await openScene();
  const { server } = scene;
  const session = sessionOn(server);
  const theirs = '{"mods": {"settled": "*", "helper": "*"}}\n';
  const game = async () => {
    await writeFile(join(server.root, "roboport.json"), theirs);
    return session.game();
  };
  const planned = await planAdd({ ...session, game }, { requirements: [{ name: "wanted", constraints: [] }] });
  if (!planned.ok) throw new Error("It cannot be solved");
  await expect(commit(session, planned)).rejects.toMatchObject({ code: "PLAN_STALE" });
  expect(await readFile(join(server.root, "roboport.json"), "utf8")).toBe(theirs);
});

/** What the command line opens, without its options. */
function sessionOn({ root, env }: TestServer): Session {
  return openSession({
    serverDir: undefined,
    modsDir: undefined,
    portals: [],
    factorio: undefined,
    offline: false,
    jobs: undefined,
    breakLock: false,
    env,
    cwd: root,
    clock: () => new Date(0),
    monotonic: () => 0,
    signal: new AbortController().signal,
    userAgent: "roboport/0.0.0 (test)",
    emit: () => {},
    addSecret: () => {},
  });
}

describe("signals", () => {
  it.each([
    ["SIGINT", 130, "api"],
    ["SIGTERM", 143, "api"],
    ["SIGINT", 130, "file"],
    ["SIGTERM", 143, "file"],
    ["SIGHUP", 129, "file"],
  ] as const)(
    "[CLI-16] %s ends with %i while the portal's %s is awaited, and nothing has changed",
    async (signal, exitCode, place) => {
      await using scene = await openScene();
      const { server, breakWith } = scene;
      const before = await readState(server.root);
      const reached = createGate();
      breakWith(() => {
        reached.open();
        return new Promise<never>(() => {});
      }, place);
      const run = start(server, ["add", "wanted"]);
      await reached.opened;
      run.kill(signal);
      const ended = await run.ended;
      expect([ended.exitCode, errorOf(ended).code]).toEqual([exitCode, "INTERRUPTED"]);
      expect(await readState(server.root)).toEqual(before);
      await expectNothingLeft(server);
      breakWith();
      expectSuccess(await server.run(["add", "wanted"]));
    },
  );

  it("[CLI-16] [FETCH-10] SIGINT in the middle of a zip leaves nothing either", async () => {
    await using scene = await openScene();
    const { server, breakWith } = scene;
    const before = await readState(server.root);
    const reached = createGate();
    breakWith(async (request, next) => {
      const zip = new Uint8Array(await (await next(request)).arrayBuffer());
      const body = new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(zip.subarray(0, 50)),
        pull: () => {
          reached.open();
          return new Promise(() => {});
        },
      });
      return new Response(body, { headers: { "Content-Type": "application/octet-stream" } });
    }, "file");
    const run = start(server, ["add", "wanted"]);
    await reached.opened;
    run.kill("SIGINT");
    expect((await run.ended).exitCode).toBe(130);
    expect(await readState(server.root)).toEqual(before);
    await expectNothingLeft(server);
  });
});
