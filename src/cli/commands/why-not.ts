import { exitCodeOf, RoboportError } from "../../errors.ts";
import { compareVersions, parseVersion } from "../../game/version.ts";
import { parseRequirement } from "../../plan/requirement.ts";
import type { Attainable, ReleaseQuestion, Unattainable } from "../../resolve/why-not-release.ts";
import type { PickChange } from "../../resolve/why-not.ts";
import { defineCommand, required } from "../command.ts";
import { networkFlags } from "../network-flags.ts";
import { conflictLines } from "../show-conflict.ts";
import { MARKS, versionsOf } from "../show-plan.ts";
import { bold, lines, type Styled, styled, type Text } from "../styled.ts";
import { formatTable } from "../table.ts";

export const command = defineCommand({
  details: "Changes nothing. Without a version it is about the newest release for this game.",
  flags: { offline: networkFlags.offline },
  positional: [
    required("NAME[@VERSION]", "A mod, and which release of it", {
      parse: parseQuestion,
      complete: "installed-mods",
    }),
  ],
  examples: [
    ["roboport why-not flib@0.15.0", "What would have to give for this release"],
    ["roboport why-not flib", "What keeps the newest one away"],
  ],
  async run({ output, openSession }, flags, question) {
    const { findWhyNot } = await import("../../operations/why-not.ts");
    const answer = await findWhyNot(await openSession(flags), question);
    output.data(answer, () => (answer.possible ? attainable(answer, output.columns) : unattainable(answer)));
    return answer.possible ? undefined : exitCodeOf(answer.undecided ? "UNDECIDED" : "NO_SOLUTION");
  },
});

/** @throws {RoboportError} `USAGE` for bounds, for the question is about one release. */
function parseQuestion(text: string): Omit<ReleaseQuestion, "request"> {
  const { name, constraints } = parseRequirement(text);
  const [only, ...others] = constraints;
  if (!only) return { name };
  if (only.operator === "=" && others.length === 0) return { name, version: only.version };
  throw new RoboportError("USAGE", `Cannot tell which release ${text.slice(0, 80)} is: it names bounds`, {
    hint: "Write NAME@VERSION, or NAME alone for its newest release.",
  });
}

function attainable({ name, version, present, changes, obstacles }: Attainable, columns: number | undefined): Styled {
  const asked = `${name}@${version}`;
  if (present)
    return lines(styled`${bold(name)} ${version} is there already`, `What it is for: roboport why ${inShell(name)}`);
  const reasons = obstacles.map(({ text }): Text => styled`  * ${text}`);
  const rows = changes.map((each): readonly Text[] => [MARKS[directionOf(each)], bold(each.name), versionsOf(each)]);
  const isInstalled = changes.some((each) => each.name === name && each.from !== undefined);
  return lines(
    styled`${bold(name)} ${version} can be had${reasons.length > 0 ? ", and was not chosen because:" : ""}`,
    reasons,
    "",
    bold("What would change:"),
    formatTable(rows, { indent: 2, columns }),
    "",
    styled`To have it, run: roboport ${isInstalled ? "update --to" : "add"} ${inShell(asked)}`,
  );
}

function directionOf({ from, to }: PickChange): keyof typeof MARKS {
  if (from === undefined) return "add";
  if (to === undefined) return "remove";
  return compareVersions(parseVersion(to), parseVersion(from)) > 0 ? "upgrade" : "downgrade";
}

function unattainable(answer: Unattainable): Styled {
  const asked = answer.version === undefined ? answer.name : `${answer.name} ${answer.version}`;
  const message = answer.undecided
    ? `Ran out of time before it was known whether ${asked} can be had`
    : `${asked} cannot be had:`;
  return lines(bold(message), conflictLines(answer));
}

/** A name as a shell takes it for one word: only spaces in it need that. */
function inShell(word: string): string {
  return word.includes(" ") ? `'${word}'` : word;
}
