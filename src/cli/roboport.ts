import { writeSync } from "node:fs";

/** Written into the bundle by scripts/build.mjs. This file runs only there, and is all that is loaded at every start. */
declare const ROBOPORT_VERSION: string;

void main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<void> {
  if (isPrinted(await quickAnswer(argv))) return;
  const { start } = await import("./start.ts");
  await start(argv);
}

/** What needs none of the program; undefined for everything else. */
async function quickAnswer(argv: readonly string[]): Promise<string | undefined> {
  const [word] = argv;
  if (argv.length === 1 && (word === "--version" || word === "-V")) return `${ROBOPORT_VERSION}\n`;
  if (word !== "install") return undefined;
  const { fastInstall } = await import("./fast-install.ts");
  return fastInstall(argv, process.cwd());
}

/** Without process.stdout, which takes longer to set up than all the rest; where that fails the program itself answers. */
function isPrinted(answer: string | undefined): boolean {
  try {
    if (answer) writeSync(1, answer);
    return answer !== undefined;
  } catch (error) {
    if (error instanceof Error && "syscall" in error) return false;
    throw error;
  }
}
