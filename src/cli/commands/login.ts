import { RoboportError } from "../../errors.ts";
import { Secret } from "../../portal/secret.ts";
import { defineCommand, optional, switchFlag } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { styled } from "../styled.ts";

const TOKEN_MAX = 4096;

export const command = defineCommand({
  details:
    "The token is on https://factorio.com/profile. It is never taken from the command line, which other users of the machine can read.",
  flags: { tokenStdin: switchFlag("Read the token from standard input") },
  positional: [optional<string>("USERNAME", "The user name, not the e-mail address")],
  examples: [
    ["roboport login", "Asks for user name and token"],
    ["roboport login alice --token-stdin < token.txt", "For scripts"],
  ],
  async run(context, flags, name) {
    const { output, prompt } = context;
    const username = name ?? context.env["FACTORIO_USERNAME"] ?? (await prompt.ask("User name on factorio.com"));
    const token = new Secret(flags.tokenStdin ? await readToken(context) : (await prompt.askSecret("Token")).trim());
    context.addSecret(token);
    const { login } = await import("../../operations/account.ts");
    const account = await login(await context.openSession(), { username, token, source: "what was typed" });
    const unchecked = account.check === "unchecked" ? "; the portal could not tell whether it is right" : "";
    output.outcome(account, styled`Logged in as ${account.username}, kept in ${account.source}${unchecked}`);
  },
});

/** @throws {RoboportError} `USAGE` when there is none. */
async function readToken({ stdin }: CommandContext): Promise<string> {
  let text = "";
  for await (const piece of stdin) {
    text += String(piece);
    if (text.length > TOKEN_MAX) break;
  }
  const token = text.trim();
  if (token !== "" && token.length <= TOKEN_MAX && !/\s/.test(token)) return token;
  throw new RoboportError("USAGE", "Found no token on standard input", {
    hint: "Pipe a file that holds nothing but the token.",
  });
}
