import { access, constants } from "node:fs/promises";
import { delimiter, resolve } from "node:path";
import { RoboportError } from "../errors.ts";
import { errnoOf } from "../store/file-system.ts";

/** A program as a shell names it, and where it is looked for. */
export interface ProgramCall {
  /** The program and its arguments. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute. */
  readonly cwd: string;
}

/** What a system searches that was given no PATH. */
const PATH_DEFAULT = "/usr/bin:/bin";

/**
 * Refuse a program that cannot be started, while nothing has changed for its sake.
 *
 * @throws {RoboportError} `USAGE`
 * @see rule RUNNER-10
 */
export async function requireProgram(call: ProgramCall): Promise<void> {
  // Windows knows a program by other names as well; there the start itself tells.
  if (process.platform === "win32") return;
  let refusal: unknown;
  for (const path of placesOf(call)) {
    try {
      return await access(path, constants.X_OK);
    } catch (error) {
      refusal = error;
    }
  }
  throw cannotStart(call, refusal);
}

function placesOf({ command: [program = ""], env, cwd }: ProgramCall): readonly string[] {
  if (program.includes("/")) return [resolve(cwd, program)];
  return (env["PATH"] ?? PATH_DEFAULT).split(delimiter).map((folder) => resolve(cwd, folder, program));
}

/** @param cause what the system said */
export function cannotStart({ command: [program] }: Pick<ProgramCall, "command">, cause: unknown): RoboportError {
  return new RoboportError("USAGE", `Cannot start ${program} (${errnoOf(cause) ?? "failed"})`, {
    hint: "Write the whole command behind --, such as: roboport run -- bin/x64/factorio --start-server-load-latest",
    data: { program },
    cause,
  });
}
