import { constants } from "node:fs";
import type { FileSystem, OpenFile } from "./file-system.ts";

/**
 * What happens at the chosen operation: an error of the system, once or from then on; a write that takes half of its
 * bytes, and says so or lies; or the end of the process, in the middle of that write if it is one.
 */
export type Fault = "short" | "lie" | "kill" | { readonly errno: string; readonly lasting?: boolean };

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
  const step: Step = async (call, run) => {
    if (isDead) throw new Killed();
    count++;
    if (fault === "short" || fault === "lie" || !isHit(fault, count - n, call)) return run();
    if (fault !== "kill") throw systemError(fault.errno, call);
    isDead = true;
    throw new Killed();
  };
  const wrapFile = (file: OpenFile): OpenFile => ({
    ...wrapMethods(file, (call, run) => step({ syscall: call.syscall }, run)),
    write: async (bytes) => {
      const half = bytes.subarray(0, Math.ceil(bytes.byteLength / 2));
      if (count + 1 === n && fault !== "short" && fault !== "lie") await file.write(half);
      const written = await step({ syscall: "write" }, () => file.write(count === n ? half : bytes));
      return count === n && fault === "lie" ? bytes.byteLength : written;
    },
    close: async () => {
      // The kernel closes what a dead process had open.
      await file.close();
      await step({ syscall: "close" }, async () => {});
    },
  });
  return {
    ...wrapMethods(base, step),
    open: (path, flags, mode) => {
      const syscall = flags & constants.O_CREAT ? "create" : "open";
      return step({ syscall, path }, async () => wrapFile(await base.open(path, flags, mode)));
    },
    count: () => count,
    hasFailed: () => count >= n,
  };
}

/** An operation as Node's errors name it; an open file has no path. */
interface Call {
  readonly syscall: string;
  readonly path?: string;
}

type Step = <T>(call: Call, run: () => Promise<T>) => Promise<T>;

const NO_SPACE = ["ENOSPC", "EDQUOT", "EFBIG"];
/** What a full disk refuses; the rest it still does. */
const GROWING = ["create", "write", "mkdir", "link", "clone"];

/** @param turn 0 at the chosen operation */
function isHit(fault: Exclude<Fault, "short" | "lie">, turn: number, { syscall }: Call): boolean {
  if (turn <= 0 || fault === "kill" || !fault.lasting) return turn === 0;
  return GROWING.includes(syscall) || !NO_SPACE.includes(fault.errno);
}

function wrapMethods<T extends object>(target: T, step: Step): T {
  const wrapped = Object.entries(target).map(([name, method]) => [
    name,
    (...args: readonly unknown[]) =>
      step({ syscall: name, path: String(args[0]) }, (): Promise<unknown> => method.apply(target, args)),
  ]);
  return Object.fromEntries(wrapped);
}

/** An error as Node throws it for this code. */
function systemError(code: string, call: Call): Error {
  return Object.assign(new Error(`${code}: injected, ${call.syscall}`), { code, errno: -1, ...call });
}
