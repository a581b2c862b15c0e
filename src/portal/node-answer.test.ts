import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { answerWith, closeLater, serveBytes } from "../../test/portal/loopback.ts";
import { failureOf } from "../../test/portal/scripted-portal.ts";
import { type ByteSource, parseAnswerHead, readAnswerBody, readAnswerHead } from "./node-answer.ts";
import { openNodeTransport } from "./node-transport.ts";

/** Gives these pieces, and spoils each one as soon as the next is asked for, as a reused buffer does. */
function sourceOf(pieces: readonly Uint8Array[]): ByteSource & { left(): Uint8Array } {
  const queue = pieces.filter(({ byteLength }) => byteLength > 0).map((piece) => Uint8Array.from(piece));
  let given: Uint8Array = new Uint8Array();
  let rest: Uint8Array | undefined;
  return {
    read: async () => {
      if (rest === undefined) given.fill(0xee);
      const next = rest ?? queue.shift();
      if (rest === undefined && next) given = next;
      rest = undefined;
      return next;
    },
    unread: (bytes) => {
      rest = bytes;
    },
    left: () => Buffer.concat([rest ?? Buffer.alloc(0), ...queue]),
  };
}

async function readWhole(source: ByteSource) {
  const head = await readAnswerHead(source);
  const pieces: Uint8Array[] = [];
  for await (const piece of readAnswerBody(source, head.framing)) pieces.push(Buffer.from(piece));
  return { head, body: Buffer.concat(pieces).toString("latin1") };
}

const readText = (...pieces: readonly string[]) =>
  readWhole(sourceOf(pieces.map((piece) => Buffer.from(piece, "latin1"))));
const OK = "HTTP/1.1 200 OK\r\n";

const anyBody = fc.uint8Array({ maxLength: 300 });
const anyCuts = fc.array(fc.nat({ max: 400 }), { maxLength: 12 });
const anyHeaders = fc.dictionary(
  fc.stringMatching(/^x-[a-z]{1,8}$/),
  fc.stringMatching(/^[!-~](?:[ -~]{0,20}[!-~])?$/),
  { maxKeys: 5 },
);

function cut(bytes: Uint8Array, cuts: readonly number[]): readonly Uint8Array[] {
  const places = [0, ...cuts.filter((at) => at < bytes.byteLength).sort((a, b) => a - b), bytes.byteLength];
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
}

function chunked(body: Uint8Array, cuts: readonly number[]): Buffer {
  const chunks = cut(body, cuts).filter(({ byteLength }) => byteLength > 0);
  const parts = chunks.flatMap((chunk) => [
    Buffer.from(`${chunk.byteLength.toString(16)};name=value\r\n`),
    chunk,
    Buffer.from("\r\n"),
  ]);
  return Buffer.concat([...parts, Buffer.from("0\r\nx-trailer: 1\r\n\r\n")]);
}

