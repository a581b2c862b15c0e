import { createHash } from "node:crypto";
import http from "node:http";
import https from "node:https";
import { describe, expect, it } from "vitest";
import { LOCAL } from "../../test/portal/certificates.ts";
import { closeLater, serveBytes, serveHttp } from "../../test/portal/loopback.ts";
import { failureOf } from "../../test/portal/scripted-portal.ts";
import { openNodeTransport } from "./node-transport.ts";
import type { HttpResponse } from "./transport.ts";

const sha1 = (bytes: Uint8Array) => createHash("sha1").update(bytes).digest("hex");
const turn = () => new Promise((resolve) => setImmediate(resolve));
const ask = (url: string, signal?: AbortSignal) =>
  closeLater(openNodeTransport({ ca: LOCAL.cert }))({ method: "GET", url, headers: {}, bulk: true, signal });

/** Every byte differs from those around it, and every piece from the one before it. */
const BYTES = Buffer.from(Uint32Array.from({ length: 3_000_000 }, (_, index) => Math.imul(index, 2654435761)).buffer);

/** Digest of a body, looked at by a reader that lets others work before and after; and how long its pieces are. */
async function readSlowly({ body }: HttpResponse) {
  const hash = createHash("sha1");
  const lengths: number[] = [];
  const memories = new Set<ArrayBufferLike>();
  for await (const piece of body) {
    const before = sha1(piece);
    for (let count = lengths.length % 4; count > 0; count--) await turn();
    expect(sha1(piece)).toBe(before);
    hash.update(piece);
    lengths.push(piece.byteLength);
    memories.add(piece.buffer);
  }
  return { digest: hash.digest("hex"), lengths, memories };
}

describe.each([
  ["http", () => http.createServer()],
  ["https", () => https.createServer(LOCAL)],
] as const)("a large answer over %s", (scheme, createServer) => {
  it.each([
    ["with a length", { "content-length": String(BYTES.byteLength) }],
    ["in chunks", {}],
  ])("[WIRE-4] comes whole into the same memory, whatever the reader does meanwhile: %s", async (_, headers) => {
    const port = await serveHttp((_request, response) => response.writeHead(200, headers).end(BYTES), createServer());
    const { digest, lengths, memories } = await readSlowly(await ask(`${scheme}://127.0.0.1:${port}/`));
    expect(digest).toBe(sha1(BYTES));
    expect(Math.max(...lengths)).toBeLessThanOrEqual(640 * 1024);
    expect([...memories].map((memory) => memory instanceof SharedArrayBuffer)).toEqual([true]);
  });
});

it("[WIRE-3] what follows a body is no answer to the next question", async () => {
  let connections = 0;
  const port = await serveBytes((socket) => {
    connections++;
    socket.on("data", () =>
      socket.write(
        "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nfineHTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nplanted",
      ),
    );
  });
  const transport = closeLater(openNodeTransport());
  for (let count = 1; count <= 3; count++) {
    const response = await transport({ method: "GET", url: `http://127.0.0.1:${port}/`, headers: {}, bulk: true });
    expect((await readSlowly(response)).lengths).toEqual([4]);
    expect(connections).toBe(count);
  }
});

it("[WIRE-3] a server that talks before it is asked is not listened to for long", async () => {
  const port = await serveBytes((socket) => socket.write(Buffer.alloc(3_000_000, "HTTP/1.1 ")));
  expect(await failureOf(ask(`http://127.0.0.1:${port}/`))).toMatchObject({
    code: "PORTAL_UNREACHABLE",
    message: expect.stringContaining("what it sent is not HTTP"),
  });
});

it("[WIRE-3] no header can be smuggled into a question", async () => {
  const port = await serveHttp((_request, response) => response.end());
  const request = { method: "GET", url: `http://127.0.0.1:${port}/`, headers: { x: "a\r\ny: b" }, bulk: true } as const;
  await expect(closeLater(openNodeTransport())(request)).rejects.toThrow("ERR_INVALID_CHAR");
});
