import type { RoboportError } from "../errors.ts";

/** Why bytes cannot be read: they end too early, or they are not what they should be. */
export type BinaryFault = "truncated" | "damaged";

/** Makes the error that is thrown, from the reason why. */
export type RefuseBytes = (why: string, fault: BinaryFault) => RoboportError;

/** Longer than any text of the game, and short enough to be no trap. */
const TEXT_MAX = 64 * 1024;
/** A length of one byte says so when the real one follows. */
const ESCAPE = 255;
const ASCII = /^[\0-\x7f]*$/;

/** Reads the numbers and texts of the game's files one after the other, all of them little-endian. */
export class BinaryReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #refuse: RefuseBytes;
  #at = 0;
  /** Every byte as one character: a slice of it is a text as long as it is ASCII, which saves a thousand decodings. */
  #characters: string | undefined;

  constructor(bytes: Uint8Array, refuse: RefuseBytes) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#refuse = refuse;
  }

  /** Index of the next byte. */
  get position(): number {
    return this.#at;
  }

  /** Bytes that are left. */
  get remaining(): number {
    return this.#bytes.byteLength - this.#at;
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#take(8), true);
  }

  i64(): bigint {
    return this.#view.getBigInt64(this.#take(8), true);
  }

  f64(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }

  /** One byte: everything but 0 is true, as in the game. */
  bool(): boolean {
    return this.u8() !== 0;
  }

  /** One byte below 255, else 255 and two more. */
  optU16(): number {
    const short = this.u8();
    return short === ESCAPE ? this.u16() : short;
  }

  /** One byte below 255, else 255 and four more. */
  optU32(): number {
    const short = this.u8();
    return short === ESCAPE ? this.u32() : short;
  }

  /** UTF-8 of this many bytes. */
  text(length: number): string {
    if (length > TEXT_MAX) throw this.refuse(`a text of ${length} bytes`);
    const start = this.#take(length);
    this.#characters ??= new TextDecoder("latin1").decode(this.#bytes);
    const text = this.#characters.slice(start, start + length);
    return ASCII.test(text) ? text : this.#decode(start, length);
  }

  #decode(start: number, length: number): string {
    try {
      const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
      return decoder.decode(this.#bytes.subarray(start, start + length));
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw this.refuse("a text that is not UTF-8");
    }
  }

  /** Go past bytes of no interest. */
  skip(length: number): void {
    this.#take(length);
  }

  /** The error for something that cannot be, at the byte that was read last. */
  refuse(what: string): RoboportError {
    return this.#refuse(`it has ${what} at byte ${this.#at}`, "damaged");
  }

  #take(length: number): number {
    if (length > this.remaining) throw this.#refuse(`it ends at byte ${this.#bytes.byteLength}`, "truncated");
    const start = this.#at;
    this.#at += length;
    return start;
  }
}
