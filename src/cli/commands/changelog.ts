import { RoboportError } from "../../errors.ts";
import { type ChangelogSection, findVersionRange } from "../../game/changelog.ts";
import { defineCommand, optional, required } from "../command.ts";
import { bold, dim, lines, type Styled, styled, type Text } from "../styled.ts";

export const command = defineCommand({
  details:
    "A range leaves out its lower end, which is what one has: 1.2.0..1.3.1 shows what changed after 1.2.0, up to 1.3.1. Either end may be missing. The mod base is the game itself.",
  positional: [
    required<string>("NAME", "A mod", { complete: "installed-mods" }),
    optional("A..B", "Versions to show", { parse: getRange }),
  ],
  examples: [
    ["roboport changelog flib", "All of it"],
    ["roboport changelog flib 0.14.0..", "What an update from 0.14.0 brings"],
    ["roboport changelog base 2.0.60..2.0.76", "What changed in the game"],
  ],
  async run({ output, openSession }, _flags, name, range = { above: undefined, upTo: undefined }) {
    const { getChangelog } = await import("../../operations/changelog.ts");
    const { source, text, sections } = await getChangelog(await openSession(), name, range);
    const isWhole = range.above === undefined && range.upTo === undefined;
    const isLoose = sections.length === 0 && isWhole;
    output.data({ name, source, sections: sections.map(describe), ...(isLoose && { text }) }, () =>
      isLoose ? text.trimEnd() : formatSections(sections),
    );
  },
});

function getRange(text: string) {
  const range = findVersionRange(text);
  if (range) return range;
  throw new RoboportError("USAGE", `Cannot read the range "${text.slice(0, 80)}"`, {
    hint: "Write it as 1.2.0..1.3.0, 1.2.0.. or ..1.3.0, or one version alone.",
  });
}

function describe({ version, date, categories }: ChangelogSection) {
  return { version: version.text, date: date ?? null, categories };
}

function formatSections(sections: readonly ChangelogSection[]): Styled {
  if (sections.length === 0) return lines("No versions in this range");
  return lines(
    sections.flatMap(({ version, date, categories }, at): readonly Text[] => [
      ...(at > 0 ? [""] : []),
      date === undefined ? bold(version.text) : styled`${bold(version.text)} ${dim(date)}`,
      ...categories.flatMap(({ name, entries }) => [
        ...(name === "" ? [] : [`  ${name}:`]),
        ...entries.flatMap((entry) => entry.split("\n").map((line, row) => `    ${row === 0 ? "-" : " "} ${line}`)),
      ]),
    ]),
  );
}
