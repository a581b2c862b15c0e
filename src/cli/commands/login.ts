import { RoboportError } from "../../errors.ts";
import type { Account } from "../../operations/account.ts";
import { Secret } from "../../portal/secret.ts";
import { defineCommand, optional, switchFlag } from "../command.ts";
import type { CommandContext } from "../context.ts";
import type { Output } from "../output.ts";
import { styled } from "../styled.ts";

const TOKEN_MAX = 4096;

export const command = defineCommand({
  details:
    "The token is on https://factorio.com/profile. With --password it is asked of factorio.com in exchange for the password, which is kept nowhere. Neither is ever taken from the command line, which other users of the machine can read.",
  flags: {
    tokenStdin: switchFlag("Read the token from standard input"),
    password: switchFlag("Ask for the password, and for the code of an e-mail where one is sent"),
    passwordStdin: switchFlag("Read the password from standard input"),
  },
  positional: [optional<string>("USERNAME", "The user name; with a password the e-mail address will do")],
  examples: [
    ["roboport login", "Asks for user name and token"],
    ["roboport login alice --token-stdin < token.txt", "For scripts"],
    ["roboport login alice@example.org --password", "Asks for the password"],
  ],
  async run(context, flags, name) {
    const { output, prompt } = context;
    const username = name ?? context.env["FACTORIO_USERNAME"] ?? (await prompt.ask("User name on factorio.com"));
    if (flags.password || flags.passwordStdin) return await withPassword(context, username, flags);
    const token = new Secret(flags.tokenStdin ? await readToken(context) : (await prompt.askSecret("Token")).trim());
    context.addSecret(token);
    const { login } = await import("../../operations/account.ts");
    show(output, await login(await context.openSession(), { username, token, source: "what was typed" }));
  },
});

async function withPassword(
  context: CommandContext,
  username: string,
  { passwordStdin }: { readonly passwordStdin: boolean },
): Promise<void> {
  const { addSecret, prompt, output } = context;
  const password = new Secret(passwordStdin ? await readPassword(context) : await prompt.askSecret("Password"));
  addSecret(password);
  const { loginWithPassword } = await import("../../operations/account.ts");
  const askEmailCode = () => prompt.ask("Code from the e-mail that factorio.com sent");
  show(output, await loginWithPassword(await context.openSession(), { username, password, askEmailCode, addSecret }));
}

function show(output: Output, account: Account): void {
  const unchecked = account.check === "unchecked" ? "; the portal could not tell whether it is right" : "";
  output.outcome(account, styled`Logged in as ${account.username}, kept in ${account.source}${unchecked}`);
}

/** @throws {RoboportError} `USAGE` when there is none. */
async function readToken(context: CommandContext): Promise<string> {
  const token = (await readInput(context)).trim();
  if (token !== "" && token.length <= TOKEN_MAX && !/\s/.test(token)) return token;
  throw new RoboportError("USAGE", "Found no token on standard input", {
    hint: "Pipe a file that holds nothing but the token.",
  });
}

/** @throws {RoboportError} `USAGE` when there is none. */
async function readPassword(context: CommandContext): Promise<string> {
  const password = (await readInput(context)).replace(/\r?\n$/, "");
  if (password !== "" && password.length <= TOKEN_MAX && !/[\r\n]/.test(password)) return password;
  throw new RoboportError("USAGE", "Found no password on standard input", {
    hint: "Pipe one line that holds nothing but the password.",
  });
}

async function readInput({ stdin }: CommandContext): Promise<string> {
  let text = "";
  for await (const piece of stdin) {
    text += String(piece);
    if (text.length > TOKEN_MAX) break;
  }
  return text;
}
