import type { Writable } from "node:stream";

/** Bytes that are read one piece after the other. */
export interface Pieces {
  /** Bytes read into `room`, 0 after the last. One at a time. */
  read(room: Buffer): Promise<number>;
  close(): Promise<void>;
}

export type OpenPieces = () => Promise<Pieces>;

export const NO_PIECES: Pieces = { read: async () => 0, close: async () => {} };

/** Bytes that are read at once; small pieces halve the rate. */
const PIECE = 512 * 1024;
/** Buffers that wait to be used again. */
const SPARE: Buffer[] = [];
const SPARE_MAX = 16;

const SOURCES = new WeakMap<ReadableStream, OpenPieces>();

/** The bytes as a stream, for whoever asks no further. They are opened with the first read. */
export function streamPieces(open: OpenPieces): ReadableStream<Uint8Array> {
  const stream = ReadableStream.from(generatePieces(open));
  SOURCES.set(stream, open);
  return stream;
}

/** What a stream of {@link streamPieces} reads, for {@link writePieces} in its place. */
export function piecesOf(body: unknown): OpenPieces | undefined {
  return body instanceof ReadableStream ? SOURCES.get(body) : undefined;
}

async function* generatePieces(open: OpenPieces): AsyncGenerator<Uint8Array, void, undefined> {
  const pieces = await open();
  try {
    for (;;) {
      const room = Buffer.allocUnsafeSlow(PIECE);
      const length = await pieces.read(room);
      if (length === 0) return;
      yield room.subarray(0, length);
    }
  } finally {
    await pieces.close();
  }
}

/**
 * Write the bytes to where they are sent from: one buffer for all of them, which costs a third of what a stream does.
 *
 * @throws what reading throws, and when the sink closes.
 * @see rule REG-37
 */
export async function writePieces(open: OpenPieces, sink: Writable): Promise<void> {
  const writer = openWriter(sink);
  try {
    const pieces = await open();
    try {
      await writeAll(pieces, writer);
    } finally {
      await pieces.close();
    }
  } finally {
    writer.close();
  }
}

async function writeAll(pieces: Pieces, { write }: Writer): Promise<void> {
  const room = SPARE.pop() ?? Buffer.allocUnsafeSlow(PIECE);
  for (;;) {
    const length = await pieces.read(room);
    if (length === 0) break;
    await write(room.subarray(0, length));
  }
  // After a write that failed the system may still look at it.
  if (SPARE.length < SPARE_MAX) SPARE.push(room);
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
