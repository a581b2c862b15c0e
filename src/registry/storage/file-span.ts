import type { Writable } from "node:stream";
import { RoboportError } from "../../errors.ts";
import { closing, nodeFileSystem, type OpenFile } from "../../store/file-system.ts";
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
  const writer = openWriter(sink);
  try {
    const file = await openPlainFile(nodeFileSystem, span.path);
    await closing(file, () => writePieces(span, file, writer));
  } finally {
    writer.close();
  }
}

async function writePieces({ start, end }: FileSpan, file: OpenFile, { write }: Writer): Promise<void> {
  const buffer = SPARE.pop() ?? Buffer.allocUnsafeSlow(PIECE);
  for (let at = start; at <= end; ) {
    const piece = await readPiece(file, buffer.subarray(0, Math.min(PIECE, end + 1 - at)), at);
    await write(piece);
    at += piece.length;
  }
  // After a write that failed the system may still look at it.
  if (SPARE.length < SPARE_MAX) SPARE.push(buffer);
}

async function readPiece(file: OpenFile, buffer: Buffer, at: number): Promise<Buffer> {
  const length = await file.read(buffer, at);
  if (length > 0) return buffer.subarray(0, length);
  throw new RoboportError("STATE_SHAPE", "A zip in the store ends early", {
    hint: "Run `roboport serve check` to see what is missing or damaged.",
  });
}

interface Writer {
  /** Resolves when the system has taken the bytes; rejects when the sink closes, as what still waits then is never told about. */
  readonly write: (piece: Buffer) => Promise<void>;
  readonly close: () => void;
}

function openWriter(sink: Writable): Writer {
  let fail = (_error: Error): void => {};
  const end = () => fail(new Error("The connection is closed"));
  sink.once("close", end);
  return {
    write: (piece) =>
      new Promise((resolve, reject) => {
        fail = reject;
        if (sink.destroyed) end();
        else sink.write(piece, (error) => (error ? reject(error) : resolve()));
      }),
    close: () => void sink.off("close", end),
  };
}
