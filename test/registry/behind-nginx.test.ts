import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../../bench/install-nginx.ts";
import { parseTrustedProxies } from "../../src/registry/http/trusted-proxies.ts";
import { type RunningPortal, startPortal } from "../../src/registry/serve.ts";
import { memoryWorld } from "../../src/testing/index.ts";

const bytes = Buffer.alloc(100_000, "zip");
const world = memoryWorld()
  .mod("aa", { summary: "gears ".repeat(400) })
  .release("1.0.0", { bytes })
  .mod("bb")
  .release("1.0.0");

let folder = "";
let port = 0;
let portal: RunningPortal;
let nginx: ChildProcess;

/** The configuration that the guide gives, for these ports and without TLS. */
async function configuration(): Promise<string> {
  const guide = await readFile(new URL("../../docs/guide-operations.md", import.meta.url), "utf8");
  const [, given = ""] = /```nginx\n([\s\S]*?)```/.exec(guide) ?? [];
  const server = given
    .replace("127.0.0.1:8080", new URL(portal.url).host)
    .replace("listen 443 ssl;", `listen 127.0.0.1:${port};`);
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (kind) => `${kind}_temp_path ${folder}/${kind};`,
  );
  const user = process.getuid?.() === 0 ? "user root;" : "";
  return `${user} daemon off; pid ${folder}/pid; error_log ${folder}/error.log;
    events { worker_connections 64; } http { access_log off; ${temporary.join(" ")} ${server} }`;
}

async function get(path: string, headers: Readonly<Record<string, string>> = {}) {
  const target = request({ port, path, host: "127.0.0.1", headers: { Host: "mods.example.com", ...headers } }).end();
  const [answer] = (await once(target, "response")) as [IncomingMessage];
  const pieces: Buffer[] = [];
  for await (const piece of answer) pieces.push(piece as Buffer);
  return { status: answer.statusCode, headers: answer.headers, body: Buffer.concat(pieces) };
}

async function untilListening(): Promise<void> {
  for (;;) {
    try {
      return void (await get("/healthz"));
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ECONNREFUSED")) throw error;
    }
  }
}

describe.skipIf(spawnSync("nginx", ["-v"]).error)("behind nginx as the guide sets it up", () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "roboport-nginx-"));
    port = await freePort();
    const limits = { requests: { times: 8, seconds: 600 } };
    const proxies = parseTrustedProxies(["127.0.0.1"]);
    portal = await startPortal({ world, filesPort: "same", proxies, limits, metrics: "local" });
    await writeFile(join(folder, "nginx.conf"), await configuration());
    nginx = spawn("nginx", ["-c", join(folder, "nginx.conf"), "-e", join(folder, "error.log")], { stdio: "ignore" });
    await untilListening();
  });
  afterAll(async () => {
    const ended = once(nginx, "exit");
    nginx.kill();
    await ended;
    await portal.close();
    await rm(folder, { recursive: true, force: true });
  });

  it("[HTTP-4] links and redirects are those the client can follow", async () => {
    const { body } = await get("/api/mods?page_size=1");
    expect(JSON.parse(String(body))).toMatchObject({
      pagination: { links: { next: "http://mods.example.com/api/mods?page_size=1&page=2" } },
    });
    const id = (await world.findMod("aa"))?.releases[0]?.id;
    const link = new URL((await get(`/download/aa/${id}`)).headers.location ?? "");
    expect(link.origin).toBe("http://mods.example.com");
    const part = await get(link.pathname + link.search, { Range: "bytes=10-19" });
    expect([part.status, part.headers["content-range"], part.body]).toEqual([
      206,
      `bytes 10-19/${bytes.length}`,
      bytes.subarray(10, 20),
    ]);
  });

  it("[HTTP-2] [HTTP-10] clients are told apart", async () => {
    const ask = async (address: string) => (await get("/api/mods/aa", { "X-Forwarded-For": address })).status;
    for (let time = 0; time < 8; time++) expect(await ask("203.0.113.9")).toBe(200);
    expect([await ask("203.0.113.9"), await ask("203.0.113.10")]).toEqual([429, 200]);
  });

  it("[HTTP-3] what a client makes up is not believed", async () => {
    const forged = { Forwarded: "for=198.51.100.1;host=evil.example;proto=https" };
    expect(String((await get("/api/mods?page_size=1", forged)).body)).not.toContain("evil.example");
  });

  it("[HTTP-20] [HTTP-32] JSON is packed, and metrics are not for everybody", async () => {
    expect((await get("/api/mods/aa", { "Accept-Encoding": "gzip" })).headers["content-encoding"]).toBe("gzip");
    expect((await get("/metrics")).status).toBe(404);
  });
});
