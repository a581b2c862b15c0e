/** A body that may break off, and why it did. */
export interface Breakable {
  /** Ends where the body breaks off. */
  readonly pieces: AsyncIterable<Uint8Array>;
  /** What reading threw, once the pieces are at their end; undefined for a body that came to its own. */
  readonly broken: () => { readonly cause: unknown } | undefined;
}

/** Tell what reading a body throws apart from what is thrown while its pieces are used. */
export function untilBroken(body: AsyncIterable<Uint8Array>): Breakable {
  let broken: { readonly cause: unknown } | undefined;
  async function* pieces(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield* body;
    } catch (cause) {
      broken = { cause };
    }
  }
  return { pieces: pieces(), broken: () => broken };
}

/** The words of whatever was thrown. */
export function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : "for no reason given";
}
