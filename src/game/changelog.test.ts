import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CHANGELOG_SEPARATOR, findVersionRange, formatChangelog, parseChangelog, sectionsWithin } from "./changelog.ts";
import { findChangelogFaults } from "./changelog-check.ts";

const DATA = process.env["ROBOPORT_DATA"] ?? fileURLToPath(new URL("../../../shared/data", import.meta.url));
const FILES = join(DATA, "changelogs");

const changelog = (...lines: readonly string[]) => [CHANGELOG_SEPARATOR, ...lines, ""].join("\n");
const GOOD = [
  changelog("Version: 1.1.0", "Date: 2026. 01. 02", "  Features:", "    - One", "      more", "", "    - Two"),
  changelog("Version: 1.0.0", "  Bugfixes:", "    - Three"),
].join("");

describe("parseChangelog", () => {
  it("[CHANGES-1] [CHANGES-2] reads what keeps the rules, and writes it again", () => {
    expect(parseChangelog(GOOD)).toEqual([
      {
        version: { text: "1.1.0", key: expect.any(Number) },
        date: "2026. 01. 02",
        categories: [{ name: "Features", entries: ["One\nmore", "Two"] }],
      },
      {
        version: { text: "1.0.0", key: expect.any(Number) },
        date: undefined,
        categories: [{ name: "Bugfixes", entries: ["Three"] }],
      },
    ]);
    expect(findChangelogFaults(formatChangelog(parseChangelog(GOOD)))).toEqual([]);
  });

  it("[CHANGES-1] [CHANGES-2] reads what breaks them", () => {
    const text =
      "\ufeffChanges\r\n\r\nversion 1.2: Quick fix\r\n* star\r\n  wrapped\r\n1.1.0\r\nSounds:\r\n\t-tab\r\nDate: late";
    expect(parseChangelog(text)).toMatchObject([
      { version: { text: "1.2" }, categories: [{ name: "", entries: ["Quick fix", "star\nwrapped"] }] },
      { version: { text: "1.1.0" }, categories: [{ name: "Sounds", entries: ["tab\nDate: late"] }] },
    ]);
  });

  it("[CHANGES-3] finds no sections where no line begins with a version", () => {
    expect(parseChangelog("Changes\nsince 1.0.0 all is new\n  1.1.0\n")).toEqual([]);
  });

  it("[CHANGES-3] answers any text", () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom(CHANGELOG_SEPARATOR, "Version: 1.0.0", "Date: x", "  A:", "    - b"),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const text = lines.join("\n");
        parseChangelog(text);
        findChangelogFaults(text);
      }),
    );
  });
});

describe("ranges", () => {
  const within = (text: string) => {
    const range = findVersionRange(text);
    return range && sectionsWithin(parseChangelog(GOOD), range).map(({ version }) => version.text);
  };

  it("[CHANGES-4] leave out the lower end", () => {
    expect(within("1.0.0..1.1.0")).toEqual(["1.1.0"]);
    expect(within("..1.0.0")).toEqual(["1.0.0"]);
    expect(within("0.9..")).toEqual(["1.1.0", "1.0.0"]);
    expect(within("1.0.0")).toEqual(["1.0.0"]);
    expect(within("2.0.0..")).toEqual([]);
  });

  it.each(["", "..", "a..b", "1.0.0...", "1", "1.0.0..x"])("[CHANGES-4] are not read from %j", (text) => {
    expect(findVersionRange(text)).toBeUndefined();
  });
});

describe("findChangelogFaults", () => {
  const faults = (...lines: readonly string[]) =>
    findChangelogFaults(lines.join("\n")).map(({ line, text }) => [line, text]);
  const head = [CHANGELOG_SEPARATOR, "Version: 1.0.0"];
  const body = ["  Info:", "    - Text"];

  it("[CHANGES-5] wants 99 hyphens, first and in front of every version", () => {
    expect(faults("-".repeat(98), "Version: 1.0.0", ...body)).toMatchObject([[1, expect.stringContaining("99")]]);
    expect(faults(...head, ...body, "-".repeat(100), "Version: 0.9.0")).toMatchObject([
      [5, expect.stringContaining("100 hyphens")],
      [6, expect.stringContaining("second version")],
    ]);
    expect(faults(...head, ...body, CHANGELOG_SEPARATOR)).toMatchObject([[5, expect.stringContaining("empty")]]);
  });

  it("[CHANGES-6] wants a version of its own behind them", () => {
    expect(faults(CHANGELOG_SEPARATOR, "", "Version: 1.0.0")).toMatchObject([
      [2, expect.any(String)],
      [3, expect.any(String)],
    ]);
    expect(faults(CHANGELOG_SEPARATOR, "Version: soon")).toMatchObject([[2, expect.stringContaining("1.2.3")]]);
    expect(faults(...head, ...body, ...head, ...body)).toMatchObject([[6, expect.stringContaining("already")]]);
  });

  it("[CHANGES-7] wants one date at most, at the top", () => {
    expect(faults(...head, "Date: x", "Date: y", ...body)).toMatchObject([[4, expect.stringContaining("second date")]]);
    expect(faults(...head, ...body, "Date: x")).toMatchObject([[5, expect.stringContaining("in front")]]);
  });

  it("[CHANGES-8] wants categories, entries and what goes on with them", () => {
    expect(faults(...head, "    - Text")).toMatchObject([
      [3, expect.stringContaining("in front of the first category")],
    ]);
    expect(faults(...head, " Info:", "  Info", "   - Text")).toHaveLength(3);
    expect(faults(...head, "  Info:", "      Text")).toMatchObject([[4, expect.stringContaining("Six spaces")]]);
  });

  it("[CHANGES-9] wants neither tabs nor spaces at the end", () => {
    expect(faults(...head, "  Info:", "    - Te\txt ")).toMatchObject([
      [4, expect.stringContaining("tab")],
      [4, expect.stringContaining("at its end")],
    ]);
  });
});

describe.skipIf(!existsSync(FILES))("real changelogs", () => {
  it.each(existsSync(FILES) ? readdirSync(FILES) : [])("[CHANGES-1] %s", (name) => {
    const text = readFileSync(join(FILES, name), "utf8");
    const sections = parseChangelog(text);
    const headings = text.match(/^Version:\s*\d/gm) ?? [];
    expect(sections.length).toBeGreaterThanOrEqual(headings.length);
    expect(sections.flatMap(({ categories }) => categories).every(({ entries }) => entries.length >= 0)).toBe(true);
    if (findChangelogFaults(text).length === 0) expect(parseChangelog(formatChangelog(sections))).toEqual(sections);
  });
});
