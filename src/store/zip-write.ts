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

/**
 * Make a zip in memory: the same entries give the same bytes, on every machine unless they are compressed.
 *
 * @see rule ZIP-9
 */
export function writeZip(files: readonly ZipFile[]): Uint8Array<ArrayBuffer> {
  const locals: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const file of files) {
    const name = Buffer.from(file.path);
    const data = file.deflate ? deflateRawSync(file.bytes) : file.bytes;
    const facts = entryFacts(file, { nameLength: name.byteLength, dataLength: data.byteLength });
    locals.push(localHeader(facts), name, data);
    directory.push(directoryHeader(facts, offset), name);
    offset += 30 + name.byteLength + data.byteLength;
  }
  const directorySize = directory.reduce((sum, part) => sum + part.byteLength, 0);
  if (files.length > ENTRIES_MAX || offset + directorySize > SIZE_MAX) throw new Error("Too large for a plain zip");
  return Buffer.concat([...locals, ...directory, endRecord(files.length, directorySize, offset)]);
}

/** The 26 bytes that both headers of an entry share. */
function entryFacts(file: ZipFile, lengths: { nameLength: number; dataLength: number }): Buffer {
  const facts = Buffer.alloc(26);
  facts.writeUInt16LE(VERSION, 0);
  facts.writeUInt16LE(/^[\x20-\x7e]*$/.test(file.path) ? 0 : UTF8_NAME, 2);
  facts.writeUInt16LE(file.deflate ? 8 : 0, 4);
  facts.writeUInt16LE(DOS_DATE, 8);
  facts.writeUInt32LE(crc32(file.bytes), 10);
  facts.writeUInt32LE(lengths.dataLength, 14);
  facts.writeUInt32LE(file.bytes.byteLength, 18);
  facts.writeUInt16LE(lengths.nameLength, 22);
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