describe("answers as they come", () => {
  it("[WIRE-1] are the same however they are cut, and what follows is left alone", async () => {
    const anyCase = fc.record({
      status: fc.constantFrom(200, 206, 302, 404, 503),
      headers: anyHeaders,
      body: anyBody,
      framing: fc.constantFrom("length", "chunked", "close"),
      chunks: anyCuts,
      cuts: anyCuts,
    });
    await fc.assert(
      fc.asyncProperty(anyCase, async ({ status, headers, body, framing, chunks, cuts }) => {
        const lines = Object.entries(headers).map(([name, value]) => `${name.toUpperCase()}:\t ${value} \r\n`);
        const frame = {
          length: `Content-Length: ${body.byteLength}\r\n`,
          chunked: "Transfer-Encoding: Chunked\r\n",
          close: "",
        };
        const next = framing === "close" ? "" : "HTTP/1.1 200 the next one";
        const bytes = Buffer.concat([
          Buffer.from(
            `HTTP/1.1 103 Early Hints\r\nlink: a\r\n\r\nHTTP/1.1 ${status}\r\n${lines.join("")}${frame[framing]}\r\n`,
          ),
          framing === "chunked" ? chunked(body, chunks) : body,
          Buffer.from(next),
        ]);
        const source = sourceOf(cut(bytes, cuts));
        const answer = await readWhole(source);
        expect(answer.head).toMatchObject({ status, headers, keepsAlive: framing !== "close" });
        expect(answer.body).toBe(Buffer.from(body).toString("latin1"));
        expect(Buffer.from(source.left()).toString()).toBe(next);
      }),
    );
  });

  it("[WIRE-1] repeated headers are joined, and a head may come byte by byte", async () => {
    const text = `${OK}Via: a\r\nvia: b\r\ncontent-length: 2\r\n\r\nhi`;
    expect(await readText(...text)).toMatchObject({ head: { headers: { via: "a, b" } }, body: "hi" });
  });

  it.each([204, 304])("[WIRE-1] %i has no body, whatever it says", (status) => {
    const head = parseAnswerHead([`HTTP/1.1 ${status} No`, "content-length: 5"]);
    expect(head).toMatchObject({ framing: { length: 0 }, keepsAlive: true });
  });

  it.each([
    ["HTTP/1.1", "close", false],
    ["HTTP/1.1", "Keep-Alive, Close", false],
    ["HTTP/1.1", "upgrade", true],
    ["HTTP/1.0", "", false],
    ["HTTP/1.0", "keep-alive", true],
  ])("[WIRE-1] %s with connection: %s", (version, connection, keepsAlive) => {
    const lines = [`${version} 200 OK`, `connection: ${connection}`, "content-length: 0"];
    expect(parseAnswerHead(lines).keepsAlive).toBe(keepsAlive);
  });
});

