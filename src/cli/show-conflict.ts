import { exitCodeOf } from "../errors.ts";
import type { Unsolvable } from "../operations/prepare.ts";
import type { Failure } from "../resolve/request.ts";
import type { Output } from "./output.ts";
import { bold, dim, lines, styled, type Text } from "./styled.ts";

/** Say why nothing satisfies the request, and what would have to give. */
export function showConflict({ failure }: Pick<Unsolvable, "failure">, output: Pick<Output, "data">): number {
  const code = failure.undecided ? "UNDECIDED" : "NO_SOLUTION";
  const { explanation, suggestions, core, conflicts, stats } = failure;
  const message = failure.undecided
    ? "Ran out of time before an answer was found"
    : "No set of releases satisfies every requirement";
  output.data({ ok: false, error: { code, message }, explanation, suggestions, core, conflicts, stats }, () =>
    lines(bold(`${message}:`), conflictLines(failure)),
  );
  return exitCodeOf(code);
}

/** The sentences of an explanation, and the changes that would help. */
export function conflictLines({
  explanation,
  suggestions,
}: Pick<Failure, "explanation" | "suggestions">): readonly Text[] {
  return [
    ...explanation.map(({ number, text }) => styled`  ${dim(`${number}.`)} ${text}`),
    ...(suggestions.length > 0 ? ["", bold("What would help:"), ...suggestions.map(({ text }) => `  * ${text}`)] : []),
  ];
}
