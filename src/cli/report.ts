import { exitCodeOf, isRoboportError, type RoboportError } from "../errors.ts";
import type { OpenOutput } from "./output.ts";
import { bold, dim, lines, red, type Styled, styled, type Text } from "./styled.ts";
import { HOMEPAGE, VERSION } from "./version.ts";
import type { Interruption, World } from "./world.ts";

const STACK_MAX = 2_000;

interface ReportOptions {
  readonly output: OpenOutput;
  readonly world: World;
  readonly redact: (text: string) => string;
}

/**
 * Say what went wrong, once, where it belongs: text on stderr, or with --json the document on stdout.
 *
 * @returns the exit code.
 * @see rules CLI-6 to CLI-9
 */
export function reportError(error: unknown, { output, world, redact }: ReportOptions): number {
  const interruption = world.signal.aborted ? (world.signal.reason as Interruption) : undefined;
  if (interruption) return reportInterruption(interruption, output);
  if (isRoboportError(error)) return reportKnown(error, output);
  return reportBug(error, { output, world, redact });
}

function reportInterruption({ signalName, exitCode }: Interruption, output: OpenOutput): number {
  const message = `Interrupted by ${signalName}`;
  printError(output, { code: "INTERRUPTED", message, data: { signal: signalName } }, styled`${message}`);
  return exitCode;
}

function reportKnown(error: RoboportError, output: OpenOutput): number {
  const { code, message, hint, data } = error;
  const text = lines(
    styled`${red("error")} ${bold(code)}: ${message}`,
    output.verbose ? causesOf(error).map((cause) => dim(`caused by: ${cause}`)) : [],
    hint === undefined ? [] : styled`${bold("hint:")} ${hint}`,
  );
  printError(output, { code, message, hint, data }, text);
  return exitCodeOf(code);
}

/** An error that is none of ours is our bug. The link is encoded text, so secrets leave before it is made. */
function reportBug(error: unknown, { output, world, redact }: ReportOptions): number {
  const clean = (text: string): string => redact(withoutHome(text, world.home));
  const message = clean(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  const about = `roboport ${VERSION}, ${world.runtime}`;
  const stack = clean(error instanceof Error ? (error.stack ?? "") : "");
  const link = issueLink(message, `${about}\n\n${stack.slice(0, STACK_MAX)}`);
  const text = bugReport(message, [about, ...stack.split("\n").map((line) => dim(line))], link);
  printError(output, { code: "INTERNAL", message, hint: "Report this bug.", data: { about, link } }, text);
  return 1;
}

function bugReport(message: string, details: readonly Text[], link: string): Styled {
  return lines(
    styled`${red("error")} ${bold("INTERNAL")}: ${message}`,
    "This is a bug in roboport, not something you did.",
    details,
    styled`${bold("hint:")} Report it with what you ran: ${link}`,
  );
}

interface ErrorDocument {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly data?: unknown;
}

/** A run that has answered already keeps its one document. */
function printError(output: OpenOutput, error: ErrorDocument, text: Text): void {
  if (output.json && !output.answered) output.data({ error }, text);
  else output.error(text);
}

/** Messages of the causes, nearest first; where causes go in a circle, each once. */
function causesOf(error: Error): readonly string[] {
  const chain = new Set<Error>();
  for (let cause = error.cause; cause instanceof Error && !chain.has(cause); cause = cause.cause) chain.add(cause);
  return [...chain].map(({ message }) => message);
}

function withoutHome(text: string, home: string): string {
  return home.length > 1 ? text.replaceAll(home, "~") : text;
}

function issueLink(title: string, body: string): string {
  const query = new URLSearchParams({
    title: title.split("\n", 1)[0]?.slice(0, 120) ?? "",
    body: `What I ran:\n\n\n${body}`,
  });
  return `${HOMEPAGE}/issues/new?${query}`;
}
