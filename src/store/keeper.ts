import type { Draft } from "./blob-draft.ts";
import type { Store, StoredBlob } from "./blob-store.ts";

/** Makes drafts to blobs many at a time, while others are still on their way. */
export interface Keeper<R> {
  add(request: R, draft: Draft): void;
  /** Keep the rest and wait until all is done. */
  end(): Promise<void>;
}

export interface KeeperOptions<R> {
  /** True as long as the blobs are placed next: copies are made meanwhile. */
  placesSoon(): boolean;
  kept(request: R, blob: StoredBlob): void;
  failed(error: unknown): void;
}

/** Drafts, or bytes of them, that are kept together: to wait for the disk holds up every new file meanwhile. */
const DRAFTS_TOGETHER = 64;
const BYTES_TOGETHER = 64 * 1024 * 1024;

interface Waiting<R> {
  readonly request: R;
  readonly draft: Draft;
}

/** @see performance.md §1.3 and §1.4, rule FETCH-15 */
export function openKeeper<R>(store: Store, { placesSoon, kept, failed }: KeeperOptions<R>): Keeper<R> {
  let waiting: Waiting<R>[] = [];
  let bytes = 0;
  let [keeping, copying] = [Promise.resolve(), Promise.resolve()];
  const keep = async (together: readonly Waiting<R>[]) => {
    try {
      const blobs = await store.keep(together.map(({ draft }) => draft));
      together.forEach(({ request }, at) => {
        const blob = blobs[at];
        if (blob) kept(request, blob);
      });
      copying = copying.then(() => copyAhead(blobs));
    } catch (error) {
      failed(error);
    }
  };
  const copyAhead = async (blobs: readonly StoredBlob[]) => {
    try {
      if (placesSoon()) await store.copyAhead(blobs);
    } catch (error) {
      failed(error);
    }
  };
  const begin = () => {
    const together = waiting;
    [waiting, bytes] = [[], 0];
    keeping = keeping.then(() => keep(together));
  };
  return {
    add: (request, draft) => {
      waiting.push({ request, draft });
      bytes += draft.size;
      if (waiting.length >= DRAFTS_TOGETHER || bytes >= BYTES_TOGETHER) begin();
    },
    end: async () => {
      if (waiting.length > 0) begin();
      await keeping;
      await copying;
    },
  };
}
