import { availableParallelism } from "node:os";
import { createDigester, type Digests } from "./digest.ts";
import { descriptorOf, type OpenFile, writeAll } from "./file-system.ts";
import { type DigestThread, openDigestThread } from "./digest-thread.ts";

/** Both digests of a stream whose bytes may be hashed elsewhere. */
export interface StreamDigester {
  /**
   * Hash the bytes, which have to stay as they are until then. One at a time.
   *
   * @param to the file that they are appended to as well
   */
  update(bytes: Uint8Array, to?: OpenFile): Promise<void>;
  digests(): Promise<Digests>;
}

/** Hashes streams, and writes them down: here as long as there is little to do, else in a thread of its own. */
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
 * Open what hashes many streams: in a thread, another processor core hashes and writes what this one receives.
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
      if (announced >= THREAD_FROM && availableParallelism() > 1) thread ??= openDigestThread();
      return thread && size > ALONE_UP_TO ? digesterIn(thread, ++streams) : digesterHere();
    },
    close: async () => await thread?.close(),
  };
}

function digesterHere(): StreamDigester {
  const digester = createDigester();
  return {
    update: async (bytes, to) => {
      digester.update(bytes);
      if (to) await writeAll(to, bytes);
    },
    digests: async () => digester.digests(),
  };
}

function digesterIn(thread: DigestThread, stream: number): StreamDigester {
  return {
    update: async (bytes, to) => {
      const descriptor = to && descriptorOf(to);
      await Promise.all([
        thread.update(stream, bytes, descriptor),
        to && descriptor === undefined ? writeAll(to, bytes) : undefined,
      ]);
    },
    digests: () => thread.digests(stream),
  };
}
