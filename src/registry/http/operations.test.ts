import { connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { memoryWorld } from "../../testing/index.ts";
import { type PortalOptions, type RunningPortal, startPortal } from "../serve.ts";
import { openRequestLog } from "./request-log.ts";
import { parseTrustedProxies } from "./trusted-proxies.ts";

const SECRET = "5ec2e7c0ffee5ec2e7";
const world = memoryWorld()
  .mod("aa")
  .release("1.0.0", { bytes: Buffer.alloc(8_000_000, "zip") });
const lines: string[] = [];
const errors: string[] = [];
let portal: RunningPortal;
afterEach(() => portal.close());

async function start(options: Partial<PortalOptions> = {}, format: "json" | "text" = "json") {
  lines.length = errors.length = 0;
  const clock = () => new Date(0);
  portal = await startPortal({
    world,
    filesPort: "same",
    observers: [openRequestLog({ format, write: (line) => lines.push(line), clock })],
    namesAnswers: true,
    metrics: "local",
    onError: (error, id) => errors.push(`${id} ${error.message}`),
    ...options,
  });
}

const get = (path: string, init: RequestInit = {}) => fetch(portal.url + path, { redirect: "manual", ...init });

function opening() {
  let open = () => {};
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { promise, open };
}

/** Lines are written when the connection says that all is sent. */
async function written(count: number): Promise<readonly string[]> {
  while (lines.length < count) await new Promise((resolve) => setImmediate(resolve));
  return lines;
}

describe("health", () => {
  it("[HTTP-30] [HTTP-31] is told by two addresses", async () => {
    let isBroken = false;
    const database = () => {
      if (isBroken) throw new Error(`disk of ${SECRET} is gone`);
    };
    await start({ checks: { database } });
    expect(await (await get("/healthz")).json()).toEqual({ status: "ok" });
    const ready = await get("/readyz");
    expect([ready.status, await ready.json()]).toEqual([200, { status: "ok", checks: { database: "ok" } }]);
    isBroken = true;
    const broken = await get("/readyz");
    expect([broken.status, await broken.json()]).toEqual([503, { status: "failed", checks: { database: "failed" } }]);
    expect(errors.join()).toContain("is gone");
    expect((await get("/healthz")).status).toBe(200);
  });

  it("[HTTP-31] is denied when the server is about to stop, which lets its requests end", async () => {
    const { promise: gate, open } = opening();
    await start({ checks: { database: () => gate } });
    const ready = get("/readyz");
    await get("/healthz");
    const closed = portal.close();
    open();
    expect(await (await ready).json()).toMatchObject({ status: "closing" });
    expect((await ready).status).toBe(503);
    await closed;
    await expect(get("/healthz")).rejects.toThrow("fetch failed");
  });

  it("[HTTP-38] waits for what is not written yet", async () => {
    await start();
    const id = (await world.findMod("aa"))?.releases[0]?.id;
    const transfer = await fetch((await get(`/download/aa/${id}`)).headers.get("location") ?? "");
    const closed = portal.close();
    expect((await transfer.arrayBuffer()).byteLength).toBe(8_000_000);
    await closed;
  });

  it("[HTTP-38] but not for ever", async () => {
    await start({ closeGrace: 20, checks: { database: () => new Promise(() => {}) } });
    const hanging = get("/readyz");
    await get("/healthz");
    await Promise.all([portal.close(), expect(hanging).rejects.toThrow("fetch failed")]);
  });
});

describe("metrics", () => {
  it("[HTTP-33] count requests by kind and status", async () => {
    await start({ gauges: [{ name: "roboport_mods", help: "Mods", read: () => 7 }] });
    await get("/api/mods/aa");
    await get("/api/mods/nobody");
    await get(`/anything/${SECRET}?x=${SECRET}`);
    await written(3);
    const answer = await get("/metrics");
    const text = await answer.text();
    expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(text).toContain('roboport_http_requests_total{kind="mod",status="200"} 1\n');
    expect(text).toContain('roboport_http_requests_total{kind="mod",status="404"} 1\n');
    expect(text).toContain('roboport_http_request_duration_seconds_bucket{kind="other",le="+Inf"} 1\n');
    expect(text).toMatch(/^roboport_http_sent_bytes_total\{kind="mod"\} [1-9]\d+$/m);
    expect(text).toMatch(/^roboport_mods 7$/m);
    expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
    expect(text).not.toContain(SECRET);
  });

  it("[HTTP-32] are for this machine alone", async () => {
    await start({ proxies: parseTrustedProxies(["127.0.0.1"]) });
    expect((await get("/metrics")).status).toBe(200);
    expect((await get("/metrics", { headers: { "X-Forwarded-For": "203.0.113.9" } })).status).toBe(404);
    expect((await get("/metrics", { headers: { Via: "1.1 proxy" } })).status).toBe(404);
  });

  it("[HTTP-32] have a listener of their own, or none", async () => {
    await start({ metrics: { host: "127.0.0.1", port: 0 } });
    expect((await get("/metrics")).status).toBe(404);
    const url = portal.metricsUrl ?? "";
    expect(await (await fetch(url)).text()).toContain("# TYPE roboport_http_requests_total counter");
    expect((await fetch(new URL("/api/mods", url))).status).toBe(404);
    await portal.close();
    await start({ metrics: undefined });
    expect([(await get("/metrics")).status, portal.metricsUrl]).toEqual([404, undefined]);
  });
});

describe("the log", () => {
  it("[HTTP-34] has one line for each request, and none for probes", async () => {
    await start();
    await get("/healthz");
    const answer = await get("/api/mods/aa?x=1");
    const [line = ""] = await written(1);
    expect(JSON.parse(line)).toEqual({
      time: "1970-01-01T00:00:00.000Z",
      level: "info",
      msg: "request",
      id: answer.headers.get("x-request-id"),
      method: "GET",
      path: "/api/mods/aa",
      status: 200,
      ms: expect.any(Number),
      bytes: expect.any(Number),
      address: "127.0.0.1",
    });
    await portal.close();
    await start({}, "text");
    await get("/api/mods/nobody");
    expect((await written(1))[0]).toMatch(
      /^1970-01-01T00:00:00\.000Z 127\.0\.0\.1 - GET \/api\/mods\/nobody 404 \d+\.\dms \d+B [0-9a-f]{12}-1$/,
    );
  });

  it("[HTTP-36] calls a request what a trusted proxy calls it, and nobody else", async () => {
    const headers = { "X-Request-Id": "proxy-7" };
    await start();
    expect((await get("/api/mods/aa", { headers })).headers.get("x-request-id")).toMatch(/^[0-9a-f]{12}-1$/);
    await portal.close();
    const breaks = () => Promise.reject(new Error("it broke"));
    await start({ proxies: parseTrustedProxies(["127.0.0.1"]), world: { ...worldParts(), findMod: breaks } });
    const failed = await get("/api/mods/aa", { headers });
    expect([failed.status, failed.headers.get("x-request-id")]).toEqual([500, "proxy-7"]);
    expect(errors).toEqual(["proxy-7 it broke"]);
    const forged = await get("/api/mods/aa", { headers: { "X-Request-Id": "a b\tc" } });
    expect(forged.headers.get("x-request-id")).toMatch(/^[0-9a-f]{12}-\d$/);
  });

  it("[HTTP-35] never shows a secret, wherever it was put", async () => {
    for (const format of ["json", "text"] as const) {
      await start({ requireLogin: { username: "alice", token: SECRET }, logIn: async () => SECRET }, format);
      const id = (await world.findMod("aa"))?.releases[0]?.id;
      const redirect = await get(`/download/aa/${id}?username=alice&token=${SECRET}`);
      const link = redirect.headers.get("location") ?? "";
      const signature = new URL(link).searchParams.get("secure") ?? "";
      await (await fetch(link)).arrayBuffer();
      const headers = {
        Authorization: `Bearer ${SECRET}`,
        Cookie: `s=${SECRET}`,
        Referer: `http://x/?token=${SECRET}`,
      };
      const form = new URLSearchParams({ username: "alice", password: SECRET });
      await get(`/api/bookmarks?username=alice&token=${SECRET}`, { headers });
      await get("/api-login", { method: "POST", body: form, headers: { ...headers, "User-Agent": SECRET } });
      await get(`/api-login?password=${SECRET}`, { method: "POST" });
      await get(`/api/v2/mods/releases/finish_upload/${SECRET}`, { method: "POST", headers, body: SECRET });
      await get(`/api/mods/aa#${SECRET}`, { headers });
      const all = (await written(7)).join("\n") + errors.join("\n") + (await (await get("/metrics")).text());
      expect(all).not.toContain(SECRET);
      expect(all).not.toContain(signature.slice(0, 22));
      expect(all).toContain("alice");
      await portal.close();
    }
  });

  it("[HTTP-39] tells of an answer that breaks while it is sent", async () => {
    const pieces = [Buffer.alloc(1000), Buffer.alloc(1000)];
    const link = await startSending((controller) => {
      const piece = pieces.pop();
      if (piece) controller.enqueue(piece);
      else controller.error(new Error("the disk is gone"));
    });
    const transfer = await fetch(link);
    await expect(transfer.arrayBuffer()).rejects.toThrow("terminated");
    const [, line = ""] = await written(2);
    const { id } = JSON.parse(line) as { id: string };
    expect(JSON.parse(line)).toMatchObject({ status: 200, aborted: true });
    expect(errors).toEqual([`${id} the disk is gone`]);
  });

  it("[HTTP-37] does not take a client that leaves an answer for an error", async () => {
    const link = await startSending((controller) => controller.enqueue(Buffer.alloc(1000)));
    const leave = new AbortController();
    const transfer = await fetch(link, { signal: leave.signal });
    leave.abort();
    await expect(transfer.arrayBuffer()).rejects.toThrow("aborted");
    expect(JSON.parse((await written(2))[1] ?? "")).toMatchObject({ status: 200, aborted: true });
    await get("/healthz");
    expect(errors).toEqual([]);
  });

  it("[HTTP-37] does not take a client that went away for an error", async () => {
    await start();
    const socket = connect(Number(new URL(portal.url).port), "127.0.0.1");
    socket.write("POST /api/mods HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nname");
    await get("/healthz");
    socket.destroy();
    const [line = ""] = await written(1);
    expect(JSON.parse(line)).toMatchObject({ method: "POST", aborted: true });
    await get("/healthz");
    expect(errors).toEqual([]);
  });
});

/** Start a server whose only zip comes as a stream, and find out where from. */
async function startSending(pull: (controller: ReadableStreamDefaultController<Uint8Array>) => void): Promise<string> {
  const release = (await world.findMod("aa"))?.releases[0];
  const open = async () => new ReadableStream<Uint8Array>({ pull });
  await start({ world: { ...worldParts(), findRelease: async () => release && { ...release, open } } });
  return (await get(`/download/aa/${release?.id}`)).headers.get("location") ?? "";
}

function worldParts() {
  const { findMod, findRelease, modCount, allMods, summaries, entries } = world;
  return { findMod, findRelease, modCount, allMods, summaries, entries };
}
