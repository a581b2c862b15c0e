import { RoboportError } from "../errors.ts";
import { plainOf, type Text } from "./styled.ts";
import type { World } from "./world.ts";

/** Questions to the person at the terminal. Where there is none, nothing is asked. */
export interface Prompt {
  /** Whether somebody is there to answer. */
  readonly attended: boolean;
  /** `yes` is the --yes option; `unattended` is the answer where nobody can be asked. */
  confirm(question: Text, options: { readonly yes: boolean; readonly unattended: boolean }): Promise<boolean>;
  /** @throws {RoboportError} `USAGE` where nobody can be asked. */
  ask(question: Text): Promise<string>;
  /** Like {@link ask}, without showing what is typed. */
  askSecret(question: Text): Promise<string>;
}

/** Ask through stderr, so that stdout stays clean, and only when stdin and stderr are terminals. */
export function openPrompt(world: World, options: { readonly json: boolean }): Prompt {
  const attended = !options.json && world.stdin.isTTY === true && world.stderr.isTTY === true;
  const streams = { input: world.stdin, output: world.stderr, signal: world.signal };
  return {
    attended,
    async confirm(question, { yes, unattended }) {
      if (yes) return true;
      if (!attended) return unattended;
      const clack = await import("@clack/prompts");
      return answered(await clack.confirm({ message: plainOf(question), ...streams }));
    },
    async ask(question) {
      const message = questionFor(question, attended);
      const clack = await import("@clack/prompts");
      return answered(await clack.text({ message, ...streams }));
    },
    async askSecret(question) {
      const message = questionFor(question, attended);
      const clack = await import("@clack/prompts");
      return answered(await clack.password({ message, ...streams }));
    },
  };
}

function questionFor(question: Text, attended: boolean): string {
  const message = plainOf(question);
  if (attended) return message;
  throw new RoboportError("USAGE", `Cannot ask "${message}" without a terminal`, {
    hint: "Run this in a terminal, or give the answer on the command line or in the environment.",
  });
}

/** @throws {RoboportError} `INTERRUPTED` when the question was cancelled. */
function answered<T>(answer: T): Exclude<T, symbol> {
  if (typeof answer === "symbol") throw new RoboportError("INTERRUPTED", "The question was not answered");
  return answer as Exclude<T, symbol>;
}
