import { run } from "./main.ts";
import { openProcessWorld } from "./process-world.ts";

/** Run a command line in this process, and end with it, whatever connections are still open. */
export async function start(argv: readonly string[]): Promise<void> {
  process.exit(await run(argv, openProcessWorld()));
}
