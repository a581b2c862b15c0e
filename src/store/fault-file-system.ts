import type { FileSystem, OpenFile } from "./file-system.ts";

/**
 * What happens at the chosen operation: an error of the system; a write that takes half of its bytes; or the end of the
 * process, in the middle of that write if it is one.
 */
export type Fault = "short" | "kill" | { readonly errno: string };

/** A file system that fails once, or for good when its process is "killed". */
export interface FaultFileSystem extends FileSystem {
  /** Operations so far. */
  count(): number;
  /** True once the fault has happened. */
  hasFailed(): boolean;
}

/** What every operation of a killed process throws: no error that code may catch and handle. */
export class Killed extends Error {
  override readonly name = "Killed";
}

/**
 * Let the n-th operation on `base` fail, counted from 1; tests try every n until a run passes without a failure.
 *
 * @see reference/reliability.md §1 (SQLite)
 */
export function faultFileSystem(base: FileSystem, n: number, fault: Fault): FaultFileSystem {
  let count = 0;
  let isDead = false;
  const step = async <T>(run: () => Promise<T>): Promise<T> => {
    if (isDead) throw new Killed();
    count++;
    if (count !== n || fault === "short") return run();
    if (fault === "kill") {
      isDead = true;
      throw new Killed();
    }
    throw systemError(fault.errno);
  };
  const wrapFile = (file: OpenFile): OpenFile => ({
    ...wrapMethods(file, step),
    write: async (bytes) => {
      const half = bytes.subarray(0, Math.ceil(bytes.byteLength / 2));
      if (count + 1 === n && fault !== "short") await file.write(half);
      return step(() => file.write(count === n ? half : bytes));
    },
    close: async () => {
      // The kernel closes what a dead process had open.
      await file.close();
      await step(async () => {});
    },
  });
  return {
    ...wrapMethods(base, step),
    open: (path, flags, mode) => step(async () => wrapFile(await base.open(path, flags, mode))),
    count: () => count,
    hasFailed: () => count >= n,
  };
}

function wrapMethods<T extends object>(target: T, step: <R>(run: () => Promise<R>) => Promise<R>): T {
  const wrapped = Object.entries(target).map(([name, method]) => [
    name,
    (...args: readonly unknown[]) => step(() => method.apply(target, args)),
  ]);
  return Object.fromEntries(wrapped);
}

/** An error as Node throws it for this code. */
function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: injected`), { code, errno: -1 });
}
