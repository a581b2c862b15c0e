import { RoboportError } from "../errors.ts";

/** A file or folder of a tar archive. */
export interface TarEntry {
  /** Its parts, of which none is empty, `.` or `..`. */
  readonly path: readonly string[];
  readonly kind: "file" | "folder";
  /** Bytes. */
  readonly size: number;
  readonly isExecutable: boolean;
  /** To be read before the next entry is asked for; what is left unread is passed over. */
  readonly body: AsyncIterable<Uint8Array>;
}

const BLOCK = 512;
/** A name longer than any path of a file system. */
const NAME_MAX = 64 * 1024;

/**
 * Walk over a tar archive of the POSIX, GNU or old kind. It may hold plain files and folders only.
 *
 * @throws {RoboportError} `GAME_ARCHIVE` for what is cut off or damaged, for links and devices, and for paths that lead out.
 * @see rules GAMEFILE-3 and GAMEFILE-4
 */
export async function* readTar(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry, void, undefined> {
  const source = openSource(bytes);
  let long: { readonly path?: string; readonly size?: number } = {};
  for (;;) {
    const header = readHeader(await source.take(BLOCK));
    if (!header) return;
    const size = long.size ?? header.size;
    const rest = source.part(size);
    if (header.type === "L" || header.type === "x") {
      const text = await readText(rest, size);
      long = { ...long, ...(header.type === "L" ? { path: text.replace(/\0.*$/s, "") } : parsePax(text)) };
    } else if (header.type !== "g") {
      yield { ...describeEntry(header, long.path), size, body: rest };
      long = {};
    }
    for await (const _ of rest);
    await source.take((BLOCK - (size % BLOCK)) % BLOCK);
  }
}

interface Header {
  readonly name: string;
  /** One character, `0` for a plain file. */
  readonly type: string;
  readonly size: number;
  readonly mode: number;
}

/** @returns undefined for the empty block that ends an archive */
function readHeader(block: Uint8Array): Header | undefined {
  if (block.every((byte) => byte === 0)) return undefined;
  const text = (start: number, length: number) =>
    Buffer.from(block.subarray(start, start + length))
      .toString("utf8")
      .replace(/\0.*$/s, "");
  const octal = (start: number, length: number) => {
    const digits = text(start, length).trim();
    if (!/^[0-7]{0,12}$/.test(digits)) throw damaged("a header is damaged");
    return Number.parseInt(digits || "0", 8);
  };
  const sum = block.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 0x20 : byte), 0);
  if (sum !== octal(148, 8)) throw damaged("a header is damaged");
  const prefix = text(257, 5) === "ustar" && block[262] === 0 ? text(345, 155) : "";
  const name = prefix === "" ? text(0, 100) : `${prefix}/${text(0, 100)}`;
  return { name, type: text(156, 1) || "0", size: octal(124, 12), mode: octal(100, 8) };
}

function describeEntry(
  { name, type, mode }: Header,
  longName = name,
): Pick<TarEntry, "path" | "kind" | "isExecutable"> {
  const shown = JSON.stringify(longName.slice(0, 200));
  const path = longName.split("/").filter((part) => part !== "" && part !== ".");
  const isOutside = longName.startsWith("/") || path.some((part) => part === ".." || /[\\\0:]/.test(part));
  if (isOutside || path.length === 0) throw damaged(`${shown} leads out of its folder`);
  if (type !== "0" && type !== "5") throw damaged(`${shown} is neither a file nor a folder`);
  return { path, kind: type === "5" || longName.endsWith("/") ? "folder" : "file", isExecutable: (mode & 0o100) !== 0 };
}

/** Records `LENGTH KEY=VALUE\n` of which name and size matter. */
function parsePax(text: string): { readonly path?: string; readonly size?: number } {
  const [, path] = /(?:^|\n)\d+ path=([^\n]*)\n/.exec(text) ?? [];
  const [, size] = /(?:^|\n)\d+ size=(\d{1,15})\n/.exec(text) ?? [];
  return { ...(path !== undefined && { path }), ...(size !== undefined && { size: Number(size) }) };
}

async function readText(body: AsyncIterable<Uint8Array>, size: number): Promise<string> {
  if (size > NAME_MAX) throw damaged("a name is too long");
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces).toString("utf8");
}

/** Bytes in the portions that a reader asks for. */
interface Source {
  take(length: number): Promise<Uint8Array>;
  /** The next bytes piece by piece; reading it again goes on where it was left. */
  part(length: number): AsyncIterable<Uint8Array>;
}

function openSource(bytes: AsyncIterable<Uint8Array>): Source {
  const pieces = bytes[Symbol.asyncIterator]();
  let current: Uint8Array = new Uint8Array();
  async function next(length: number): Promise<Uint8Array> {
    while (current.byteLength === 0) {
      const { value, done } = await pieces.next();
      if (done === true) throw damaged("it is cut off");
      current = value;
    }
    const piece = current.subarray(0, length);
    current = current.subarray(piece.byteLength);
    return piece;
  }
  return {
    async take(length) {
      const taken = Buffer.alloc(length);
      for (let at = 0; at < length; ) {
        const piece = await next(length - at);
        taken.set(piece, at);
        at += piece.byteLength;
      }
      return taken;
    },
    part(length) {
      let left = length;
      return {
        async *[Symbol.asyncIterator]() {
          while (left > 0) {
            const piece = await next(left);
            left -= piece.byteLength;
            yield piece;
          }
        },
      };
    },
  };
}

function damaged(why: string): RoboportError {
  return new RoboportError("GAME_ARCHIVE", `Cannot unpack the archive of the game: ${why}`, {
    hint: "Run the command again; if it stays so, the website serves something else than the game.",
  });
}
