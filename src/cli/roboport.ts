import { fstatSync, writeSync } from "node:fs";
import type { QuickAnswer } from "./fast-solve.ts";

/** Written into the bundle by scripts/build.mjs. This file runs only there, and is all that is loaded at every start. */
declare const ROBOPORT_VERSION: string;

void main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<void> {
  const answer = await findQuickAnswer(argv);
  if (answer && isPrinted(answer.text)) {
    process.exitCode = answer.exitCode;
    return;
  }
  const { start } = await import("./start.ts");
  await start(argv);
}

/** What needs none of the program; undefined for everything else. */
async function findQuickAnswer(argv: readonly string[]): Promise<QuickAnswer | undefined> {
  const [word] = argv;
  if (argv.length === 1 && (word === "--version" || word === "-V")) return done(`${ROBOPORT_VERSION}\n`);
  if (word === "install") {
    const { fastInstall } = await import("./fast-install.ts");
    return done(fastInstall(argv, process.cwd()));
  }
  if (word === "save") {
    const { fastSave } = await import("./fast-save.ts");
    return done(fastSave(argv, process.cwd()));
  }
  if (word === "list") {
    const { fastList } = await import("./fast-list.ts");
    return done(await fastList(argv, { env: process.env, cwd: process.cwd(), stdout: findTerminal }));
  }
  if (word !== "solve") return undefined;
  const { fastSolve } = await import("./fast-solve.ts");
  const { env } = process;
  return fastSolve(argv, {
    env,
    cwd: process.cwd(),
    clock: () => new Date(),
    monotonic: () => Number(process.hrtime.bigint()) / 1e6,
  });
}

/** Our stdout as far as it is a terminal: what is none need not be set up to know that. */
function findTerminal(): { readonly isTTY?: boolean; readonly columns?: number } {
  return fstatSync(1).isCharacterDevice() ? process.stdout : {};
}

function done(text: string | undefined): QuickAnswer | undefined {
  return text === undefined ? undefined : { text, exitCode: 0 };
}

/** Without process.stdout, which takes longer to set up than all the rest; where that fails the program itself answers. */
function isPrinted(text: string): boolean {
  try {
    for (let rest = Buffer.from(text); rest.length > 0; ) rest = rest.subarray(writeSome(rest));
    return true;
  } catch (error) {
    if (error instanceof Error && "syscall" in error) return false;
    throw error;
  }
}

/** Wait where a pipe is full and whoever made it does not want us to wait: what was written of an answer stays written. */
function writeSome(bytes: Uint8Array): number {
  try {
    return writeSync(1, bytes);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) throw error;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    return 0;
  }
}
