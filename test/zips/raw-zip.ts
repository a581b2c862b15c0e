import { crc32, deflateRawSync } from "node:zlib";

/** One entry and every number its headers carry; what is left out is right. */
export interface RawEntry {
  readonly name: string | Buffer;
  readonly data?: Buffer;
  readonly packed?: Buffer;
  readonly method?: number;
  readonly flags?: number;
  readonly mode?: number;
  /** Of Windows. */
  readonly attributes?: number;
  readonly extra?: Buffer;
  readonly localExtra?: Buffer;
  /** Bytes after the data. */
  readonly after?: Buffer;
  readonly local?: Partial<Header>;
  readonly central?: Partial<Header> & { readonly offset?: number; readonly disk?: number };
  /** False leaves the entry out of the directory. */
  readonly listed?: boolean;
}

/** What a header of an entry says. */
export interface Header {
  readonly signature: number;
  readonly name: Buffer;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
}

/** What surrounds the entries; what is left out is right. */
export interface RawZip {
  readonly prefix?: Buffer;
  readonly beforeDirectory?: Buffer;
  readonly beforeEnd?: Buffer;
  readonly end?: Readonly<{ disk?: number; count?: number; onDisk?: number; size?: number; offset?: number }>;
  readonly comment?: Buffer;
  readonly commentLength?: number;
  readonly trailing?: Buffer;
}

/** 16-bit numbers as a zip has them. */
export function u16(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  values.forEach((value, index) => bytes.writeUInt16LE(value, index * 2));
  return bytes;
}

export function u32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => bytes.writeUInt32LE(value >>> 0, index * 4));
  return bytes;
}

export function u64(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 8);
  values.forEach((value, index) => bytes.writeBigUInt64LE(BigInt(value), index * 8));
  return bytes;
}

/** A zip of which any number can be wrong. */
export function rawZip(entries: readonly RawEntry[], zip: RawZip = {}): Buffer {
  const body: Buffer[] = [zip.prefix ?? Buffer.alloc(0)];
  const directory: Buffer[] = [];
  let at = body[0]?.byteLength ?? 0;
  for (const entry of entries) {
    const data = entry.data ?? Buffer.alloc(0);
    const packed = entry.packed ?? (entry.method === 8 ? deflateRawSync(data) : data);
    const name = Buffer.from(entry.name);
    const { extra = Buffer.alloc(0), localExtra = Buffer.alloc(0) } = entry;
    const right: Header = {
      signature: 0,
      name,
      flags: entry.flags ?? 0,
      method: entry.method ?? 0,
      crc: crc32(data),
      packed: packed.byteLength,
      size: data.byteLength,
    };
    const local = { ...right, signature: 0x04034b50, ...entry.local };
    const central = { ...right, signature: 0x02014b50, ...entry.central };
    const written = Buffer.concat([
      u32(local.signature),
      u16(20, local.flags, local.method, 0, 0x21),
      u32(local.crc, local.packed, local.size),
      u16(local.name.byteLength, localExtra.byteLength),
      local.name,
      localExtra,
      packed,
      entry.after ?? Buffer.alloc(0),
    ]);
    if (entry.listed !== false) {
      directory.push(
        u32(central.signature),
        u16(0x0314, 20, central.flags, central.method, 0, 0x21),
        u32(central.crc, central.packed, central.size),
        u16(central.name.byteLength, extra.byteLength, 0, entry.central?.disk ?? 0, 0),
        u32((entry.mode ?? 0) * 65536 + (entry.attributes ?? 0), entry.central?.offset ?? at),
        central.name,
        extra,
      );
    }
    body.push(written);
    at += written.byteLength;
  }
  if (zip.beforeDirectory) body.push(zip.beforeDirectory);
  const offset = at + (zip.beforeDirectory?.byteLength ?? 0);
  const listed = Math.min(0xffff, entries.filter((entry) => entry.listed !== false).length);
  const size = directory.reduce((sum, part) => sum + part.byteLength, 0);
  const comment = zip.comment ?? Buffer.alloc(0);
  return Buffer.concat([
    ...body,
    ...directory,
    zip.beforeEnd ?? Buffer.alloc(0),
    u32(0x06054b50),
    u16(zip.end?.disk ?? 0, zip.end?.disk ?? 0, zip.end?.onDisk ?? zip.end?.count ?? listed, zip.end?.count ?? listed),
    u32(zip.end?.size ?? size, zip.end?.offset ?? offset),
    u16(zip.commentLength ?? comment.byteLength),
    comment,
    zip.trailing ?? Buffer.alloc(0),
  ]);
}

/** The same zip with a 64-bit end record; the plain one points to it. */
export function zip64End(
  entries: readonly RawEntry[],
  change: Partial<Record<"count" | "size" | "start" | "length" | "offset", number>> = {},
): Buffer {
  const plain = rawZip(entries);
  const end = plain.subarray(plain.byteLength - 22);
  const [count, size, offset] = [end.readUInt16LE(10), end.readUInt32LE(12), end.readUInt32LE(16)];
  const start = plain.byteLength - 22;
  const record = Buffer.concat([
    u32(0x06064b50),
    u64(change.length ?? 44),
    u16(45, 45),
    u32(0, 0),
    u64(change.count ?? count, change.count ?? count, change.size ?? size, change.offset ?? offset),
  ]);
  const locator = Buffer.concat([u32(0x07064b50, 0), u64(change.start ?? start), u32(1)]);
  const maxed = { count: 0xffff, size: 0xffffffff, offset: 0xffffffff };
  return rawZip(entries, { beforeEnd: Buffer.concat([record, locator]), end: maxed });
}