describe("answers that could mean two things", () => {
  it.each([
    ["no HTTP", "SSH-2.0-OpenSSH_9.2\r\n\r\n"],
    ["another HTTP", "HTTP/2 200\r\n\r\n"],
    ["a status of two digits", "HTTP/1.1 20 OK\r\n\r\n"],
    ["a status of 600", "HTTP/1.1 600 OK\r\n\r\n"],
    ["space before the status line", " HTTP/1.1 200 OK\r\n\r\n"],
    ["a lone LF after the status line", "HTTP/1.1 200 OK\n\r\n"],
    ["a lone LF in the head", `${OK}a: b\nc: d\r\n\r\n`],
    ["a lone CR in the head", `${OK}a: b\rc: d\r\n\r\n`],
    ["NUL in a value", `${OK}a: b\0c\r\n\r\n`],
    ["a folded header", `${OK}a: b\r\n c\r\n\r\n`],
    ["space before the colon", `${OK}content-length : 4\r\n\r\nhalf`],
    ["a header without a name", `${OK}: b\r\n\r\n`],
    ["a header without a colon", `${OK}content-length 4\r\n\r\nhalf`],
    ["two lengths", `${OK}content-length: 4\r\ncontent-length: 5\r\n\r\nhalf`],
    ["the same length twice", `${OK}content-length: 4\r\ncontent-length: 4\r\n\r\nhalf`],
    ["a list of lengths", `${OK}content-length: 4, 4\r\n\r\nhalf`],
    ["a negative length", `${OK}content-length: -4\r\n\r\nhalf`],
    ["a signed length", `${OK}content-length: +4\r\n\r\nhalf`],
    ["a hexadecimal length", `${OK}content-length: 0x4\r\n\r\nhalf`],
    ["an empty length", `${OK}content-length:\r\n\r\nhalf`],
    ["a length beyond counting", `${OK}content-length: 99999999999999999999\r\n\r\nhalf`],
    ["length and chunks", `${OK}content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`],
    ["another encoding", `${OK}transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
    ["chunked twice", `${OK}transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`],
    ["a chunk without a size", `${OK}transfer-encoding: chunked\r\n\r\n\r\nhalf\r\n0\r\n\r\n`],
    ["a signed chunk size", `${OK}transfer-encoding: chunked\r\n\r\n+4\r\nhalf\r\n0\r\n\r\n`],
    ["a chunk size with 0x", `${OK}transfer-encoding: chunked\r\n\r\n0x4\r\nhalf\r\n0\r\n\r\n`],
    ["a chunk size beyond counting", `${OK}transfer-encoding: chunked\r\n\r\n${"f".repeat(17)}\r\nhalf`],
    ["a lone LF after a chunk size", `${OK}transfer-encoding: chunked\r\n\r\n4\nhalf\r\n0\r\n\r\n`],
    ["a chunk that is longer", `${OK}transfer-encoding: chunked\r\n\r\n4\r\nhalf!\r\n0\r\n\r\n`],
    ["a trailer that is none", `${OK}transfer-encoding: chunked\r\n\r\n0\r\nGET / HTTP/1.1\r\n\r\n`],
    ["an upgrade nobody asked for", "HTTP/1.1 101 Switching Protocols\r\n\r\n"],
    ["interim answers without end", "HTTP/1.1 100 Continue\r\n\r\n".repeat(20)],
    ["a head without end", `${OK}x: ${"y".repeat(70_000)}\r\n\r\n`],
    ["headers without end", `${OK}${"x: y\r\n".repeat(20_000)}\r\n`],
    ["trailers without end", `${OK}transfer-encoding: chunked\r\n\r\n0\r\n${"x: y\r\n".repeat(20_000)}\r\n`],
  ])("[WIRE-2] %s is refused", async (_, text) => {
    expect(await failureOf(readText(text))).toMatchObject({ code: expect.stringMatching(/^HPE_/) });
  });

  it.each([
    ["nothing", ""],
    ["half a status line", "HTTP/1.1 20"],
    ["half a head", `${OK}content-le`],
    ["fewer bytes than announced", `${OK}content-length: 100\r\n\r\nhalf`],
    ["half a chunk", `${OK}transfer-encoding: chunked\r\n\r\n8\r\nhalf`],
    ["chunks without the last one", `${OK}transfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n`],
    ["a last chunk without its end", `${OK}transfer-encoding: chunked\r\n\r\n0\r\n`],
  ])("[WIRE-3] %s broke off", async (_, text) => {
    expect(await failureOf(readText(text))).toMatchObject({ code: "ECONNRESET" });
  });

  it("[WIRE-2] nothing is accepted that Node's own parser takes for another answer", async () => {
    const line = fc.constantFrom(
      "content-length: 4\r\n",
      "Content-Length: 5\r\n",
      "content-length:\t4 \r\n",
      "transfer-encoding: chunked\r\n",
      "Transfer-Encoding: identity\r\n",
      "connection: close\r\n",
      "connection: keep-alive\r\n",
      "x: y\n",
      "x:\r\n",
      " folded\r\n",
      "x y: z\r\n",
    );
    const start = fc.constantFrom(
      OK,
      "HTTP/1.0 200 OK\r\n",
      "HTTP/1.1 206\r\n",
      "HTTP/1.1 404 \r\n",
      "HTTP/1.1 200 OK\n",
    );
    const body = fc.constantFrom(
      "half",
      "4\r\nhalf\r\n0\r\n\r\n",
      "4;a=b\r\nhalf\r\n0\r\nx: y\r\n\r\n",
      "4\nhalf\r\n0\r\n\r\n",
      "",
    );
    const anyAnswer = fc.tuple(start, fc.array(line, { maxLength: 3 }), body);
    let bytes = "";
    const port = await serveBytes((socket) => answerWith(bytes)(socket));
    const outcome = async (bulk: boolean) => {
      const transport = closeLater(openNodeTransport());
      const response = await transport({
        method: "GET",
        url: `http://127.0.0.1:${port}/`,
        headers: { "accept-encoding": "identity" },
        bulk,
      });
      const pieces: Uint8Array[] = [];
      for await (const piece of response.body) pieces.push(Buffer.from(piece));
      return [response.status, Buffer.concat(pieces).toString()];
    };
    const refused = () => "refused";
    await fc.assert(
      fc.asyncProperty(anyAnswer, async ([first, lines, rest]) => {
        bytes = `${first}${lines.join("")}\r\n${rest}`;
        const ours = await outcome(true).catch(refused);
        if (ours !== "refused") expect(ours).toEqual(await outcome(false).catch(refused));
      }),
      { numRuns: 200 },
    );
  });
});
