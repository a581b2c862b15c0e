import { RoboportError } from "../errors.ts";
import type { Download } from "../portal/download.ts";
import type { Digests } from "./digest.ts";
import type { Digesters, StreamDigester } from "./digesters.ts";
import type { StoreEvents } from "./events.ts";
import { closing, type FileSystem, type OpenFile } from "./file-system.ts";
import { openPlainFile, readPieces } from "./plain-file.ts";
import type { DownloadRequest } from "./transfer.ts";

/** Takes the bytes of a release as they come: measures, hashes, looks at the first ones, and writes them down. */
export interface ReleaseSink {
  /** Begin with what stands in the file already. */
  resume(path: string, fs: FileSystem): Promise<void>;
  /** A part begins: what it says about the length of the whole. */
  announce(part: Pick<Download, "length" | "totalLength">): void;
  take(piece: Uint8Array): Promise<void>;
  received(): number;
  /** Bytes of the whole, when somebody said so. */
  total(): number | undefined;
  /** No more bytes come. */
  finish(): Promise<Digests>;
}

/** No mod comes near it. */
const LENGTH_MAX = 8 * 1024 ** 3;
/** Where nobody says how long a release is, a stream without an end stops here. */
const UNANNOUNCED_MAX = 1024 ** 3;
const MAGIC_LENGTH = 4;
const MAGICS = ["PK\x03\x04", "PK\x05\x06"];

export interface SinkOptions {
  readonly file: OpenFile;
  readonly digesters: Digesters;
  readonly events: StoreEvents;
}

/** @see rules FETCH-2 and FETCH-3 */
export function openSink(request: DownloadRequest, { file, digesters, events }: SinkOptions): ReleaseSink {
  let digester: StreamDigester | undefined;
  let isStarted = false;
  let received = 0;
  let announced: number | undefined;
  let head = Buffer.alloc(0);
  const total = () => announced ?? request.size;
  const look = (piece: Uint8Array) => {
    if (head.byteLength >= MAGIC_LENGTH) return;
    head = Buffer.concat([head, piece.subarray(0, 64)]);
    if (head.byteLength >= MAGIC_LENGTH) requireZip(request, head);
  };
  const hash = (piece: Uint8Array, size: number | undefined, to?: OpenFile) => {
    digester ??= digesters.open(size);
    return digester.update(piece, to);
  };
  return {
    resume: async (path, fs) => {
      const { size } = await file.stat();
      if (size === 0) return;
      await closing(await openPlainFile(fs, path), (open) =>
        readPieces(open, async (piece) => {
          look(piece);
          await hash(piece, request.size ?? size);
          received += piece.byteLength;
        }),
      );
    },
    received: () => received,
    total,
    announce: ({ length, totalLength }) => {
      const whole = totalLength ?? (length === undefined ? undefined : received + length);
      if (received > 0 && whole !== undefined && announced !== undefined && whole !== announced) {
        throw wrongLength(request, whole, announced);
      }
      announced = whole ?? announced;
      if (announced !== undefined && announced > LENGTH_MAX) throw tooLong(request, LENGTH_MAX);
      if (!isStarted) events({ kind: "download-started", id: request.id, size: total() });
      isStarted = true;
    },
    take: async (piece) => {
      look(piece);
      const size = total();
      if (size !== undefined && size !== (request.size ?? size)) throw otherLength(request, size);
      const length = received + piece.byteLength;
      if (size === undefined && length > UNANNOUNCED_MAX) throw tooLong(request, UNANNOUNCED_MAX);
      if (size !== undefined && length > size) throw wrongLength(request, length, size);
      await hash(piece, size, file);
      received += piece.byteLength;
      events({ kind: "download-progress", id: request.id, received, size });
    },
    finish: async () => {
      if (head.byteLength < MAGIC_LENGTH || !digester) throw notZip(request, head);
      return await digester.digests();
    },
  };
}

/** More or fewer bytes than announced. */
export function wrongLength(request: DownloadRequest, actual: number, expected: number): RoboportError {
  const message = `Cannot download ${request.id}: ${actual} bytes came instead of ${expected}`;
  return new RoboportError("DOWNLOAD_LENGTH", message, {
    hint: "Run the command again; if it stays so, tell the portal's makers.",
    data: { name: request.name, version: request.version, actual, expected },
  });
}

/** Another length than the one that was locked. */
function otherLength(request: DownloadRequest, announced: number): RoboportError {
  const { message, hint, data } = wrongLength(request, announced, request.size ?? 0);
  return new RoboportError("DOWNLOAD_LENGTH", message, { hint, data: { ...data, announced } });
}

function tooLong(request: DownloadRequest, limit: number): RoboportError {
  return new RoboportError("DOWNLOAD_LENGTH", `Cannot download ${request.id}: it is longer than ${limit} bytes`, {
    hint: "Check the address of the portal; no mod is that long.",
    data: { name: request.name, version: request.version, limit },
  });
}

function requireZip(request: DownloadRequest, head: Buffer): void {
  if (!MAGICS.includes(head.toString("latin1", 0, MAGIC_LENGTH))) throw notZip(request, head);
}

function notZip(request: DownloadRequest, head: Buffer): RoboportError {
  const kind = describeHead(head);
  return new RoboportError(
    "DOWNLOAD_NOT_ZIP",
    `Cannot download ${request.id}: the portal sent ${kind} instead of a zip`,
    {
      hint: "Check user name and token, and whether a proxy or login page stands between here and the portal.",
      data: { name: request.name, version: request.version, kind },
    },
  );
}

function describeHead(head: Buffer): string {
  const text = head.toString("utf8").trimStart();
  if (head.byteLength === 0) return "nothing";
  if (text.startsWith("<")) return "a web page";
  if (/^[[{"]/.test(text)) return "JSON";
  if (head[0] === 0x1f && head[1] === 0x8b) return "gzip";
  return /^[\x20-\x7e\s]+$/.test(text) ? "text" : "something";
}
