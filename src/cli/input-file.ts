import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { RoboportError } from "../errors.ts";
import type { CommandContext } from "./context.ts";

/**
 * The bytes of a file that a person named; `-` is standard input.
 *
 * @throws {RoboportError} `USAGE` when it cannot be read.
 */
export async function readInputFile(
  { cwd, stdin }: Pick<CommandContext, "cwd" | "stdin">,
  path: string,
): Promise<Buffer> {
  if (path === "-") return await readAll(stdin);
  try {
    return await readFile(resolve(cwd, path));
  } catch (error) {
    if (!(error instanceof Error && "code" in error && "syscall" in error)) throw error;
    throw new RoboportError("USAGE", `Cannot read ${path} (${String(error.code)})`, {
      hint: "Check the path, and that this user may read the file.",
      data: { path },
      cause: error,
    });
  }
}

async function readAll(stdin: AsyncIterable<Buffer | string>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of stdin) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}
