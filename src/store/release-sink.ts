import { RoboportError } from "../errors.ts";
import type { Download } from "../portal/download.ts";
import { createDigester, type Digests } from "./digest.ts";
import type { StoreEvents } from "./events.ts";
import { type OpenFile, writeAll } from "./file-system.ts";
import type { DownloadRequest } from "./transfer.ts";

/** Takes the bytes of a release as they come: measures, hashes, looks at the first ones, and writes them down. */
export interface ReleaseSink {
  /** A part begins: what it says about the length of the whole. */
  announce(part: Pick<Download, "length" | "totalLength">): void;
  take(piece: Uint8Array): Promise<void>;
  received(): number;
  /** Bytes of the whole, when somebody said so. */
  total(): number | undefined;
  /** No more bytes come. */
  finish(): Digests;
}

/** No mod comes near it; a stream without an end stops here. */
const LENGTH_MAX = 8 * 1024 ** 3;
const MAGIC_LENGTH = 4;
const MAGICS = ["PK\x03\x04", "PK\x05\x06"];

/** @see rules FETCH-2 and FETCH-3 */
export function openSink(
  request: DownloadRequest,
  { file, events }: { readonly file: OpenFile; readonly events: StoreEvents },
): ReleaseSink {
  const digester = createDigester();
  let received = 0;
  let announced: number | undefined;
  let head = Buffer.alloc(0);
  const total = () => announced ?? request.size;
  const look = (piece: Uint8Array) => {
    if (head.byteLength >= MAGIC_LENGTH) return;
    head = Buffer.concat([head, piece.subarray(0, 64)]);
    if (head.byteLength >= MAGIC_LENGTH) requireZip(request, head);
  };
  return {
    received: () => received,
    total,
    announce: ({ length, totalLength }) => {
      const whole = totalLength ?? (length === undefined ? undefined : received + length);
      if (received > 0 && whole !== undefined && announced !== undefined && whole !== announced) {
        throw wrongLength(request, whole, announced);
      }
      announced = whole ?? announced;
      if (received === 0) events({ kind: "download-started", id: request.id, size: total() });
    },
    take: async (piece) => {
      look(piece);
      const size = total();
      if (request.size !== undefined && size !== request.size) throw wrongLength(request, size ?? 0, request.size);
      if (received + piece.byteLength > (size ?? LENGTH_MAX))
        throw wrongLength(request, received + piece.byteLength, size);
      await writeAll(file, piece);
      digester.update(piece);
      received += piece.byteLength;
      events({ kind: "download-progress", id: request.id, received, size });
    },
    finish: () => {
      if (head.byteLength < MAGIC_LENGTH) requireZip(request, head);
      return digester.digests();
    },
  };
}

/** More or fewer bytes than announced. */
export function wrongLength(request: DownloadRequest, actual: number, expected: number | undefined): RoboportError {
  const message = `Cannot download ${request.id}: ${actual} bytes came instead of ${expected ?? `at most ${LENGTH_MAX}`}`;
  return new RoboportError("DOWNLOAD_LENGTH", message, {
    hint: "Run the command again; if it stays so, tell the portal's makers.",
    data: { name: request.name, version: request.version, actual, expected },
  });
}

function requireZip(request: DownloadRequest, head: Buffer): void {
  if (MAGICS.includes(head.toString("latin1", 0, MAGIC_LENGTH))) return;
  const kind = describeHead(head);
  throw new RoboportError(
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
