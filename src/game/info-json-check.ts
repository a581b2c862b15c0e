import { findNodeAtLocation, parseTree } from "jsonc-parser";
import { isRoboportError } from "../errors.ts";
import { findDependency } from "./dependency.ts";
import { type InfoJson, parseInfoJson } from "./info-json.ts";
import { findTooDeep, placeOf } from "./jsonc.ts";
import { isModName } from "./mod-name.ts";
import { findVersion } from "./version.ts";

/** Something an author should look at before a release goes out. */
export interface Remark {
  readonly file: string;
  /** From 1; undefined when it is about the whole file. */
  readonly line: number | undefined;
  /** A portal or the game refuses what has an error. */
  readonly severity: "error" | "warning";
  /** A sentence without a full stop. */
  readonly text: string;
}

/** What came of looking at an info.json. */
export interface InfoJsonCheck {
  /** Undefined when it cannot be read at all. */
  readonly info: InfoJson | undefined;
  readonly remarks: readonly Remark[];
}

const FILE = "info.json";
const TITLE_MAX = 100;
/** Flags that authors write and the game passes over. */
const MISSPELT: Readonly<Record<string, string>> = {
  elevated_rails_required: "rail_bridges_required",
  space_platform_required: "space_travel_required",
  spoilage_required: "spoiling_required",
};

type Say = (severity: Remark["severity"], key: readonly (string | number)[], text: string) => void;

/**
 * Look at an info.json as strictly as the portal does when it is uploaded.
 *
 * @see reference/formats.md §1 to §3 and §5, rules CHECK-1 to CHECK-5
 */
export function checkInfoJson(text: string): InfoJsonCheck {
  const remarks: Remark[] = [];
  const deep = findTooDeep(text);
  if (deep !== undefined) {
    const { line } = placeOf(text, deep);
    return {
      info: undefined,
      remarks: [{ file: FILE, line, severity: "error", text: "Brackets are nested too deep" }],
    };
  }
  const tree = parseTree(text.replace(/^\uFEFF/, " "));
  const say: Say = (severity, key, what) => {
    const node = tree && findNodeAtLocation(tree, [...key]);
    remarks.push({ file: FILE, line: node && lineAt(text, node.offset), severity, text: what });
  };
  const info = readInfo(text, say);
  if (info) {
    checkNames(info, say);
    checkVersions(info, say);
    checkDependencies(info, say);
    checkFlags(info, say);
  }
  return { info, remarks };
}

function readInfo(text: string, say: Say): InfoJson | undefined {
  try {
    return parseInfoJson(text);
  } catch (error) {
    if (!isRoboportError(error, "INFO_JSON_SHAPE")) throw error;
    say("error", [], error.message);
    return undefined;
  }
}

function checkNames({ name, raw }: InfoJson, say: Say): void {
  if (!/^[A-Za-z0-9_-]{3,50}$/.test(name)) {
    say("error", ["name"], `The name ${JSON.stringify(name)} needs 3 to 50 letters, digits, _ and -`);
  }
  const { title, author } = raw;
  if (typeof title !== "string" || title.trim() === "") say("error", ["title"], "The title is missing");
  else if (title.length > TITLE_MAX) say("error", ["title"], `The title is longer than ${TITLE_MAX} characters`);
  if (typeof author !== "string" || author.trim() === "") say("error", ["author"], "The author is missing");
}

function checkVersions({ version, raw }: InfoJson, say: Say): void {
  const written = String(raw["version"]);
  if (!/^\d+\.\d+\.\d+$/.test(written)) {
    say("error", ["version"], `The version ${JSON.stringify(written)} needs three numbers`);
  } else if (/(?:^|\.)0\d/.test(version.text)) {
    say("warning", ["version"], `The version ${version.text} has leading zeros, which saves and file names lose`);
  }
  const line = raw["factorio_version"];
  if (line === undefined) {
    say("error", ["factorio_version"], "factorio_version is missing, which means 0.12");
  } else if (typeof line !== "string" || !/^\d+\.\d+$/.test(line) || !findVersion(line)) {
    say(
      "error",
      ["factorio_version"],
      `factorio_version ${JSON.stringify(line)} needs exactly two numbers, such as "2.0"`,
    );
  }
}

function checkDependencies({ name, raw }: InfoJson, say: Say): void {
  const { dependencies } = raw;
  if (dependencies === undefined) return;
  if (!Array.isArray(dependencies)) return say("error", ["dependencies"], "dependencies is not a list");
  const seen = new Set<string>();
  for (const [index, text] of dependencies.entries()) {
    const key = ["dependencies", index];
    const dependency = typeof text === "string" ? findDependency(text) : undefined;
    if (!dependency || !isModName(dependency.name)) {
      say("error", key, `${JSON.stringify(text)} is no dependency`);
      continue;
    }
    if (dependency.name === name) say("error", key, "The mod depends on itself");
    if (seen.has(dependency.name)) say("warning", key, `There are several dependencies on ${dependency.name}`);
    seen.add(dependency.name);
  }
}

function checkFlags({ raw }: InfoJson, say: Say): void {
  for (const [wrong, right] of Object.entries(MISSPELT)) {
    if (wrong in raw) say("warning", [wrong], `The game does not know ${wrong}; it is called ${right}`);
  }
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}
