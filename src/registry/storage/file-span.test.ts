import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Writable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { piecesOf, writePieces } from "../byte-pieces.ts";
import { type FileSpan, openSpan, streamSpan } from "./file-span.ts";

const BYTES = Buffer.from(Array.from({ length: 1_300_000 }, (_, at) => (at * 7 + (at >> 8)) & 255));

let dir: string;
let path: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "roboport-span-"));
  path = join(dir, "file");
  await writeFile(path, BYTES);
});
afterAll(() => rm(dir, { recursive: true }));

const writeSpan = (span: FileSpan, sink: Writable) => writePieces(() => openSpan(span), sink);

async function sentOf(start: number, end: number): Promise<Buffer> {
  const sink = new PassThrough();
  const pieces: Buffer[] = [];
  sink.on("data", (piece: Buffer) => pieces.push(Buffer.from(piece)));
  await writeSpan({ path, start, end }, sink);
  return Buffer.concat(pieces);
}

describe("parts of files", () => {
  it.each([
    [0, BYTES.length - 1],
    [0, 0],
    [524_287, 524_288],
    [5, 1_048_580],
    [BYTES.length - 1, BYTES.length - 1],
  ])("[REG-37] are the same as a stream and written, from %i to %i", async (start, end) => {
    const body = streamSpan({ path, start, end });
    expect(piecesOf(body)).toBeTypeOf("function");
    const wanted = BYTES.subarray(start, end + 1);
    expect(Buffer.from(await new Response(body).arrayBuffer()).equals(wanted)).toBe(true);
    expect((await sentOf(start, end)).equals(wanted)).toBe(true);
    expect(piecesOf(new ReadableStream())).toBeUndefined();
  });

  it("[REG-37] do not go beyond the end of a file", async () => {
    await expect(sentOf(0, BYTES.length)).rejects.toMatchObject({ code: "STATE_SHAPE" });
  });

  it("[REG-37] are no longer written when the other side is gone", async () => {
    const sink = new Writable({ write: () => sink.destroy() });
    await expect(writeSpan({ path, start: 0, end: BYTES.length - 1 }, sink)).rejects.toThrow(
      "The connection is closed",
    );
  });

  it("[REG-37] are given up for an answer whose turn does not come", async () => {
    const sink = new Writable({ write: () => {} });
    const sending = writeSpan({ path, start: 0, end: 1 }, sink);
    sink.destroy();
    await expect(sending).rejects.toThrow("The connection is closed");
    await expect(writeSpan({ path, start: 0, end: 1 }, sink)).rejects.toThrow("The connection is closed");
  });
});
