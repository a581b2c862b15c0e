import type { Writable } from "node:stream";
import { RoboportError } from "../../errors.ts";
import { nodeFileSystem, type OpenFile } from "../../store/file-system.ts";
import { openPlainFile } from "../../store/plain-file.ts";

/** A part of a file that is not empty; both places are included. */
export interface FileSpan {
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

/** Bytes that are read at once; small pieces halve the rate. */
const PIECE = 512 * 1024;
/** Buffers that wait to be used again. */
const SPARE: Buffer[] = [];
const SPARE_MAX = 16;

const SPANS = new WeakMap<ReadableStream, FileSpan>();

/** The bytes as a stream, for whoever asks no further. The file is opened with the first read. */
export function streamSpan(span: FileSpan): ReadableStream<Uint8Array> {
  const stream = ReadableStream.from(piecesOf(span));
  SPANS.set(stream, span);
  return stream;
}

/** What a stream of {@link streamSpan} reads, for {@link writeSpan} in its place. */
export function spanOf(body: unknown): FileSpan | undefined {
  return body instanceof ReadableStream ? SPANS.get(body) : undefined;
}

async function* piecesOf(span: FileSpan): AsyncGenerator<Uint8Array, void, undefined> {
  const file = await openPlainFile(nodeFileSystem, span.path);
  try {
    for (let at = span.start; at <= span.end; ) {
      const piece = await readPiece(file, Buffer.allocUnsafeSlow(Math.min(PIECE, span.end + 1 - at)), at);
      yield piece;
      at += piece.length;
    }
  } finally {
    await file.close();
  }
}

/**
 * Write the bytes to where they are sent from: one buffer for all of them, which costs a third of what a stream does.
 *
 * @throws {RoboportError} `STATE_SHAPE` when the file ends early.
 * @see rule REG-37
 */
export async function writeSpan(span: FileSpan, sink: Writable): Promise<void> {
  const over = overOf(sink);
  const file = await openPlainFile(nodeFileSystem, span.path);
  try {
    const buffer = SPARE.pop() ?? Buffer.allocUnsafeSlow(PIECE);
    for (let at = span.start; at <= span.end; ) {
      const piece = await readPiece(file, buffer.subarray(0, Math.min(PIECE, span.end + 1 - at)), at);
      await Promise.race([written(sink, piece), over]);
      at += piece.length;
    }
    // After a write that failed the system may still look at it.
    if (SPARE.length < SPARE_MAX) SPARE.push(buffer);
  } finally {
    await file.close();
  }
}

async function readPiece(file: OpenFile, buffer: Buffer, at: number): Promise<Buffer> {
  const length = await file.read(buffer, at);
  if (length > 0) return buffer.subarray(0, length);
  throw new RoboportError("STATE_SHAPE", "A zip in the store ends early", {
    hint: "Run `roboport serve check` to see what is missing or damaged.",
  });
}

/** Rejects when the sink closes: what still waits to be written then is never told about. */
function overOf(sink: Writable): Promise<never> {
  const over = new Promise<never>((_, reject) => {
    sink.once("close", () => reject(new Error("The connection is closed")));
  });
  over.catch(() => {});
  return over;
}

/** Resolves when the system has taken the bytes. */
function written(sink: Writable, piece: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    sink.write(piece, (error) => (error ? reject(error) : resolve()));
  });
}
