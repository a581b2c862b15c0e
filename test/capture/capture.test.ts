import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import http, { createServer, type IncomingMessage, type RequestListener } from "node:http";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Duplex } from "node:stream";
import tls from "node:tls";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseHar } from "../../src/capture/har-read.ts";
import { type Capture, type CaptureEvent, openCapture } from "../../src/operations/capture.ts";
import { memoryWorld, startTestPortal } from "../../src/testing/index.ts";
import { closedPort, serveHttp } from "../portal/loopback.ts";
import { clientOf, type Question, type Reply } from "./ask.ts";

const TOKEN = 'Fahne7/+="signals"&8c2d';
const USERNAME = "signal-keeper";
const QUERY = `username=${USERNAME}&token=${encodeURIComponent(TOKEN)}`;
const MODS = "https://mods.factorio.com";

const SEARCH = fileURLToPath(new URL("../../scripts/canary.mjs", import.meta.url));

let dir: string;
let events: CaptureEvent[];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "roboport-capture-"));
  events = [];
});
afterEach(() => rm(dir, { recursive: true }));

interface HarEntry {
  readonly request: { readonly url: string; readonly bodySize: number };
  readonly response: {
    readonly status: number;
    readonly statusText: string;
    readonly content: { readonly size: number; readonly text: string; readonly comment: string };
  };
  readonly comment: string;
}

interface Started {
  readonly capture: Capture;
  readonly ask: (url: string, question?: Question) => Promise<Reply>;
  readonly har: () => Promise<{ readonly text: string; readonly entries: readonly HarEntry[] }>;
}

/** A capture that sends what is meant for a host to `maps[host]`. */
async function start(maps: Readonly<Record<string, string>>): Promise<Started> {
  const capture = await openCapture({
    host: "127.0.0.1",
    port: 0,
    out: join(dir, "seen.har"),
    authorityDir: join(dir, "authority"),
    maps: Object.entries(maps).map(([host, to]) => ({ host, to: new URL(to) })),
    version: "1.2.3",
    clock: () => new Date(),
    monotonic: () => performance.now(),
    addSecret: () => {},
    onEvent: (event) => events.push(event),
  });
  const ask = clientOf(capture.address, await readFile(capture.certificateFile, "utf8"));
  const har = async () => {
    const text = await readFile(join(dir, "seen.har"), "utf8");
    return { text, entries: JSON.parse(text).log.entries };
  };
  return { capture, ask, har };
}

