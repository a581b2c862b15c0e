import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readlink, rm, writeFile } from "node:fs/promises";
import { type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { memoryWorld, startTestPortal, type TestPortal } from "../testing/index.ts";
import { TEST_TOKEN, TEST_USERNAME } from "./access.ts";
import { startPortal } from "./serve.ts";
import { streamSpan } from "./storage/file-span.ts";
import type { World } from "./world.ts";
import { everyModOf, staticWorld } from "./worlds/memory-source.ts";

const bytes = Buffer.alloc(3 * 1024 * 1024, "factory");
const world = memoryWorld().mod("Long Inserters").release("1.1.3", { bytes });
const account = { username: TEST_USERNAME, token: TEST_TOKEN };

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** Sends the path as it is, where `fetch` would tidy it up. */
async function ask(url: string, path = "", options: { method?: string; headers?: Record<string, string> } = {}) {
  const { hostname, port, pathname, search } = new URL(url);
  const target = request({ hostname, port, path: path || pathname + search, agent: false, ...options }).end();
  const [answer] = (await once(target, "response")) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return { status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) } satisfies Answer;
}

/** Opens a socket, says something, and gives back what came until the other side closed. */
async function say(url: string, text: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const chunks: Buffer[] = [];
  socket.on("data", (chunk) => chunks.push(chunk));
  socket.write(text);
  await once(socket, "close");
  return Buffer.concat(chunks).toString();
}

