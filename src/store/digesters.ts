import { createDigester, type Digests } from "./digest.ts";
import { type DigestThread, openDigestThread } from "./digest-thread.ts";

/** Both digests of a stream whose bytes may be hashed elsewhere. */
export interface StreamDigester {
  /** The bytes have to stay as they are until then. One at a time. */
  update(bytes: Uint8Array): Promise<void>;
  digests(): Promise<Digests>;
}

/** Hashes streams: here as long as there is little to do, else in a thread of its own. */
export interface Digesters {
  /** @param size of the stream in bytes, when known */
  open(size: number | undefined): StreamDigester;
  close(): Promise<void>;
}

/** Bytes of all streams from which on a thread pays: starting it takes as long as hashing 20 MB. */
const THREAD_FROM = 64 * 1024 * 1024;
/** Bytes of a stream that are hashed sooner than a thread is asked. */
const ALONE_UP_TO = 512 * 1024;

/**
 * Open what hashes many streams: in a thread, another processor core hashes what this one receives.
 *
 * @see reference/performance.md §1.2 and §1.4, rule FETCH-13
 */
export function openDigesters(): Digesters {
  let announced = 0;
  let streams = 0;
  let thread: DigestThread | undefined;
  return {
    open: (size = 0) => {
      announced += size;
      if (announced >= THREAD_FROM) thread ??= openDigestThread();
      return thread && size > ALONE_UP_TO ? digesterIn(thread, ++streams) : digesterHere();
    },
    close: async () => await thread?.close(),
  };
}

function digesterHere(): StreamDigester {
  const digester = createDigester();
  return { update: async (bytes) => digester.update(bytes), digests: async () => digester.digests() };
}

function digesterIn(thread: DigestThread, stream: number): StreamDigester {
  return { update: (bytes) => thread.update(stream, bytes), digests: () => thread.digests(stream) };
}
