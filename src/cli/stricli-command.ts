import {
  buildCommand,
  type Command,
  type CommandContext as StricliContext,
  type TypedCommandParameters,
} from "@stricli/core";
import { type AnyCommand, type Argument, type Completion, type Flag, type Flags, optionName } from "./command.ts";
import { globalFlags } from "./global-flags.ts";

/** What the parser found: every option of the command and the global ones, by our names, then the arguments. */
export type ParsedCall = (flags: Readonly<Record<string, unknown>>, args: readonly unknown[]) => Promise<void>;

interface StricliCommandOptions {
  readonly brief: string;
  readonly call: ParsedCall;
  readonly installedMods: () => Promise<readonly string[]>;
}

/** Our description of a command as the parser wants it. */
export function stricliCommand(command: AnyCommand, options: StricliCommandOptions): Command<StricliContext> {
  const flags: Flags = { ...command.flags, ...globalFlags };
  const completer = completerOver(options.installedMods);
  const external = (name: string): string => optionName(name).slice(2);
  const entries = Object.entries(flags);
  return buildCommand<Found, readonly unknown[]>({
    docs: { brief: options.brief },
    // The parser derives its types from a function's signature; what we have here is data.
    parameters: {
      flags: Object.fromEntries(entries.map(([name, flag]) => [external(name), stricliFlag(flag, completer)])),
      aliases: Object.fromEntries(entries.flatMap(([name, { alias }]) => (alias ? [[alias, external(name)]] : []))),
      positional: stricliPositional(command, completer),
    } as unknown as TypedCommandParameters<Found, readonly unknown[], StricliContext>,
    func: (found, ...args) =>
      options.call(Object.fromEntries(entries.map(([name]) => [name, found[external(name)]])), args),
  });
}

/** Options by their names on the command line. */
type Found = Readonly<Record<string, unknown>>;

type Completer = (completion: Completion | undefined) => (partial: string) => Promise<readonly string[]>;

function completerOver(installedMods: () => Promise<readonly string[]>): Completer {
  return (completion) => async (partial) => {
    const words = completion === "installed-mods" ? await installedMods() : (completion ?? []);
    return words.filter((word) => word.startsWith(partial));
  };
}

function stricliFlag({ kind, brief, placeholder = "", parse = String, complete }: Flag<unknown>, completer: Completer) {
  if (kind === "switch") return { kind: "boolean", brief, default: false, withNegated: false } as const;
  const value = { kind: "parsed", brief, placeholder, parse, proposeCompletions: completer(complete) } as const;
  return kind === "list"
    ? ({ ...value, variadic: true, default: [] } as const)
    : ({ ...value, optional: true } as const);
}

function stricliPositional({ positional = [] }: AnyCommand, completer: Completer) {
  const argument = ({ brief, placeholder, optional, parse = String, complete }: Argument<unknown>) => ({
    brief,
    placeholder,
    optional,
    parse,
    proposeCompletions: completer(complete),
  });
  return "each" in positional
    ? ({ kind: "array", parameter: argument(positional.each), minimum: positional.minimum } as const)
    : ({ kind: "tuple", parameters: positional.map(argument) } as const);
}
