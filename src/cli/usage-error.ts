import {
  AliasNotFoundError,
  ArgumentParseError,
  FlagNotFoundError,
  InvalidNegatedFlagSyntaxError,
  UnexpectedFlagError,
  UnexpectedPositionalError,
  UnsatisfiedFlagError,
  UnsatisfiedPositionalError,
} from "@stricli/core";
import { isRoboportError, RoboportError } from "../errors.ts";

/** The parser's complaint in our words. `command` is what was being read, for the hint. */
export function usageError(error: unknown, command: string): Error {
  if (error instanceof ArgumentParseError) {
    if (isRoboportError(error.exception)) return error.exception;
    const reason = error.exception instanceof Error ? `: ${error.exception.message}` : "";
    return usage(`Cannot read ${named(error.externalFlagNameOrPlaceholder)} "${error.input}"${reason}`, command);
  }
  const message = messageOf(error);
  if (message === undefined) return error instanceof Error ? error : new Error(String(error));
  const similar = error instanceof FlagNotFoundError ? error.corrections.map((name) => `--${name}`) : [];
  const isOption = error instanceof FlagNotFoundError || error instanceof AliasNotFoundError;
  return usage(message, command, { similar, isOption });
}

/** @see rule CLI-4 */
export function unknownCommandError(input: string, similar: readonly string[]): RoboportError {
  const what = input.startsWith("-") ? `option ${input}` : `command "${input}"`;
  return new RoboportError("USAGE", `Unknown ${what}`, {
    hint: didYouMean(similar) ?? 'Run "roboport --help" for the list.',
    data: { similar },
  });
}

function messageOf(error: unknown): string | undefined {
  if (error instanceof FlagNotFoundError) return `Unknown option --${error.input}`;
  if (error instanceof AliasNotFoundError) return `Unknown option -${error.input}`;
  if (error instanceof UnsatisfiedFlagError) return `Option --${error.externalFlagName} needs a value`;
  if (error instanceof UnexpectedFlagError) return `Option --${error.externalFlagName} was given twice`;
  if (error instanceof InvalidNegatedFlagSyntaxError) return `Option --${error.externalFlagName} takes no value`;
  if (error instanceof UnexpectedPositionalError) return `Unexpected argument "${error.input}"`;
  if (error instanceof UnsatisfiedPositionalError) return `Missing argument ${error.placeholder}`;
  return undefined;
}

interface Complaint {
  readonly similar?: readonly string[];
  /** True when a word was taken for an option: names of mods may begin with a hyphen, too. */
  readonly isOption?: boolean;
}

function usage(message: string, command: string, { similar = [], isOption = false }: Complaint = {}): RoboportError {
  const page = `roboport ${command ? `${command} ` : ""}--help`;
  const help = `Run "${page}" for its options and arguments${isOption ? "; write -- before a name that begins with -" : ""}.`;
  return new RoboportError("USAGE", message, {
    hint: didYouMean(similar) ?? help,
    ...(similar.length > 0 && { data: { similar } }),
  });
}

function didYouMean(similar: readonly string[]): string | undefined {
  if (similar.length === 0) return undefined;
  return `Did you mean ${similar.slice(0, 3).join(" or ")}?`;
}

/** Placeholders are upper case, options are not. */
function named(flagOrPlaceholder: string): string {
  return /^[A-Z]/.test(flagOrPlaceholder) ? flagOrPlaceholder : `--${flagOrPlaceholder}`;
}
