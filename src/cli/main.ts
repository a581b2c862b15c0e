import { proposeCompletions, run as runStricli } from "@stricli/core";
import { redact as redactSecrets, Secret } from "../portal/secret.ts";
import { type ApplicationOptions, openApplication } from "./application.ts";
import type { AnyCommand, FlagValues } from "./command.ts";
import { checkOptionSyntax, commandFirst, findOptionValue, findOutputFlags } from "./command-line.ts";
import { COMMANDS, type CommandEntry } from "./command-table.ts";
import { createContext } from "./context.ts";
import { type globalFlags, globalsOf } from "./global-flags.ts";
import { formatCommandHelp, formatOverview } from "./help.ts";
import { findInstalledMods } from "./installed-mods.ts";
import { type OpenOutput, openOutput } from "./output.ts";
import { reportError } from "./report.ts";
import type { RootRequest } from "./root-folder.ts";
import { nameSystemError } from "./system-error.ts";
import type { ParsedCall } from "./stricli-command.ts";
import { lines, plainOf } from "./styled.ts";
import { VERSION } from "./version.ts";
import type { World } from "./world.ts";

/** What the shell's completion script calls, with the words so far; the last is the one to complete. */
const COMPLETE = "__complete";

/**
 * Run one command line to its end: parse, run, report, flush.
 *
 * @returns the exit code; never rejects.
 */
export async function run(argv: readonly string[], world: World, commands = COMMANDS): Promise<number> {
  const secrets = [new Secret(world.env["FACTORIO_TOKEN"] ?? "")];
  const redact = (text: string): string => redactSecrets(text, secrets);
  const output = openOutput(world, { flags: findOutputFlags(argv[0] === COMPLETE ? [] : argv), redact });
  const report = async (error: unknown): Promise<number> =>
    reportError(await nameSystemError(error), { output, world, redact });
  const exitCode = await dispatch(argv, { world, commands, output, secrets }).catch(report);
  return output.close().then(() => exitCode, report);
}

interface Shell {
  readonly world: World;
  readonly commands: readonly CommandEntry[];
  readonly output: OpenOutput;
  /** Never to be printed; grows while the program learns them. */
  readonly secrets: Secret[];
}

async function dispatch(argv: readonly string[], shell: Shell): Promise<number> {
  if (argv[0] === COMPLETE) return complete(argv.slice(1), shell);
  checkOptionSyntax(argv);
  const words = commandFirst(argv);
  const chosen = await choose(words, shell.commands);
  let exitCode = 0;
  const call: ParsedCall = async (flags, args) => {
    if (chosen) exitCode = await callCommand(chosen.command, { flags, args }, shell);
  };
  await runStricli(openApplication({ ...shellParts(chosen, shell), call }), words, { process: SILENT });
  return exitCode;
}

async function complete(argv: readonly string[], shell: Shell): Promise<number> {
  const words = commandFirst(argv);
  const chosen = await choose(words.slice(0, -1), shell.commands);
  const installedMods = () => findInstalledMods(namedFolders(words.slice(0, -1), shell.world));
  const application = openApplication({ ...shellParts(chosen, shell), installedMods, call: async () => {} });
  const proposals = await proposeCompletions(application, words, { process: SILENT });
  const isOption = argv.at(-1)?.startsWith("-") ?? false;
  for (const { completion, brief } of proposals) {
    if (completion.startsWith("-") === isOption) shell.output.line(`${completion}\t${brief}`);
  }
  return 0;
}

type Chosen = ApplicationOptions["chosen"];

async function choose(words: readonly string[], commands: readonly CommandEntry[]): Promise<Chosen> {
  const entry = commands.find(({ name }) => name === words[0]);
  return entry && { entry, command: (await entry.load()).command };
}

/** The folders that a command line names: its words come as they were typed, before the shell looked at them. */
function namedFolders(words: readonly string[], { cwd, home }: World): RootRequest {
  const folder = (name: "serverDir" | "modsDir") => findOptionValue(words, name)?.replace(/^~(?=\/|$)/, () => home);
  return { cwd, serverDir: folder("serverDir"), modsDir: folder("modsDir") };
}

function shellParts(chosen: Chosen, { commands, output }: Shell): Omit<ApplicationOptions, "call" | "installedMods"> {
  return {
    commands,
    chosen,
    showHelp: () => {
      const page = chosen ? formatCommandHelp(chosen.entry, chosen.command) : formatOverview(commands);
      output.data({ help: plainOf(lines(page)) }, lines(page));
    },
    showVersion: () => output.data({ version: VERSION }, VERSION),
  };
}

interface ParsedWords {
  readonly flags: Readonly<Record<string, unknown>>;
  readonly args: readonly unknown[];
}

async function callCommand(command: AnyCommand, { flags, args }: ParsedWords, shell: Shell): Promise<number> {
  const { world, output, secrets } = shell;
  const globals = globalsOf(flags as FlagValues<typeof globalFlags>);
  const own = Object.fromEntries(Object.keys(command.flags ?? {}).map((name) => [name, flags[name]]));
  const context = createContext({ world, output, globals, addSecret: (secret) => secrets.push(secret) });
  return (await command.run(context, own, ...args)) ?? 0;
}

/** The parser prints nothing: what it would say is thrown. */
const SILENT = { stdout: { write() {} }, stderr: { write() {} } };
