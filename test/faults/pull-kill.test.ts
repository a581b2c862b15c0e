import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type ChaosPortal, memoryWorld, startChaosPortal } from "../../src/testing/index.ts";
import { LARGE } from "../registry/pull-scene.ts";
import { buildProgram, type Program, type Run } from "./program.ts";

let program: Program;
let upstream: ChaosPortal;
let dir: string;
let url: string;
beforeAll(async () => {
  const world = memoryWorld().mod("large").release("1.0.0", { bytes: LARGE });
  [program, upstream] = await Promise.all([buildProgram(), startChaosPortal({ world })]);
  dir = await mkdtemp(join(tmpdir(), "roboport-pull-kill-"));
});
afterAll(async () => {
  await upstream?.close();
  await program?.[Symbol.asyncDispose]();
  await rm(dir, { recursive: true });
});

/** Start a portal that pulls through; resolves when it answers. */
async function serve(): Promise<Run> {
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const argv = ["serve", "--data", dir, "--open", "--upstream", upstream.url, "--port", String(port)];
  const run = program.start(argv, { cwd: dir, env: { HOME: dir } });
  await expect
    .poll(
      () =>
        fetch(`${url}/api/mods`).then(
          ({ status }) => status,
          () => 0,
        ),
      { timeout: 30_000 },
    )
    .toBe(200);
  return run;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function largeUrl(): Promise<string> {
  const { releases } = JSON.parse(await (await fetch(`${url}/api/mods/large`)).text());
  return `${url}${releases[0].download_url}`;
}

const quarantine = () => readdir(join(dir, "quarantine-v1"));

it("[PULL-7] a kill in the middle of a transfer leaves nothing half visible, and the next process serves it whole", async () => {
  const first = await serve();
  upstream.setFaults([{ on: "file", fault: "stall", at: 300_000 }]);
  const answer = await fetch(await largeUrl());
  const reader = answer.body?.getReader();
  await reader?.read();
  expect(await quarantine()).toHaveLength(1);
  first.kill("SIGKILL");
  await first.ended;
  const rest = async () => {
    for (let next = await reader?.read(); next?.done === false; next = await reader?.read());
  };
  await expect(rest()).rejects.toThrow(TypeError);
  upstream.setFaults([]);
  const second = await serve();
  expect(await quarantine()).toEqual([]);
  const whole = Buffer.from(await (await fetch(await largeUrl())).arrayBuffer());
  expect(whole.equals(Buffer.from(LARGE))).toBe(true);
  second.kill("SIGTERM");
  expect(await second.ended).toMatchObject({ exitCode: 0 });
  expect(await quarantine()).toEqual([]);
});
