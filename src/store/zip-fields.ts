import { crc32 } from "node:zlib";
import { zipInvalid } from "./zip-fault.ts";

/** Extra fields of a header by their id. */
export type ExtraFields = ReadonlyMap<number, Buffer>;

const ZIP64 = 0x0001;
const UNICODE_NAME = 0x7075;
const UTF8_FLAG = 0x0800;
const MAX32 = 0xffffffff;
const ASCII = /^[\0-\x7f]*$/;
export const NO_FIELDS: ExtraFields = new Map();

/** For the numbers in some bytes: a command reads too few of them for Node's own readers to become as fast. */
export function viewOf({ buffer, byteOffset, byteLength }: Buffer): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/**
 * Split the extra fields of a header.
 *
 * @throws {RoboportError} `ZIP_INVALID` when they do not add up, or one that changes an entry's meaning stands there twice.
 */
export function readExtraFields(bytes: Buffer): ExtraFields {
  if (bytes.byteLength === 0) return NO_FIELDS;
  const fields = new Map<number, Buffer>();
  let at = 0;
  while (at + 4 <= bytes.byteLength) {
    const id = bytes.readUInt16LE(at);
    const end = at + 4 + bytes.readUInt16LE(at + 2);
    if (end > bytes.byteLength) throw zipInvalid("extra-field", "an extra field reaches past its header");
    if (fields.has(id) && (id === ZIP64 || id === UNICODE_NAME)) {
      throw zipInvalid("extra-field", "an entry has the same extra field twice");
    }
    fields.set(id, bytes.subarray(at + 4, end));
    at = end;
  }
  if (bytes.subarray(at).some((byte) => byte !== 0)) throw zipInvalid("extra-field", "extra fields do not add up");
  return fields;
}

/**
 * Replace the 32-bit numbers that are all ones by those of the 64-bit field, in its order.
 *
 * @throws {RoboportError} `ZIP_INVALID` when that field is missing, too short or long for them, or says otherwise where
 *   nobody needs it.
 * @see APPNOTE.TXT §4.5.3
 */
export function wideFields(numbers: readonly number[], extra: ExtraFields): readonly number[] {
  const field = extra.get(ZIP64);
  if (!field && !numbers.includes(MAX32)) return numbers;
  const missing = numbers.filter((number) => number === MAX32).length;
  if (missing === 0) {
    if (field && !repeats(numbers, field)) throw zipInvalid("zip64", "an entry has two different sizes");
    return numbers;
  }
  if (field?.byteLength !== missing * 8)
    throw zipInvalid("zip64", "an entry's 64-bit sizes do not fit its 32-bit ones");
  let at = 0;
  return numbers.map((number) => {
    if (number !== MAX32) return number;
    at += 8;
    return readUInt64(field, at - 8);
  });
}

/** Whether a field that is not needed says the same once more, as some writers have it. */
function repeats(numbers: readonly number[], field: Buffer): boolean {
  const told = numbers.slice(0, Math.floor(field.byteLength / 8));
  return told.length * 8 === field.byteLength && told.every((number, at) => readUInt64(field, at * 8) === number);
}

/** @throws {RoboportError} `ZIP_INVALID` for more than 2^53. */
export function readUInt64(bytes: Buffer, at: number): number {
  const value = Number(bytes.readBigUInt64LE(at));
  if (Number.isSafeInteger(value)) return value;
  throw zipInvalid("zip64", "a size is larger than any file");
}

/**
 * The name of an entry, with forward slashes; old writers on Windows left backslashes.
 *
 * @throws {RoboportError} `ZIP_INVALID` when it is not the UTF-8 it says it is, or an extra field names it otherwise.
 */
export function readName(raw: Buffer, flags: number, extra: ExtraFields): string {
  const name = decodeName(raw, flags, extra);
  return name.includes("\\") ? name.replaceAll("\\", "/") : name;
}

function decodeName(raw: Buffer, flags: number, extra: ExtraFields): string {
  const bytewise = raw.toString("latin1");
  const isAscii = ASCII.test(bytewise);
  const unicode = extra.get(UNICODE_NAME);
  if (unicode) {
    const applies = unicode[0] === 1 && unicode.byteLength >= 5 && unicode.readUInt32LE(1) === crc32(raw);
    const name = unicode.subarray(5);
    if (!applies || ((isAscii || (flags & UTF8_FLAG) !== 0) && !name.equals(raw))) {
      throw zipInvalid("extra-field", "an extra field gives an entry another name");
    }
    return decodeUtf8(name);
  }
  return !isAscii && flags & UTF8_FLAG ? decodeUtf8(raw) : bytewise;
}

function decodeUtf8(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw zipInvalid("unsafe-name", "the name of an entry is not UTF-8", error);
  }
}
