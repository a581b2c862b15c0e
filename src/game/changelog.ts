import { compareVersions, findVersion, type Version } from "./version.ts";

/** What one version of a mod changed. */
export interface ChangelogSection {
  readonly version: Version;
  /** As written. */
  readonly date: string | undefined;
  readonly categories: readonly ChangelogCategory[];
}

/** One kind of change, with its entries. */
export interface ChangelogCategory {
  /** Without its colon; empty for entries in front of the first category. */
  readonly name: string;
  /** Lines of one entry are joined by line breaks. */
  readonly entries: readonly string[];
}

const SEPARATOR = /^-{10,}$/;
const HEADING = /^version\s*:?\s*v?(\d+\.\d+(?:\.\d+)*)\s*:?\s*(.*)$/i;
const BARE_HEADING = /^v?(\d+\.\d+(?:\.\d+)*)\s*:?$/;
const DATE = /^date\s*:\s*(.*)$/i;
const BULLET = /^[-*•]\s*(.*)$/;
const TEXT_MAX = 16 * 1024 * 1024;

interface OpenSection {
  readonly version: Version;
  date: string | undefined;
  readonly categories: { readonly name: string; readonly entries: string[] }[];
}

/**
 * Read a changelog, also one that breaks the rules of the game: whatever names a version begins its section.
 *
 * @returns no sections for a text that names no version at the beginning of any line.
 * @see reference/formats.md §4, rules CHANGES-1 to CHANGES-3
 */
export function parseChangelog(text: string): readonly ChangelogSection[] {
  const sections: OpenSection[] = [];
  for (const raw of text
    .slice(0, TEXT_MAX)
    .replace(/^\ufeff/, "")
    .split("\n")) {
    const line = raw.trim();
    const heading = findHeading(raw.trimEnd(), line);
    const current = sections.at(-1);
    if (heading) sections.push(heading);
    else if (current && line !== "" && !SEPARATOR.test(line)) addLine(current, line);
  }
  return sections.map(({ version, date, categories }) => ({ version, date, categories }));
}

/** A version number alone begins a section only at the left edge: further in it may be part of a sentence. */
function findHeading(whole: string, line: string): OpenSection | undefined {
  const [, number = "", rest = ""] = HEADING.exec(line) ?? BARE_HEADING.exec(whole) ?? [];
  const version = findVersion(number);
  if (!version) return undefined;
  return { version, date: undefined, categories: rest === "" ? [] : [{ name: "", entries: [rest] }] };
}

function addLine(section: OpenSection, line: string): void {
  const date = DATE.exec(line)?.[1];
  const bullet = BULLET.exec(line)?.[1];
  if (date !== undefined && section.categories.length === 0) section.date ??= date;
  else if (bullet !== undefined) openCategory(section).entries.push(bullet);
  else if (line.endsWith(":")) section.categories.push({ name: line.slice(0, -1).trimEnd(), entries: [] });
  else continueEntry(openCategory(section).entries, line);
}

function openCategory(section: OpenSection): OpenSection["categories"][number] {
  const last = section.categories.at(-1);
  if (last) return last;
  const first = { name: "", entries: [] };
  section.categories.push(first);
  return first;
}

function continueEntry(entries: string[], line: string): void {
  const last = entries.pop();
  entries.push(last === undefined ? line : `${last}\n${line}`);
}

/** A range of versions: the lower end is what one has and is left out, the upper one is included. */
export interface VersionRange {
  readonly above: Version | undefined;
  readonly upTo: Version | undefined;
}

/**
 * Read `A..B`, `A..`, `..B`, or one version alone; undefined for anything else.
 *
 * @see rule CHANGES-4
 */
export function findVersionRange(text: string): VersionRange | undefined {
  const at = text.indexOf("..");
  const ends = at < 0 ? ["", text] : [text.slice(0, at), text.slice(at + 2)];
  const [above, upTo] = ends.map((end) => (/^\d+(?:\.\d+){1,2}$/.test(end) ? findVersion(end) : undefined));
  const isRead = (above !== undefined || ends[0] === "") && (upTo !== undefined || ends[1] === "");
  if (!isRead || text === "" || text === "..") return undefined;
  if (at >= 0) return { above, upTo };
  return upTo && { above: { text: upTo.text, key: upTo.key - 1 }, upTo };
}

/**
 * The sections of a range, newest first as changelogs have them.
 *
 * @see rule CHANGES-4
 */
export function sectionsWithin(
  sections: readonly ChangelogSection[],
  { above, upTo }: VersionRange,
): readonly ChangelogSection[] {
  return sections.filter(
    ({ version }) =>
      (above === undefined || compareVersions(version, above) > 0) &&
      (upTo === undefined || compareVersions(version, upTo) <= 0),
  );
}

/** Sections as the game writes them. */
export function formatChangelog(sections: readonly ChangelogSection[]): string {
  return sections.map(formatSection).join("");
}

/** Exactly as many hyphens as the game wants. */
export const CHANGELOG_SEPARATOR = "-".repeat(99);

function formatSection({ version, date, categories }: ChangelogSection): string {
  const body = categories.flatMap(({ name, entries }) => [
    ...(name === "" ? [] : [`  ${name}:`]),
    ...entries.map((entry) => `    - ${entry.replaceAll("\n", "\n      ")}`),
  ]);
  const head = [CHANGELOG_SEPARATOR, `Version: ${version.text}`, ...(date === undefined ? [] : [`Date: ${date}`])];
  return `${[...head, ...body].join("\n")}\n`;
}
