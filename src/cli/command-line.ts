import { RoboportError } from "../errors.ts";
import { optionName } from "./command.ts";
import { globalFlags } from "./global-flags.ts";

/** How to print: wanted before the rest of a command line is read, and also when it cannot be read. */
export interface OutputFlags {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly noColor: boolean;
}

/** Find the options about printing in a command line that may be wrong otherwise. */
export function findOutputFlags(argv: readonly string[]): OutputFlags {
  const options = argv.slice(0, endOfOptions(argv));
  const has = (name: keyof OutputFlags): boolean => {
    const { alias } = globalFlags[name];
    return options.some(
      (word) => word === optionName(name) || (alias !== undefined && /^-[a-z]+$/i.test(word) && word.includes(alias)),
    );
  };
  return { json: has("json"), quiet: has("quiet"), verbose: has("verbose"), noColor: has("noColor") };
}

/**
 * The command's name first: options that stand before it move behind it in their order, and `help X` is `X --help`.
 *
 * Where there is no command, only options that are not global remain: `--help`, or a mistake.
 *
 * @see rule CLI-2
 */
export function commandFirst(argv: readonly string[]): readonly string[] {
  if (argv[0] === "help") return [...argv.slice(1), "--help"];
  const strangers: string[] = [];
  let at = 0;
  for (let word = argv[at]; word?.startsWith("-") && word !== "--"; word = argv[at]) {
    if (!isGlobal(word)) strangers.push(word);
    at += TAKE_A_VALUE.has(word) ? 2 : 1;
  }
  const name = argv[at];
  return name === undefined ? strangers : [name, ...argv.slice(0, at), ...argv.slice(at + 1)];
}

/** The value of a global option, in a command line that may be neither complete nor right: the one given last. */
export function findOptionValue(argv: readonly string[], name: keyof typeof globalFlags): string | undefined {
  const option = optionName(name);
  const options = argv.slice(0, endOfOptions(argv));
  const values = options.flatMap((word, at) => {
    if (word.startsWith(`${option}=`)) return [word.slice(option.length + 1)];
    return word === option ? options.slice(at + 1, at + 2) : [];
  });
  return values.at(-1);
}

/**
 * Refuse what the parser would take for an argument or drop: `--portal=`, `--1`, `--json=yes`.
 *
 * @throws {RoboportError} `USAGE`
 * @see rule CLI-3
 */
export function checkOptionSyntax(argv: readonly string[]): void {
  for (const word of argv.slice(0, endOfOptions(argv))) {
    const [, name, value] = /^(--[a-z][a-z-]+)=(.*)$/s.exec(word) ?? [];
    if (name !== undefined && value === "") throw refused(`Option ${name} has an empty value`);
    if (name !== undefined && SWITCHES.has(name)) throw refused(`Option ${name} takes no value`);
    if (name === undefined && /^-./s.test(word) && !/^(?:--[a-z][a-z-]+|-[a-z]+)$/i.test(word)) {
      throw refused(`Cannot read option "${word}"`);
    }
  }
}

const SWITCHES = namesOfKind((kind) => kind === "switch");
const TAKE_A_VALUE = namesOfKind((kind) => kind !== "switch");

function namesOfKind(isWanted: (kind: string) => boolean): ReadonlySet<string> {
  return new Set(Object.entries(globalFlags).flatMap(([name, { kind }]) => (isWanted(kind) ? [optionName(name)] : [])));
}

function isGlobal(word: string): boolean {
  const name = word.replace(/=.*/s, "");
  return SWITCHES.has(name) || TAKE_A_VALUE.has(name) || /^-[qv]+$/.test(word);
}

/** Where `--` ends the options. */
function endOfOptions(argv: readonly string[]): number {
  const at = argv.indexOf("--");
  return at < 0 ? argv.length : at;
}

function refused(message: string): RoboportError {
  return new RoboportError("USAGE", message, {
    hint: 'Write "--" before an argument that begins with a hyphen, and an option as --name or --name=value.',
  });
}