async function scripted(listener: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await serveHttp(listener)}`;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

/** Where a secret stands in the folder of the test, in any spelling. */
function findCanary(secret: string): string {
  return spawnSync(process.execPath, [SEARCH, dir], { env: { ROBOPORT_CANARY: secret }, encoding: "utf8" }).stderr;
}

describe("capture", () => {
  it("explains everything of a portal, follows its downloads, and tells a parameter nobody knows", async () => {
    const portal = await startTestPortal(memoryWorld().mod("flib").release("1.0.0"), {
      requireLogin: { username: USERNAME, token: TOKEN },
    });
    const { capture, ask, har } = await start({
      "mods.factorio.com": portal.url,
      "dl-mod.factorio.com": portal.filesUrl,
    });
    for (const path of ["/api/mods", "/api/mods?page_size=max&namelist=flib&full=True&lang=en", "/api/mods/none"])
      await ask(MODS + path);
    await ask(`${MODS}/api/search`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: "flib", page: 1 }),
    });
    const full = JSON.parse(String((await ask(`${MODS}/api/mods/flib/full`)).body));
    const download = await ask(`${MODS}${full.releases[0].download_url}?${QUERY}`);
    const zip = await ask(download.headers.location ?? "");
    expect([download.status, zip.status, zip.body.subarray(0, 2).toString()]).toEqual([302, 200, "PK"]);
    await ask(`${MODS}/api/mods?planted=7`);
    await ask(`${portal.url}/api/mods/flib`);
    const report = await capture.close();
    await portal.close();
    expect(report).toMatchObject({
      requests: 9,
      explained: 8,
      gaps: [{ what: "parameter", name: "planted", endpoint: "listMods" }],
    });
    expect(parseHar((await har()).text).exchanges).toHaveLength(9);
    const { entries } = await har();
    expect(entries.map(({ request }) => new URL(request.url).host)).toEqual([
      ...Array<string>(6).fill("mods.factorio.com"),
      "dl-mod.factorio.com",
      ...Array<string>(2).fill("mods.factorio.com"),
    ]);
    expect(entries[6]?.response.content.comment).toContain(createHash("sha256").update(zip.body).digest("hex"));
    expect(findCanary(TOKEN)).toBe("");
    expect((await har()).text).not.toContain(USERNAME);
  });

  it("[CAPTURE-4] [CAPTURE-5] [CAPTURE-6] leaves out secrets wherever a request or an answer carries them", async () => {
    const echo = await scripted(async (request, response) => {
      const body = await bodyOf(request);
      const answer = {
        message: `No ${request.url} ${body}`,
        token: TOKEN,
        new_thing: TOKEN,
        results: [{ owner: TOKEN }],
      };
      const encoded = Buffer.from(TOKEN).toString("base64");
      response.writeHead(400, `No ${encoded}`, {
        "content-type": "application/json",
        "set-cookie": `s=${TOKEN}`,
        "x-trace": encoded,
      });
      response.end(JSON.stringify({ ...answer, [TOKEN]: encoded, hex: Buffer.from(TOKEN).toString("hex") }));
    });
    const { capture, ask, har } = await start({ "mods.factorio.com": echo, "auth.factorio.com": echo });
    const json = { "content-type": "application/json" };
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const parts = `--x\r\ncontent-disposition: form-data; name="password"\r\n\r\n${TOKEN}\r\n--x--\r\n`;
    const basic = Buffer.from(`${USERNAME}:${TOKEN}`).toString("base64");
    // The first one shows the token where nothing says that it is one.
    await ask(`${MODS}/api/mods/${encodeURIComponent(TOKEN)}?version=${encodeURIComponent(TOKEN)}`);
    await ask(`${MODS}/api/bookmarks?${QUERY}&unknown=${encodeURIComponent(TOKEN)}`);
    await ask(`${MODS}/api/mods`, {
      headers: { authorization: `Bearer ${TOKEN}`, cookie: `a=${TOKEN}`, "x-own": TOKEN },
    });
    await ask(`${MODS}/api/mods`, { headers: { authorization: `Basic ${basic}` } });
    await ask(`${MODS}/api/search`, {
      method: "POST",
      headers: json,
      body: JSON.stringify({ token: TOKEN, username: USERNAME, query: TOKEN }),
    });
    await ask("https://auth.factorio.com/api-login", { method: "POST", headers: form, body: QUERY });
    await ask(`${MODS}/api/v2/mods/init_publish`, {
      method: "POST",
      headers: { "content-type": "multipart/form-data; boundary=x" },
      body: parts,
    });
    await ask(`${MODS}/api/v2/mods/finish_publish/${"a0".repeat(12)}`, { method: "POST" });
    const report = await capture.close();
    expect((await har()).entries).toHaveLength(8);
    expect(findCanary(TOKEN)).toBe("");
    expect(findCanary("a0".repeat(12))).toBe("");
    expect((await har()).text).not.toContain(USERNAME);
    const later = events.slice(1).concat(report as never);
    expect(JSON.stringify(later)).not.toMatch(/Fahne7|signal-keeper/);
  });

  it("[CAPTURE-5] a user who is called by a word of the contract makes nothing unreadable", async () => {
    const portal = await scripted((_, response) => void response.end("{}"));
    const { capture, ask, har } = await start({ "mods.factorio.com": portal });
    for (const username of ["factorio", "username", "bookmarks"])
      await ask(`${MODS}/api/bookmarks?username=${username}`);
    expect(await capture.close()).toMatchObject({ requests: 3, explained: 3 });
    expect((await har()).entries[2]?.request.url).toBe(`${MODS}/api/bookmarks?username=%5Bredacted+string%5D`);
  });

  it("[CAPTURE-6] a login shows its error codes and nothing else", async () => {
    const answers = [{ error: "login-failed", message: `Not ${TOKEN}` }, { token: TOKEN, username: USERNAME }, [TOKEN]];
    const auth = await scripted((_, response) => {
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answers.shift()));
    });
    const { capture, ask, har } = await start({ "auth.factorio.com": auth });
    const question = {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: "username=x&password=a",
    };
    for (let each = 0; each < 3; each++) await ask("https://auth.factorio.com/api-login", question);
    expect(await capture.close()).toMatchObject({ requests: 3, explained: 3 });
    expect((await har()).entries.map(({ response }) => JSON.parse(response.content.text))).toEqual([
      { error: "login-failed", message: "[redacted string]" },
      { token: "[redacted string]", username: "[redacted string]" },
      ["[redacted string]"],
    ]);
  });

  it("[CAPTURE-7] keeps JSON without its length, and of other bodies the digest", async () => {
    const results = Array.from({ length: 150 }, (_, at) => ({ name: `mod-${at}`, summary: "x".repeat(20_000) }));
    const page = gzipSync(JSON.stringify({ results }));
    const portal = await scripted((request, response) => {
      if (request.url === "/api/mods")
        response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" }).end(page);
      else response.writeHead(200, { "content-type": "text/html" }).end("<html>");
    });
    const { capture, ask, har } = await start({ "mods.factorio.com": portal });
    expect((await ask(`${MODS}/api/mods`)).body).toEqual(page);
    await ask(`${MODS}/page`);
    await capture.close();
    const [list, html] = (await har()).entries.map(({ response }) => response.content);
    const kept = JSON.parse(list?.text ?? "");
    expect([list?.size, kept.results.length, kept.results[0].summary.length]).toEqual([page.length, 100, 10_001]);
    expect(html).toEqual({
      size: 6,
      mimeType: "text/html",
      comment: expect.stringMatching(/^Not kept; SHA-256 [0-9a-f]{64}$/),
    });
  });

  it("[CAPTURE-8] leads nowhere else", async () => {
    const elsewhere = await scripted((_, response) => void response.end("elsewhere"));
    const { capture, ask } = await start({});
    await expect(ask("https://example.org/")).rejects.toThrow("403");
    await expect(ask("https://mods.factorio.com:8443/")).rejects.toThrow("403");
    await expect(ask("https://notfactorio.com/")).rejects.toThrow("403");
    expect((await ask(`${elsewhere}/x`)).status).toBe(403);
    const untrusting = clientOf(capture.address);
    await expect(untrusting(`${MODS}/api/mods`)).rejects.toMatchObject({ code: "SELF_SIGNED_CERT_IN_CHAIN" });
    expect(await capture.close()).toMatchObject({ requests: 0, others: {} });
    const hosts = events.map((event) => "host" in event && `${event.type} ${event.host}`);
    const { host } = new URL(elsewhere);
    expect(hosts.slice(0, 4)).toEqual(
      ["example.org:443", "mods.factorio.com:8443", "notfactorio.com:443", host].map((each) => `refused ${each}`),
    );
  });

  it("[CAPTURE-9] asks a mapped portal by its own name, below its own path", async () => {
    const seen: (string | undefined)[] = [];
    const portal = await scripted((request, response) => {
      seen.push(request.headers.host, request.url);
      response.writeHead(302, { location: `http://${request.headers.host}/own/elsewhere?secure=1` }).end();
    });
    const { capture, ask } = await start({ "mods.factorio.com": `${portal}/own` });
    const reply = await ask(`${MODS}//download/x/y`);
    expect(seen).toEqual([new URL(portal).host, "/own//download/x/y"]);
    expect(reply.headers.location).toBe(`${MODS}/elsewhere?secure=1`);
    await capture.close();
  });

  it("[CAPTURE-9] answers of a mapped portal lead to the hosts it stands in for", async () => {
    const portal = await scripted((request, response) => {
      const next = `http://${request.headers.host}/api/mods?page=2`;
      const text = JSON.stringify({ pagination: { links: { next } }, results: [], é: next });
      response.writeHead(200, { "content-type": "application/json" });
      for (const byte of Buffer.from(text)) response.write(Buffer.of(byte));
      response.end();
    });
    const { capture, ask } = await start({ "mods.factorio.com": portal, "dl-mod.factorio.com": portal });
    const next = `${MODS}/api/mods?page=2`;
    const { body } = await ask(`${MODS}/api/mods`, { headers: { "accept-encoding": "gzip" } });
    expect(JSON.parse(String(body))).toEqual({ pagination: { links: { next } }, results: [], é: next });
    await ask(`${portal}/download/x/y/z.zip`);
    await capture.close();
    const shown = events.map((event) => event.type === "request" && event.url);
    expect(shown).toEqual([`${MODS}/api/mods`, "https://dl-mod.factorio.com/download/x/y/z.zip"]);
  });

  it("[CAPTURE-11] the HAR is whole at any moment, private, and written over no other file", async () => {
    const portal = await scripted((_, response) => void response.end("{}"));
    const { capture, ask, har } = await start({ "mods.factorio.com": portal });
    expect((await har()).entries).toEqual([]);
    for (let each = 0; each < 10; each++) {
      await ask(`${MODS}/api/mods/x`);
      expect((await har()).entries.length).toBeLessThanOrEqual(each + 1);
    }
    await expect(start({})).rejects.toMatchObject({ code: "USAGE", message: expect.stringContaining("there already") });
    await capture.close();
    expect((await har()).entries).toHaveLength(10);
    expect((await stat(join(dir, "seen.har"))).mode & 0o777).toBe(0o600);
  });

  it("[CAPTURE-12] passes on what is sent and answered, and says when a server cannot be reached", async () => {
    const large = Buffer.alloc(3_000_000, "x");
    const portal = await scripted(async (request, response) => {
      const body = await bodyOf(request);
      response.writeHead(201, "Made", { "X-Twice": ["a", "b"], "content-length": body.length }).end(body);
    });
    const down = `http://127.0.0.1:${await closedPort()}`;
    const { capture, ask, har } = await start({ "mods.factorio.com": portal, "www.factorio.com": down });
    const reply = await ask(`${MODS}/api/mods`, { method: "PUT", body: large, headers: { "x-own": "1" } });
    expect([reply.status, reply.headers["x-twice"], reply.body.equals(large)]).toEqual([201, "a, b", true]);
    expect((await ask("https://www.factorio.com/api/latest-releases")).status).toBe(502);
    await capture.close();
    const [sent, failed] = (await har()).entries;
    expect([sent?.request.bodySize, sent?.response.statusText, failed?.response.status]).toEqual([
      large.length,
      "Made",
      0,
    ]);
    expect(failed?.comment).toMatch(/^Cannot reach 127\.0\.0\.1:\d+ \(ECONNREFUSED\)$/);
  });

  it("[CAPTURE-12] goes on when a server or a client goes away in the middle", async () => {
    const gone: Promise<void>[] = [];
    const portal = await scripted((request, response) => {
      if (request.url === "/api/mods/endless") gone.push(new Promise((done) => response.on("close", () => done())));
      response.writeHead(200, { "content-type": "application/zip", "content-length": 1_000_000 });
      response.write("PK", () => void (request.url === "/api/mods/short" && response.destroy()));
    });
    const { capture, ask, har } = await start({ "mods.factorio.com": portal });
    await expect(ask(`${MODS}/api/mods/short`)).rejects.toThrow();
    const [host, port] = capture.address.split(":");
    await new Promise<void>((done) => {
      const endless = http.get({ host, port, path: "http://mods.factorio.com/api/mods/endless" }, (answer) => {
        answer.once("data", () => endless.destroy());
        answer.on("error", () => done());
      });
    });
    await Promise.all(gone);
    await expect.poll(() => events.length).toBe(2);
    await capture.close();
    const failures = (await har()).entries.map(({ comment, response }) => [response.status, comment]);
    expect(failures).toEqual([
      [200, expect.stringMatching(/^It broke off/)],
      [expect.any(Number), expect.stringMatching(/the client went away|broke off/)],
    ]);
  });

  it("takes what a client says before it is answered", async () => {
    const portal = await scripted((_, response) => void response.end("hello"));
    const { capture } = await start({ "mods.factorio.com": portal });
    const ca = await readFile(capture.certificateFile, "utf8");
    const [host = "", port] = capture.address.split(":");
    const raw = net.connect(Number(port), host);
    const hasty = new Duplex({
      read() {},
      write: (bytes, _, done) => void raw.write(bytes, done),
    });
    raw.write("CONNECT mods.factorio.com:443 HTTP/1.1\r\nhost: x\r\n\r\n");
    const established = "HTTP/1.1 200 Connection established\r\n\r\n";
    let head = "";
    raw.on("data", (bytes) => {
      if (head.length >= established.length) return void hasty.push(bytes);
      head += bytes.toString("latin1");
      hasty.push(Buffer.from(head.slice(established.length), "latin1"));
    });
    const secure = tls.connect({ socket: hasty, servername: "mods.factorio.com", ca });
    secure.write("GET / HTTP/1.1\r\nhost: mods.factorio.com\r\nconnection: close\r\n\r\n");
    let text = "";
    for await (const piece of secure) text += String(piece);
    expect(text).toContain("hello");
    raw.destroy();
    await capture.close();
  });

  it("says when a port is taken, and leaves no HAR behind", async () => {
    const taken = createServer();
    const port = await serveHttp(() => {}, taken);
    const out = join(dir, "seen.har");
    const options = { host: "127.0.0.1", port, out, authorityDir: join(dir, "authority"), maps: [], version: "1" };
    const clocks = { clock: () => new Date(), monotonic: () => 0, addSecret: () => {}, onEvent: () => {} };
    await expect(openCapture({ ...options, ...clocks })).rejects.toMatchObject({ code: "CANNOT_LISTEN" });
    expect(await readdir(dir)).toEqual(["authority"]);
  });
});
