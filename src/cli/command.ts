import type { CommandContext } from "./context.ts";

/**
 * What a command takes after its name, on one page: parsed, completed, and shown in its help from this one value.
 *
 * `C` is what it needs of its surroundings.
 */
export interface CommandDefinition<F extends Flags, P extends Positional, C = CommandContext> {
  /** What the help page says below the command's brief, which stands in the command table. */
  readonly details?: string;
  readonly flags?: F;
  readonly positional?: P;
  /** Command lines with what they do. */
  readonly examples: readonly (readonly [commandLine: string, meaning: string])[];
  /** @returns an exit code when the answer is "no" (from `exitCodeOf`), nothing when all is well. */
  run(context: C, flags: FlagValues<F>, ...args: PositionalValues<P>): Promise<number | void>;
}

/** A command whatever its parameters, as the shell handles it. */
export type AnyCommand = CommandDefinition<Flags, Positional>;

/** Check a command against its own flags and arguments. */
export function defineCommand<
  const F extends Flags = Record<never, never>,
  const P extends Positional = readonly [],
  C = CommandContext,
>(definition: CommandDefinition<F, P, C>): CommandDefinition<F, P, C> {
  return definition;
}

export type Flags = Readonly<Record<string, Flag<unknown>>>;

export type FlagValues<F extends Flags> = { readonly [K in keyof F]: F[K] extends Flag<infer T> ? T : never };

/** One option. `dryRun` in the record is `--dry-run` on the command line. */
export interface Flag<T> {
  readonly kind: "switch" | "value" | "list";
  readonly brief: string;
  /** The value's name in help: `DIR`. */
  readonly placeholder?: string;
  /** One letter: `y` for `-y`. */
  readonly alias?: string;
  readonly complete?: Completion;
  readonly parse?: (text: string) => unknown;
  /** The type of the value; never present. */
  readonly type?: T;
}

/** What the shell offers when the user presses Tab: names of installed mods, or these words. Files are the default. */
export type Completion = "installed-mods" | readonly string[];

/** `modsDir` is `--mods-dir` on the command line. */
export function optionName(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** `--locked`. */
export function switchFlag(brief: string, options: { readonly alias?: string } = {}): Flag<boolean> {
  return { kind: "switch", brief, ...options };
}

/** `--port NUMBER`. `parse` may throw a `RoboportError`, which is reported as it is. */
export function valueFlag(placeholder: string, brief: string): Flag<string | undefined>;
export function valueFlag<T>(placeholder: string, brief: string, parse: (text: string) => T): Flag<T | undefined>;
export function valueFlag(placeholder: string, brief: string, parse?: (text: string) => unknown): Flag<unknown> {
  return { kind: "value", placeholder, brief, ...(parse && { parse }) };
}

/** `--portal URL`, as often as wanted, in order. */
export function listFlag(placeholder: string, brief: string): Flag<readonly string[]>;
export function listFlag<T>(placeholder: string, brief: string, parse: (text: string) => T): Flag<readonly T[]>;
export function listFlag(placeholder: string, brief: string, parse?: (text: string) => unknown): Flag<unknown> {
  return { kind: "list", placeholder, brief, ...(parse && { parse }) };
}

/** Arguments in order, or one kind of argument repeated. */
export type Positional = readonly Argument<unknown>[] | ManyArguments<unknown>;

export type PositionalValues<P extends Positional> =
  P extends ManyArguments<infer T>
    ? readonly T[]
    : { readonly [K in keyof P]: P[K] extends Argument<infer T> ? T : never };

export interface Argument<T> {
  readonly placeholder: string;
  readonly brief: string;
  readonly optional: boolean;
  readonly complete?: Completion;
  readonly parse?: (text: string) => unknown;
  /** The type of the value; never present. */
  readonly type?: T;
}

export interface ManyArguments<T> {
  readonly each: Argument<T>;
  readonly minimum: number;
}

interface ArgumentOptions<T> {
  readonly complete?: Completion;
  readonly parse?: (text: string) => T;
}

/** `NAME`. */
export function required<T = string>(
  placeholder: string,
  brief: string,
  options: ArgumentOptions<T> = {},
): Argument<T> {
  return { placeholder, brief, optional: false, ...options };
}

/** `[DIR]`. */
export function optional<T = string>(
  placeholder: string,
  brief: string,
  options: ArgumentOptions<T> = {},
): Argument<T | undefined> {
  return { placeholder, brief, optional: true, ...options };
}

/** `NAME...` (at least one) or, with `minimum: 0`, `[NAME...]`. */
export function many<T = string>(
  placeholder: string,
  brief: string,
  options: ArgumentOptions<T> & { readonly minimum?: 0 | 1 } = {},
): ManyArguments<T> {
  const { minimum = 1, ...rest } = options;
  return { each: required(placeholder, brief, rest), minimum };
}

/** For commands that change the installation: show the plan first, or do not ask. */
export const changeFlags = {
  dryRun: switchFlag("Show what would change, and change nothing", { alias: "n" }),
  yes: switchFlag("Do not ask", { alias: "y" }),
  stage: switchFlag("Download now, and leave the mods folder to the next install: the server may run"),
} as const;

/** A parser for one of these words. */
export function oneOf<T extends string>(words: readonly T[]): (text: string) => T {
  return (text) => {
    const word = words.find((candidate) => candidate === text);
    if (word === undefined) throw new RangeError(`expected ${words.join(", ")}`);
    return word;
  };
}
