import { CHANGELOG_SEPARATOR } from "./changelog.ts";

/** A line of a changelog that the game does not accept; it shows nothing of such a changelog. */
export interface ChangelogFault {
  /** From 1. */
  readonly line: number;
  /** One sentence without a full stop. */
  readonly text: string;
}

const CATEGORY = /^ {2}[^\s-].*:$/;
const ENTRY = /^ {4}- \S/;
const CONTINUATION = /^ {6}\S/;
const FAULTS_MAX = 100;

/** What has been read of a section. */
interface Section {
  version: string | undefined;
  hasDate: boolean;
  /** Of what the line before was a part. */
  at: "separator" | "head" | "category" | "entry";
}

/**
 * Find every line of a changelog that breaks the game's rules, up to a hundred.
 *
 * @see https://lua-api.factorio.com/latest/auxiliary/changelog-format.html, rules CHANGES-5 to CHANGES-9
 */
export function findChangelogFaults(text: string): readonly ChangelogFault[] {
  const faults: ChangelogFault[] = [];
  const versions = new Set<string>();
  let section: Section | undefined;
  const lines = text.split(/\r?\n/);
  for (const [index, line] of lines.entries()) {
    const refuse = (why: string) => faults.push({ line: index + 1, text: why });
    if (line === CHANGELOG_SEPARATOR) {
      if (section?.at === "separator") refuse("A section has nothing but its line of hyphens");
      section = { version: undefined, hasDate: false, at: "separator" };
    } else if (index === 0) {
      refuse("The first line must be exactly 99 hyphens");
      section = { version: undefined, hasDate: false, at: "separator" };
      if (!/^-+$/.test(line)) takeLine(line, { section, versions, refuse });
    } else if (section) takeLine(line, { section, versions, refuse });
  }
  if (section?.at === "separator") faults.push({ line: lines.length, text: "The last section is empty" });
  return faults.slice(0, FAULTS_MAX);
}

interface Place {
  readonly section: Section;
  /** Those of the sections so far. */
  readonly versions: Set<string>;
  readonly refuse: (why: string) => void;
}

function takeLine(line: string, place: Place): void {
  const { section, refuse } = place;
  if (line.includes("\t")) refuse("There is a tab, where only spaces may be");
  if (line.trimEnd() !== line) refuse("There is white space at its end");
  const body = line.trimEnd();
  if (/^-{3,}$/.test(body)) refuse(`A line of ${body.length} hyphens: it must be exactly 99`);
  else if (section.at === "separator") takeVersion(body, place);
  else if (body.startsWith("Version:"))
    refuse("A section has a second version, or the 99 hyphens in front of it are missing");
  else if (body.startsWith("Date:")) takeDate(section, refuse);
  else if (body !== "") takeBody(body, section, refuse);
}

function takeVersion(line: string, { section, versions, refuse }: Place): void {
  section.at = "head";
  const [, version = ""] = /^Version: (.*)$/.exec(line) ?? [];
  if (version === "") refuse('The line behind the hyphens must be "Version: " and a version');
  else if (!/^\d+\.\d+\.\d+$/.test(version)) refuse(`The version ${version.slice(0, 40)} is not of the form 1.2.3`);
  else if (versions.has(version)) refuse(`There is a section for ${version} already`);
  section.version = version;
  versions.add(version);
}

function takeDate(section: Section, refuse: Place["refuse"]): void {
  if (section.hasDate) refuse("A section has a second date");
  else if (section.at !== "head") refuse("The date must stand in front of the first category");
  section.hasDate = true;
}

function takeBody(line: string, section: Section, refuse: Place["refuse"]): void {
  if (CATEGORY.test(line)) section.at = "category";
  else if (ENTRY.test(line)) {
    if (section.at === "head") refuse("An entry stands in front of the first category");
    section.at = "entry";
  } else if (!CONTINUATION.test(line)) {
    refuse(
      'It begins with neither "  " and a category with a colon, nor "    - ", nor six spaces that go on with an entry',
    );
  } else if (section.at !== "entry") refuse("Six spaces go on with an entry, and there is none");
}