describe("a portal on loopback", () => {
  let portal: TestPortal;
  let path = "";
  beforeAll(async () => {
    portal = await startTestPortal(world, { requireLogin: account });
    path = `/download/Long%20Inserters/${(await world.findMod("Long Inserters"))?.releases[0]?.id}`;
  });
  afterAll(() => portal.close());
  const link = async () => {
    const answer = await ask(portal.url, `${path}?username=${TEST_USERNAME}&token=${TEST_TOKEN}`);
    return String(answer.headers["location"]);
  };

  it("[REG-50] has two origins", async () => {
    expect(portal.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(portal.filesUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(portal.url).not.toBe(portal.filesUrl);
    expect((await ask(`${portal.filesUrl}/api/mods`)).status).toBe(404);
  });

  it("[REG-50] names the host that the client used", async () => {
    const headers = { Host: `localhost:${new URL(portal.url).port}` };
    const answer = await ask(portal.url, `${path}?username=${TEST_USERNAME}&token=${TEST_TOKEN}`, { headers });
    expect(answer.headers["location"]).toMatch(/^http:\/\/localhost:\d+\/download\//);
    const list = JSON.parse(String((await ask(portal.url, "/api/mods?page=2", { headers })).body)) as object;
    expect(list).toMatchObject({ pagination: { links: { first: `http://${headers.Host}/api/mods` } } });
  });

  it("[REG-33] serves the announced bytes with their length", async () => {
    const { status, headers, body } = await ask(await link());
    expect([status, headers["content-length"]]).toEqual([200, String(bytes.length)]);
    const { sha1 } = (await world.findMod("Long Inserters"))?.releases[0] ?? {};
    expect(createHash("sha1").update(body).digest("hex")).toBe(sha1);
  });

  it("[REG-34] serves a part of them", async () => {
    const { status, headers, body } = await ask(await link(), "", { headers: { Range: "bytes=1048576-2097151" } });
    expect([status, headers["content-range"]]).toEqual([206, `bytes 1048576-2097151/${bytes.length}`]);
    expect(body.equals(bytes.subarray(1048576, 2097152))).toBe(true);
  });

  it("[REG-36] answers HEAD with the length and nothing else", async () => {
    const { status, headers, body } = await ask(await link(), "", { method: "HEAD" });
    expect([status, headers["content-length"], body.length]).toEqual([200, String(bytes.length), 0]);
    const mod = await ask(`${portal.url}/api/mods/Long%20Inserters`, "", { method: "HEAD" });
    expect([mod.status, mod.body.length, Number(mod.headers["content-length"]) > 100]).toEqual([200, 0, true]);
  });

  it("[REG-27] takes two slashes in front", async () => {
    const answer = await ask(portal.url, `/${path}?username=${TEST_USERNAME}&token=${TEST_TOKEN}`);
    expect(answer.status).toBe(302);
  });

  it("[REG-51] answers mistakes in JSON", async () => {
    for (const [target, method] of [
      ["/", "GET"],
      ["/api", "GET"],
      ["/api/mods/x", "DELETE"],
      ["/%ff", "GET"],
    ] as const) {
      const { status, headers, body } = await ask(portal.url, target, { method });
      expect([status, headers["content-type"]]).toEqual([404, "application/json"]);
      expect(JSON.parse(String(body))).toEqual({ message: "Not found" });
    }
  });

  it("[REG-51] does not read a body without end", async () => {
    const big = await say(
      portal.url,
      "POST /api/mods HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1048577\r\n\r\nnamelist=",
    );
    expect(big).toMatch(/^HTTP\/1\.1 413 /);
    expect(big).toContain('"message":"The body is larger than 1 MiB"}');
  });

  it("[REG-51] refuses what is not HTTP", async () => {
    expect(await say(portal.url, "hello\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 /);
    expect(await say(portal.url, "GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n")).toMatch(
      /^HTTP\/1\.1 400 /,
    );
  });

  it("[REG-31] shows the token to no other origin", async () => {
    await ask(await link());
    const others = portal.requests.filter(
      (seen) => !seen.url.startsWith(portal.url) && !seen.url.includes("localhost"),
    );
    expect(others.length).toBeGreaterThan(0);
    expect(JSON.stringify(others)).not.toContain(TEST_TOKEN);
  });
});

describe("starting and closing", () => {
  it("[REG-52] finishes what is under way, then nothing listens", async () => {
    let arrived = () => {};
    const arrival = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    let go = () => {};
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    const portal = await startPortal({
      world,
      around: async (request, next) => {
        arrived();
        await gate;
        return next(request);
      },
    });
    const answer = ask(`${portal.url}/api/mods`);
    await arrival;
    const closed = portal.close();
    go();
    expect((await answer).status).toBe(200);
    await closed;
    await expect(ask(portal.url)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  it("[REG-53] cannot use a port twice", async () => {
    const first = await startPortal({ world });
    const port = Number(new URL(first.url).port);
    await expect(startPortal({ world, port })).rejects.toMatchObject({ code: "CANNOT_LISTEN", data: { port } });
    await expect(startPortal({ world, filesPort: port })).rejects.toMatchObject({ code: "CANNOT_LISTEN" });
    await expect(startPortal({ world, host: "203.0.113.1" })).rejects.toMatchObject({ code: "CANNOT_LISTEN" });
    await first.close();
    const again = await startPortal({ world, port });
    await again.close();
  });
});

describe("requests in a row on one connection", () => {
  it.skipIf(!existsSync("/proc/self/fd"))("[REG-37] leave no file open when they are given up", async () => {
    const dir = await mkdtemp(join(tmpdir(), "roboport-rows-"));
    const file = join(dir, "file");
    await writeFile(file, Buffer.alloc(20_000_000));
    const openHere = async () => {
      const handles = await readdir("/proc/self/fd");
      const targets = await Promise.allSettled(handles.map((handle) => readlink(`/proc/self/fd/${handle}`)));
      return targets.filter((target) => target.status === "fulfilled" && target.value === file).length;
    };
    const release = (await world.findMod("Long Inserters"))?.releases[0];
    const open = async () => streamSpan({ path: file, start: 0, end: 19_999_999 });
    const findRelease = async () => release && { ...release, size: 20_000_000, open };
    const statuses: number[] = [];
    const ends = (_: unknown, { status }: { readonly status: number }) => void statuses.push(status);
    const parts: World = { ...staticWorld(await everyModOf(world)), findRelease };
    const portal = await startPortal({ world: parts, filesPort: "same", observers: [ends] });
    const target = (await ask(portal.url, `/download/a/${release?.id}`)).headers["location"] ?? "";
    const { pathname, search, port } = new URL(String(target));
    const socket = connect(Number(port), "127.0.0.1");
    socket.write(`GET ${pathname}${search} HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(3));
    await once(socket, "readable");
    expect(await openHere()).toBeGreaterThan(0);
    socket.destroy();
    await expect.poll(openHere).toBe(0);
    await expect.poll(() => statuses.length).toBe(4);
    await portal.close();
    await rm(dir, { recursive: true });
  });
});
