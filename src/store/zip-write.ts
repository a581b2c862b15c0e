import { crc32, deflateRawSync } from "node:zlib";

/** One file of a zip to be made. */
export interface ZipFile {
  /** With forward slashes, such as `my-mod_1.0.0/info.json`. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Compress it; its bytes then depend on the zlib of this Node. */
  readonly deflate?: boolean | undefined;
}

/** 1980-01-01, the first day a zip can name: the same bytes at every time. */
const DOS_DATE = 0x0021;
const VERSION = 20;
const UTF8_NAME = 0x0800;
const ENTRIES_MAX = 0xffff;
const SIZE_MAX = 0xffffffff;

/** What the two headers of an entry say. */
export interface ZipEntryFacts {
  /** With forward slashes. */
  readonly path: string;
  readonly crc: number;
  /** Bytes. */
  readonly size: number;
  /** Bytes as they stand in the zip. */
  readonly packedSize: number;
  readonly isDeflated: boolean;
}

/**
 * Takes entries one after the other and keeps the directory of the zip.
 *
 * @see rule ZIP-9
 */
export interface ZipDirectory {
  /** The header of the next entry, behind which its data has to follow. */
  add(entry: ZipEntryFacts): Uint8Array;
  /** What follows the last entry; undefined for more than a zip without 64-bit fields can hold. */
  close(): Uint8Array<ArrayBuffer> | undefined;
}

/** Begin a zip. */
export function openZipDirectory(): ZipDirectory {
  const directory: Uint8Array[] = [];
  let count = 0;
  let offset = 0;
  return {
    add(entry) {
      const name = Buffer.from(entry.path);
      const facts = factsOf(entry, name.byteLength);
      directory.push(directoryHeader(facts, Math.min(offset, SIZE_MAX)), name);
      count++;
      offset += 30 + name.byteLength + entry.packedSize;
      return Buffer.concat([localHeader(facts), name]);
    },
    close() {
      const size = directory.reduce((sum, part) => sum + part.byteLength, 0);
      if (count > ENTRIES_MAX || offset + size > SIZE_MAX) return undefined;
      return Buffer.concat([...directory, endRecord(count, size, offset)]);
    },
  };
}

/**
 * Make a zip in memory: the same entries give the same bytes, on every machine unless they are compressed.
 *
 * @see rule ZIP-9
 */
export function writeZip(files: readonly ZipFile[]): Uint8Array<ArrayBuffer> {
  const zip = openZipDirectory();
  const parts = files.flatMap(({ path, bytes, deflate = false }) => {
    const data = deflate ? deflateRawSync(bytes) : bytes;
    const facts = { path, crc: crc32(bytes), size: bytes.byteLength, packedSize: data.byteLength, isDeflated: deflate };
    return [zip.add(facts), data];
  });
  const end = zip.close();
  if (!end) throw new Error("Too large for a plain zip");
  return Buffer.concat([...parts, end]);
}

/** The 26 bytes that both headers of an entry share. */
function factsOf({ path, crc, size, packedSize, isDeflated }: ZipEntryFacts, nameLength: number): Buffer {
  const facts = Buffer.alloc(26);
  facts.writeUInt16LE(VERSION, 0);
  facts.writeUInt16LE(/^[\x20-\x7e]*$/.test(path) ? 0 : UTF8_NAME, 2);
  facts.writeUInt16LE(isDeflated ? 8 : 0, 4);
  facts.writeUInt16LE(DOS_DATE, 8);
  facts.writeUInt32LE(crc, 10);
  facts.writeUInt32LE(Math.min(packedSize, SIZE_MAX), 14);
  facts.writeUInt32LE(Math.min(size, SIZE_MAX), 18);
  facts.writeUInt16LE(nameLength, 22);
  return facts;
}

function localHeader(facts: Buffer): Buffer {
  return Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), facts]);
}

function directoryHeader(facts: Buffer, offset: number): Buffer {
  const header = Buffer.alloc(46);
  header.write("PK\x01\x02", "latin1");
  header.writeUInt16LE(VERSION, 4);
  facts.copy(header, 6);
  header.writeUInt32LE(offset, 42);
  return header;
}

function endRecord(count: number, size: number, offset: number): Buffer {
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return end;
}
