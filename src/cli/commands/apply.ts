import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { RoboportError } from "../../errors.ts";
import { parsePlanFile } from "../../plan/plan-file.ts";
import { carryOut } from "../carry-out.ts";
import { changeFlags, defineCommand, required } from "../command.ts";
import { networkFlags } from "../network-flags.ts";

export const command = defineCommand({
  details: "Refused with exit code 4 when the mods folder changed since the plan was made.",
  flags: { ...changeFlags, ...networkFlags },
  positional: [required<string>("PLAN.json", "What plan --json printed; - reads standard input")],
  examples: [["roboport plan --json > plan.json && roboport apply plan.json", "Decide now, change later"]],
  async run(context, flags, path) {
    const plan = parsePlanFile(
      path === "-" ? await readStdin(context.stdin) : await readPlan(resolve(context.cwd, path)),
    );
    const session = await context.openSession(flags);
    const { planFromFile } = await import("../../operations/apply-plan.ts");
    return await carryOut(context, session, { ...flags, answer: await planFromFile(session, plan) });
  },
});

/** @throws {RoboportError} `USAGE` */
async function readPlan(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error)) throw error;
    throw new RoboportError("USAGE", `Cannot read the plan ${path}`, {
      hint: 'Make it with "roboport plan --json > plan.json".',
      cause: error,
    });
  }
}

async function readStdin(stdin: AsyncIterable<Buffer | string>): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of stdin) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces).toString("utf8");
}
