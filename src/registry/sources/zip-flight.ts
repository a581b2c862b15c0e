import type { Store } from "../../store/blob-store.ts";
import type { StoreEvent } from "../../store/events.ts";
import { unlessErrno } from "../../store/file-system.ts";
import { openPlainFile } from "../../store/plain-file.ts";
import { NO_PIECES, type Pieces } from "../byte-pieces.ts";

/** A file that bytes come into. Another object is another file. */
interface ArrivingFile {
  readonly path: string;
}

/** A transfer into a store that can be followed. */
export interface ZipFlight {
  /** The store, watched: the transfer has to write into this one. */
  readonly store: Store;
  readonly onEvent: (event: StoreEvent) => void;
  /** In bytes; undefined when whoever sends the zip does not say so. */
  readonly length: Promise<number | undefined>;
  /** The transfer is over; with an error when nothing was kept. */
  end(failure?: { readonly error: unknown }): void;
  /**
   * The bytes as they come, the last ones only when all are proved. They end early when they never are, and before the
   * first one when the file has its name already.
   */
  follow(length: number): Promise<Pieces>;
}

/** Bytes at the end of a zip that nobody sees before it is proved: without its directory a zip is none. */
const HELD_BACK = 64 * 1024;

/**
 * Watch a transfer into a store.
 *
 * @see rules PULL-2 to PULL-4
 */
export function openZipFlight(store: Store): ZipFlight {
  const length = deferred<number | undefined>();
  let next = deferred<void>();
  let file: ArrivingFile | undefined;
  let received = 0;
  let isProved = false;
  let isOver = false;
  const change = () => {
    next.resolve();
    next = deferred();
  };
  /** How far a file may be read; undefined when what it holds turned out to be wrong. */
  const visible = (followed: ArrivingFile, whole: number) => {
    if (file !== followed) return undefined;
    if (isProved) return whole;
    return isOver ? undefined : Math.min(received, whole - HELD_BACK);
  };
  const follow = async (whole: number): Promise<Pieces> => {
    const followed = file;
    const open = followed && (await unlessErrno(["ENOENT"], openPlainFile(store.fs, followed.path)));
    if (!open) return NO_PIECES;
    let at = 0;
    return {
      read: async (room) => {
        for (let end = visible(followed, whole); end !== undefined && at < whole; end = visible(followed, whole)) {
          if (end <= at) await next.promise;
          else {
            const count = await open.read(room.subarray(0, end - at), at);
            at += count;
            return count;
          }
        }
        return 0;
      },
      close: open.close,
    };
  };
  return {
    length: length.promise,
    follow,
    store: {
      ...store,
      draft: (fill, label) =>
        store.draft(async (opened, path) => {
          file = { path };
          received = 0;
          change();
          const digests = await fill(opened, path);
          // Whoever reads along need not wait until the disk has it, too.
          isProved = true;
          change();
          return digests;
        }, label),
    },
    onEvent: (event) => {
      if (event.kind === "download-started") length.resolve(event.size);
      if (event.kind === "download-progress") received = event.received;
      change();
    },
    end: (failure) => {
      isOver = true;
      if (failure) length.reject(failure.error);
      else length.resolve(undefined);
      change();
    },
  };
}

interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

/** A promise that somebody else keeps; nobody has to wait for it. */
function deferred<T>(): Deferred<T> {
  let resolve: Deferred<T>["resolve"] = () => {};
  let reject: Deferred<T>["reject"] = () => {};
  const promise = new Promise<T>((keep, breakIt) => {
    resolve = keep;
    reject = breakIt;
  });
  promise.catch(() => {});
  return { promise, resolve, reject };
}
