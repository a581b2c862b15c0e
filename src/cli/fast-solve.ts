import { parseRequirement } from "../plan/requirement.ts";
import { redact, Secret } from "../portal/secret.ts";
import type { Requirement } from "../resolve/universe.ts";
import { type Flag, type FlagValues, optionName } from "./command.ts";
import { command, type SolveContext } from "./commands/solve.ts";
import { globalFlags, globalsOf } from "./global-flags.ts";
import { askForPatience } from "./patience.ts";
import { formatDocument } from "./term-text.ts";

/** What there is to say to a command line that was answered at once. */
export interface QuickAnswer {
  /** For stdout. */
  readonly text: string;
  readonly exitCode: number;
}

/** The process as `solve` sees it. */
export type SolveWorld = Pick<SolveContext, "env" | "cwd" | "clock" | "monotonic">;

/**
 * `solve --json` with every option written in full: the command alone. The parser, the streams and the signals of the
 * whole program take longer to load than most requests to solve.
 *
 * @returns undefined for every other command line, and when anything fails: the whole program meets it again and says it
 * @see rules CLI-34 to CLI-36
 */
export async function fastSolve(argv: readonly string[], world: SolveWorld): Promise<QuickAnswer | undefined> {
  try {
    const call = findPlainCall(argv);
    return call && (await answerTo(call, world));
  } catch {
    return undefined;
  }
}

/** Every option of the command and the global ones, by our names. */
type Values = Readonly<Record<string, unknown>>;

interface PlainCall {
  readonly values: Values;
  readonly requirements: readonly Requirement[];
}

const FLAGS: Readonly<Record<string, Flag<unknown>>> = { ...globalFlags, ...command.flags };
const NAMES: ReadonlyMap<string, string> = new Map(Object.keys(FLAGS).map((name) => [optionName(name), name]));
const ABSENT = { switch: false, value: undefined, list: [] };

/** @throws what the parser of an option or argument throws */
function findPlainCall([name, ...words]: readonly string[]): PlainCall | undefined {
  if (name !== "solve") return undefined;
  const given = new Map<string, unknown>();
  const requirements: Requirement[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    const option = NAMES.get(word);
    const flag = option === undefined ? undefined : FLAGS[option];
    if (option === undefined || !flag) {
      if (word.startsWith("-")) return undefined;
      requirements.push(parseRequirement(word));
    } else {
      const value = flag.kind === "switch" ? true : findValue(flag, words[++at]);
      if (value === undefined || given.has(option)) return undefined;
      given.set(option, value);
    }
  }
  const absent = Object.entries(FLAGS).map(([option, { kind }]) => [option, ABSENT[kind]] as const);
  const values = Object.fromEntries([...absent, ...given]);
  return values["json"] === true ? { values, requirements } : undefined;
}

/** @throws what the parser of the option throws */
function findValue({ kind, parse = String }: Flag<unknown>, text = ""): unknown {
  return kind === "list" || text === "" || text.startsWith("-") ? undefined : parse(text);
}

async function answerTo({ values, requirements }: PlainCall, world: SolveWorld): Promise<QuickAnswer> {
  askForPatience();
  const secrets = [new Secret(world.env["FACTORIO_TOKEN"] ?? "")];
  let text = "";
  const data = (document: unknown): void => {
    text = redact(formatDocument(document), secrets);
  };
  const globals = globalsOf(values as FlagValues<typeof globalFlags>);
  const flags = values as FlagValues<NonNullable<typeof command.flags>>;
  const context = { ...world, globals, output: { data, columns: undefined } };
  const exitCode = await command.run(context, flags, ...requirements);
  return { text, exitCode: exitCode ?? 0 };
}
