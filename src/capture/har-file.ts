import { dirname } from "node:path";
import { setTimeout } from "node:timers/promises";
import { RoboportError } from "../errors.ts";
import { createFile, writeAtomic, writeWhole } from "../store/atomic-file.ts";
import { diskError } from "../store/disk-error.ts";
import { nodeFileSystem, removeLeftover, unlessErrno } from "../store/file-system.ts";
import { formatHar } from "./har-entry.ts";
import type { KnownSecrets } from "./known-secrets.ts";

type Json = Readonly<Record<string, unknown>>;

/** A HAR on disk that is whole at any moment. */
export interface HarFile {
  /** @returns false when it holds too much already. */
  add(entry: Json): boolean;
  /**
   * Wait until everything is written.
   *
   * @throws {RoboportError} `DISK_FULL`, `PERMISSION` or `DISK_ERROR` of the first write that failed.
   */
  close(): Promise<void>;
  /** Take it back, before anything was added. */
  remove(): Promise<void>;
}

export interface HarFileOptions {
  /** Of the program that writes it. */
  readonly version: string;
  readonly secrets: KnownSecrets;
  readonly onError: (error: unknown) => void;
}

/** Characters, which our own reader takes. */
const TOTAL_MAX = 200 * 1024 * 1024;
/** Time between two writes, in times that the last one took: most of the time belongs to the traffic. */
const PAUSE = 4;

/**
 * Begin a HAR. Every change replaces the file as one, so that whoever ends this process finds a whole one.
 *
 * @throws {RoboportError} `USAGE` when the file is there already, `DISK_FULL`, `PERMISSION` or `DISK_ERROR`.
 * @see rule CAPTURE-11
 */
export async function openHarFile(path: string, { version, secrets, onError }: HarFileOptions): Promise<HarFile> {
  await beginFile(path, formatHar([], version));
  const ended = new AbortController();
  let entries: Json[] = [];
  let total = 0;
  let known = 0;
  let isDirty = false;
  let writing: Promise<void> | undefined;

  async function write(): Promise<void> {
    while (isDirty) {
      isDirty = false;
      // A secret that was seen late may stand in what was noted early.
      if (secrets.size > known) entries = entries.map((entry) => secrets.redacted(entry));
      known = secrets.size;
      const start = performance.now();
      await writeAtomic(path, formatHar(entries, version), { mode: 0o600, durable: ended.signal.aborted });
      await pause(PAUSE * (performance.now() - start), ended.signal);
    }
    writing = undefined;
  }
  function begin(): void {
    isDirty = true;
    writing ??= write();
    // Whoever closes it is told as well.
    writing.catch(onError);
  }
  return {
    add(entry) {
      const { length } = JSON.stringify(entry);
      if (total + length > TOTAL_MAX) return false;
      total += length;
      entries.push(entry);
      begin();
      return true;
    },
    async close() {
      ended.abort();
      begin();
      await writing;
    },
    remove: () => removeLeftover(nodeFileSystem, path),
  };
}

async function beginFile(path: string, text: string): Promise<void> {
  const made = createFile(path, { mode: 0o600 }, (file) => writeWhole(file, text)).then(() => true);
  try {
    if (await unlessErrno(["EEXIST"], made)) return;
  } catch (error) {
    throw await diskError(error, { message: `Cannot write ${path}`, folder: dirname(path) });
  }
  throw new RoboportError("USAGE", `Cannot write the HAR ${path}: it is there already`, {
    hint: "Name another file for --out.",
    data: { path },
  });
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await setTimeout(milliseconds, undefined, { signal });
  } catch (error) {
    if (!(error instanceof Error && error.name === "AbortError")) throw error;
  }
}
