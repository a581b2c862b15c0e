/** Bytes that come one after the other. */
export interface ByteSource {
  /** The next bytes, at least one; undefined after the last. They are overwritten by the read after this one. */
  read(): Promise<Uint8Array | undefined>;
  /** Give back the end of what was read last: it comes again. */
  unread(rest: Uint8Array): void;
}

/** How the body of an answer ends: after so many bytes, with its last chunk, or with the connection. */
export type Framing = { readonly length: number } | "chunked" | "close";

/** What stands before the body of an HTTP answer. */
export interface AnswerHead {
  readonly status: number;
  /** Names in lower case; the values of a repeated one are joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly framing: Framing;
  /** True when the connection serves another request after the body. */
  readonly keepsAlive: boolean;
}

/** Bytes of a head, and of the trailers after the last chunk; Node's own limit is 16 KiB. */
const HEAD_MAX = 64 * 1024;
const CHUNK_LINE_MAX = 1024;
const INTERIM_MAX = 8;
const STATUS_LINE = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/;
const HEADER_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[\t ]*([\t\x20-\x7e\x80-\xff]*?)[\t ]*$/;
const CHUNK_LINE = /^([0-9A-Fa-f]{1,12})[\t ]*(?:;[\t\x20-\x7e\x80-\xff]*)?$/;
const WITHOUT_BODY = [204, 304];

/**
 * Read an answer to a GET request up to its body, and pass over interim answers.
 *
 * @throws an error with a code `HPE_…` for what is not HTTP, `ECONNRESET` when the bytes end before.
 * @see RFC 9112, rules WIRE-1 to WIRE-3
 */
export async function readAnswerHead(source: ByteSource): Promise<AnswerHead> {
  for (let interim = 0; interim <= INTERIM_MAX; interim++) {
    const head = parseAnswerHead(await readLines(source));
    if (head.status === 101) throw notHttp("UNEXPECTED_UPGRADE");
    if (head.status >= 200) return head;
  }
  throw notHttp("TOO_MANY_INTERIM_ANSWERS");
}

/** The lines before the first empty one, which is taken too. */
async function readLines(source: ByteSource): Promise<readonly string[]> {
  const lines: string[] = [];
  let left = HEAD_MAX;
  for (;;) {
    const line = await readLine(source, left);
    if (line === "") return lines;
    left -= line.length + 2;
    lines.push(line);
  }
}

/** A line without its end. Only CR LF ends one: whoever takes a lone LF for an end sees other headers than we do. */
async function readLine(source: ByteSource, max: number): Promise<string> {
  let line = "";
  for (;;) {
    const bytes = await readSome(source);
    const end = bytes.indexOf(10);
    line += latin1(end < 0 ? bytes.subarray(0, max + 2) : bytes.subarray(0, end + 1));
    if (line.length > max + 2) throw notHttp("HEADER_OVERFLOW");
    if (end < 0) continue;
    if (end + 1 < bytes.byteLength) source.unread(bytes.subarray(end + 1));
    if (!line.endsWith("\r\n")) throw notHttp("LF_EXPECTED");
    return line.slice(0, -2);
  }
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

async function readSome(source: ByteSource): Promise<Uint8Array> {
  const bytes = await source.read();
  if (bytes) return bytes;
  throw Object.assign(new Error("The connection ended before the answer did"), { code: "ECONNRESET" });
}

/**
 * What the lines before a body say: a status line and headers, without the empty line.
 *
 * @throws an error with a code `HPE_…` when two readers could take it for two different answers.
 * @see RFC 9112 §6, rules WIRE-1 and WIRE-2
 */
export function parseAnswerHead([statusLine = "", ...lines]: readonly string[]): AnswerHead {
  const [, minor, status] = STATUS_LINE.exec(statusLine) ?? [];
  if (status === undefined) throw notHttp("INVALID_STATUS_LINE");
  const headers = parseHeaders(lines);
  const framing = WITHOUT_BODY.includes(Number(status)) ? { length: 0 } : framingOf(headers);
  const options = (headers["connection"] ?? "")
    .toLowerCase()
    .split(",")
    .map((each) => each.trim());
  const keepsAlive =
    framing !== "close" && (minor === "1" ? !options.includes("close") : options.includes("keep-alive"));
  return { status: Number(status), headers, framing, keepsAlive };
}

function parseHeaders(lines: readonly string[]): Record<string, string> {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name, value = ""] = HEADER_LINE.exec(line) ?? [];
    if (name === undefined) throw notHttp("INVALID_HEADER");
    const [key, before] = [name.toLowerCase(), headers.get(name.toLowerCase())];
    headers.set(key, before === undefined ? value : `${before}, ${value}`);
  }
  return Object.fromEntries(headers);
}

function framingOf(headers: Readonly<Record<string, string>>): Framing {
  const { "content-length": length, "transfer-encoding": encoding } = headers;
  if (encoding !== undefined) {
    if (length !== undefined) throw notHttp("UNEXPECTED_CONTENT_LENGTH");
    if (encoding.toLowerCase() !== "chunked") throw notHttp("INVALID_TRANSFER_ENCODING");
    return "chunked";
  }
  if (length === undefined) return "close";
  if (!/^\d{1,15}$/.test(length)) throw notHttp("INVALID_CONTENT_LENGTH");
  return { length: Number(length) };
}

/**
 * The bytes of a body, piece by piece; a piece is overwritten by the next one.
 *
 * @throws as {@link readAnswerHead} does.
 * @see RFC 9112 §6 and §7, rules WIRE-3 and WIRE-4
 */
export async function* readAnswerBody(
  source: ByteSource,
  framing: Framing,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (framing === "chunked") yield* readChunks(source);
  else if (framing !== "close") yield* readLength(source, framing.length);
  else for (let bytes = await source.read(); bytes; bytes = await source.read()) yield bytes;
}

async function* readLength(source: ByteSource, length: number): AsyncGenerator<Uint8Array, void, undefined> {
  for (let left = length; left > 0; ) {
    const bytes = await readSome(source);
    const piece = bytes.subarray(0, left);
    if (piece.byteLength < bytes.byteLength) source.unread(bytes.subarray(left));
    left -= piece.byteLength;
    yield piece;
  }
}

async function* readChunks(source: ByteSource): AsyncGenerator<Uint8Array, void, undefined> {
  for (;;) {
    const [, digits] = CHUNK_LINE.exec(await readLine(source, CHUNK_LINE_MAX)) ?? [];
    if (digits === undefined) throw notHttp("INVALID_CHUNK_SIZE");
    const length = Number.parseInt(digits, 16);
    if (length === 0) break;
    yield* readLength(source, length);
    if ((await readLine(source, CHUNK_LINE_MAX)) !== "") throw notHttp("STRICT");
  }
  // Nobody asked for trailers; they only have to be some.
  parseHeaders(await readLines(source));
}

/** In the manner of Node's own parser, so that both are told in the same words. */
function notHttp(what: string): Error {
  return Object.assign(new Error(`The answer is not HTTP: ${what}`), { code: `HPE_${what}` });
}
