import { crc32 } from "node:zlib";

/** Streams whose blocks carry a CRC-32. */
const STREAM_FLAGS = Buffer.from([0x00, 0x01]);
const CHUNK = 64 * 1024;

/** An xz that holds these bytes without compressing them: one stream of one block. */
export function storedXz(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const header = withSum(Buffer.from([0x02, 0x00, 0x21, 0x01, 0x16, 0x00, 0x00, 0x00]));
  const chunks = storedChunks(bytes);
  const unpadded = header.byteLength + chunks.byteLength + 4;
  const index = withSum(padded(Buffer.concat([Buffer.from([0, 1]), multibyte(unpadded), multibyte(bytes.byteLength)])));
  const footer = Buffer.concat([u32(index.byteLength / 4 - 1), STREAM_FLAGS]);
  return Buffer.concat([
    Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]),
    withSum(STREAM_FLAGS),
    header,
    padded(chunks),
    u32(crc32(bytes)),
    index,
    u32(crc32(footer)),
    footer,
    Buffer.from("YZ"),
  ]);
}

/** LZMA2 chunks that are not compressed: each begins with 1 and its length less one. */
function storedChunks(bytes: Uint8Array): Buffer {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.byteLength; at += CHUNK) {
    const chunk = bytes.subarray(at, at + CHUNK);
    parts.push(Buffer.from([0x01, (chunk.byteLength - 1) >> 8, (chunk.byteLength - 1) & 0xff]), chunk);
  }
  return Buffer.concat([...parts, Buffer.from([0x00])]);
}

function multibyte(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return Buffer.from([...bytes, rest]);
}

function withSum(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, u32(crc32(bytes))]);
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.byteLength & 3)]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
