import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { memoryWorld } from "../../testing/index.ts";
import { type PortalOptions, type RunningPortal, startPortal } from "../serve.ts";
import { parseTrustedProxies } from "./trusted-proxies.ts";

const world = memoryWorld().mod("aa").release("1.0.0").mod("bb").release("1.0.0");
const TIMES = { head: 10_000, body: 30_000, upload: 900_000, idle: 120_000 };
let portal: RunningPortal;
const start = async (options: Partial<PortalOptions>) => {
  portal = await startPortal({ world, filesPort: "same", ...options });
};
afterEach(() => portal.close());

async function get(path: string, headers: Record<string, string> = {}) {
  const answer = await fetch(portal.url + path, { headers, redirect: "manual" });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

/** Says something, and gives back what came until the other side closed. */
async function say(text: string): Promise<string> {
  const socket = connect(Number(new URL(portal.url).port), "127.0.0.1");
  let heard = "";
  socket.on("data", (piece) => (heard += piece.toString()));
  socket.on("error", () => {});
  socket.write(text);
  await once(socket, "close");
  return heard;
}

describe("behind a proxy", () => {
  const forwarded = {
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "mods.example",
    "X-Request-Id": "from-the-proxy",
  };

  it("[HTTP-4] links are those the client can follow", async () => {
    await start({ proxies: parseTrustedProxies(["127.0.0.0/8"]) });
    expect(JSON.parse((await get("/api/mods?page_size=1", forwarded)).text)).toMatchObject({
      pagination: { links: { next: "https://mods.example/api/mods?page_size=1&page=2" } },
    });
    const id = (await world.findMod("aa"))?.releases[0]?.id;
    const { headers } = await get(`/download/aa/${id}`, forwarded);
    expect(headers.get("location")).toMatch(/^https:\/\/mods\.example\/download\/aa\//);
    const without = await get("/api/mods?page_size=1");
    expect(without.text).toContain(`${portal.url}/api/mods?page_size=1&page=2`);
  });

  it("[HTTP-1] anybody else's word does not count", async () => {
    await start({ proxies: parseTrustedProxies(["10.0.0.0/8"]) });
    const { text } = await get("/api/mods?page_size=1", forwarded);
    expect(text).toContain(`${portal.url}/api/mods?page_size=1&page=2`);
    expect(text).not.toContain("mods.example");
  });

  it("[HTTP-10] clients are told apart, and who asks too often is told when to come again", async () => {
    const limits = { requests: { times: 2, seconds: 60 } };
    await start({ proxies: parseTrustedProxies(["127.0.0.1"]), limits });
    const ask = async (address: string) => get("/api/mods/aa", { "X-Forwarded-For": address });
    expect([(await ask("203.0.113.9")).status, (await ask("203.0.113.9")).status]).toEqual([200, 200]);
    const { status, headers, text } = await ask("203.0.113.9");
    expect([status, headers.get("content-type")]).toEqual([429, "application/json"]);
    expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
    expect(JSON.parse(text)).toEqual({ message: expect.stringContaining("Too many requests") });
    expect((await ask("203.0.113.10")).status).toBe(200);
  });

  it("[HTTP-11] this machine is not limited", async () => {
    await start({ limits: { requests: { times: 1, seconds: 60 } } });
    expect([(await get("/api/mods/aa")).status, (await get("/api/mods/aa")).status]).toEqual([200, 200]);
  });

  it("[HTTP-14] passwords cannot be tried without end", async () => {
    const logIn = async () => undefined;
    await start({ logIn, limits: { logins: { times: 1, seconds: 60 } } });
    const body = new URLSearchParams({ username: "alice", password: "x", api_version: "6" });
    const attempt = async () => fetch(`${portal.url}/api-login`, { method: "POST", body });
    expect(await (await attempt()).json()).toMatchObject({ error: "login-failed" });
    const refused = await attempt();
    expect([refused.status, Number(refused.headers.get("retry-after")) > 0]).toEqual([429, true]);
    expect(await refused.json()).toMatchObject({ error: "login-too-many-attempts" });
  });
});

describe("who is slow", () => {
  it("[HTTP-12] with the head is cut off", async () => {
    await start({ times: { ...TIMES, head: 50 } });
    expect(await say("GET /api/mods/aa HTTP/1.1\r\nHost: x\r\nX-")).toMatch(/^HTTP\/1\.1 408 [\s\S]*\{"message":/);
    expect((await get("/api/mods/aa")).status).toBe(200);
  });

  it("[HTTP-12] with the body is cut off", async () => {
    await start({ times: { ...TIMES, body: 50 } });
    const head = "POST /api/mods HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n";
    expect(await say(`${head}namelist=`)).toBe("");
    expect(await say(head.replace("POST /api/mods", "POST /api/mods?a=/finish_"))).toBe("");
    expect((await get("/api/mods/aa")).status).toBe(200);
  });

  it("[HTTP-12] with an upload has longer, and is cut off then", async () => {
    const started = performance.now();
    const around = async (request: Request) => new Response(await request.text());
    await start({ times: { ...TIMES, body: 10, head: 50, upload: 300 }, around });
    const path = "/api/v2/mods/releases/finish_upload/0";
    expect(await say(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nx`)).not.toMatch(/ 200 /);
    expect(performance.now() - started).toBeGreaterThan(300);
  });

  it("[HTTP-13] [HTTP-16] or says too much, or no HTTP, is told so in JSON", async () => {
    await start({});
    const long = await say(`GET / HTTP/1.1\r\nHost: x\r\nX: ${"x".repeat(17_000)}\r\n\r\n`);
    expect(long).toMatch(/^HTTP\/1\.1 431 [\s\S]*Content-Type: application\/json[\s\S]*\r\n\r\n\{"message":"[^"]+"\}$/);
    expect(await say("hello\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 [\s\S]*\{"message":"Bad Request"\}$/);
    const smuggled =
      "POST /api/mods HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    expect(await say(smuggled)).toMatch(/^HTTP\/1\.1 400 /);
  });
});
