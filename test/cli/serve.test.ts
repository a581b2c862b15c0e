import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Ran, runCli } from "./harness.ts";

const SECRET = "5ec2e7c0ffee5ec2e7";

let dir = "";
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "roboport-serve-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

interface Announced {
  readonly url: string;
  readonly metricsUrl: string;
}

/** A server for as long as `use` takes, and what its run left behind. */
async function serving(argv: readonly string[], use: (at: Announced) => Promise<void>): Promise<Ran> {
  const stop = new AbortController();
  let announce: (at: Announced) => void;
  const announced = new Promise<Announced>((resolve) => {
    announce = resolve;
  });
  const stdout = new Writable({
    write: (piece: Buffer, _encoding, done) => {
      if (piece.length > 0) announce(JSON.parse(String(piece)) as Announced);
      done();
    },
  });
  const env = { FACTORIO_TOKEN: SECRET };
  const words = ["serve", "--json", "--data", dir, "--metrics", "0", ...argv];
  const ran = runCli(words, { cwd: dir, env, stdout, signal: stop.signal });
  await use(await announced);
  stop.abort({ signalName: "SIGTERM", exitCode: 143 });
  return await ran;
}

it("[HTTP-34] [HTTP-35] [HTTP-38] a server logs JSON alone, without a secret, and ends well", async () => {
  const { exitCode, stderr } = await serving(["--log", "json"], async ({ url, metricsUrl }) => {
    expect((await fetch(`${url}/api/mods/${SECRET}?token=${SECRET}`)).status).toBe(404);
    expect((await fetch(`${url}/metrics`)).status).toBe(404);
    expect(await (await fetch(metricsUrl)).text()).toMatch(/^roboport_mods 0$/m);
    expect((await fetch(`${url}/docs`)).headers.get("content-type")).toBe("text/html; charset=utf-8");
  });
  expect(exitCode).toBe(0);
  const lines = stderr
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.map(({ msg, path, status }) => [msg, path, status])).toEqual([
    ["listening", undefined, undefined],
    ["request", "/api/mods/[redacted]", 404],
    ["request", "/metrics", 404],
    ["request", "/docs", 200],
    ["closing", undefined, undefined],
    ["closed", undefined, undefined],
  ]);
  expect(stderr).not.toContain(SECRET);
});

it("[HTTP-34] a server without a log says nothing", async () => {
  const { exitCode, stderr } = await serving([], async ({ url }) => {
    const answer = await fetch(`${url}/api/mods`);
    expect([answer.status, answer.headers.get("x-request-id")]).toEqual([200, null]);
  });
  expect([exitCode, stderr]).toEqual([0, ""]);
});
