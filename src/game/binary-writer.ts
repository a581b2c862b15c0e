/** Longest text whose length takes one byte. */
const SHORT_MAX = 254;
const ESCAPE = 255;

/** Writes what `BinaryReader` reads; the bytes grow as needed. */
export class BinaryWriter {
  #bytes = new Uint8Array(256);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;
  readonly #encoder = new TextEncoder();

  u8(value: number): void {
    const at = this.#grow(1);
    this.#view.setUint8(at, value);
  }

  u16(value: number): void {
    const at = this.#grow(2);
    this.#view.setUint16(at, value, true);
  }

  u32(value: number): void {
    const at = this.#grow(4);
    this.#view.setUint32(at, value, true);
  }

  u64(value: bigint): void {
    const at = this.#grow(8);
    this.#view.setBigUint64(at, value, true);
  }

  i64(value: bigint): void {
    const at = this.#grow(8);
    this.#view.setBigInt64(at, value, true);
  }

  f64(value: number): void {
    const at = this.#grow(8);
    this.#view.setFloat64(at, value, true);
  }

  bool(value: boolean): void {
    this.u8(value ? 1 : 0);
  }

  optU16(value: number): void {
    this.u8(Math.min(value, ESCAPE));
    if (value > SHORT_MAX) this.u16(value);
  }

  optU32(value: number): void {
    this.u8(Math.min(value, ESCAPE));
    if (value > SHORT_MAX) this.u32(value);
  }

  /** UTF-8 behind its length, which `writeLength` writes. */
  text(value: string, writeLength: (length: number) => void): void {
    const bytes = this.#encoder.encode(value);
    writeLength(bytes.byteLength);
    const at = this.#grow(bytes.byteLength);
    this.#bytes.set(bytes, at);
  }

  /** Everything written so far. */
  bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  #grow(length: number): number {
    const at = this.#length;
    this.#length += length;
    if (this.#length > this.#bytes.byteLength) {
      const grown = new Uint8Array(2 ** Math.ceil(Math.log2(this.#length)));
      grown.set(this.#bytes);
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return at;
  }
}
