/**
 * The look of an installation right after it was made equal to its lockfile: when everything still looks the same,
 * `install` has nothing to do and need not read, parse or ask anything.
 *
 * A stamp is a shortcut, never the truth: whoever doubts it looks properly.
 */
export interface Stamp {
  /** The mods folder, relative to the installation's folder. */
  readonly modsDir: string;
  /** Looks of files by their paths relative to the installation's folder: all that can give `install` something to do. */
  readonly files: Readonly<Record<string, Look>>;
  /** Looks of everything in the mods folder, by file name. */
  readonly mods: Readonly<Record<string, Look>>;
  readonly summary: InstallSummary;
}

/** What `install` says when there is nothing to do. */
export interface InstallSummary {
  /** Number of mods in the lockfile. */
  readonly mods: number;
  /** Full game version. */
  readonly factorio: string;
}

/** `size:mtime:inode`, or {@link ABSENT}, or {@link ANY} for what is there but may change. */
export type Look = string;

export const ABSENT: Look = "absent";
export const ANY: Look = "any";

/** What a look is made of; `fs.Stats` has it. */
export interface FileFacts {
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970 with their fraction. */
  readonly mtimeMs: number;
  readonly ino: number;
}

/** Where the stamp lies, relative to the installation's folder. */
export const STAMP_FILE = ".roboport/state.json";

const FORMAT_VERSION = 1;

/** The look of a file, or of none. */
export function lookOf(facts: FileFacts | undefined): Look {
  return facts ? `${facts.size}:${facts.mtimeMs}:${facts.ino}` : ABSENT;
}

/** The text of a stamp file. */
export function formatStamp(stamp: Stamp): string {
  return `${JSON.stringify({ version: FORMAT_VERSION, ...stamp })}\n`;
}

/** The stamp in this text; undefined for anything else, damaged or of another version. */
export function findStamp(text: string): Stamp | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  return isStamp(value) ? value : undefined;
}

/** The installation as it is now, asked only for what is needed. */
export interface Surroundings {
  /** By path relative to the installation's folder. */
  readonly factsOfFile: (path: string) => FileFacts | undefined;
  readonly namesInMods: () => readonly string[];
  /** By file name in the mods folder. */
  readonly factsOfMod: (name: string) => FileFacts | undefined;
}

/**
 * True when nothing that `install` looks at has changed since the stamp was made.
 *
 * @see rule STAMP-1
 */
export function isUnchanged(stamp: Stamp, now: Surroundings): boolean {
  const names = now.namesInMods();
  return (
    names.length === Object.keys(stamp.mods).length &&
    Object.entries(stamp.files).every(([path, look]) => lookOf(now.factsOfFile(path)) === look) &&
    names.every((name) => {
      const look = Object.hasOwn(stamp.mods, name) ? stamp.mods[name] : undefined;
      return look === ANY || (look !== undefined && look !== ABSENT && lookOf(now.factsOfMod(name)) === look);
    })
  );
}

/** `Up to date: 200 mods for Factorio 2.0.60`. */
export function formatUpToDate({ mods, factorio }: InstallSummary): string {
  return `Up to date: ${mods} ${mods === 1 ? "mod" : "mods"} for Factorio ${factorio}`;
}

/** The same as a document. */
export interface UpToDateDocument extends InstallSummary {
  readonly empty: true;
  readonly actions: readonly [];
  readonly switches: readonly [];
}

/** What `install --json` prints when there is nothing to do: an empty plan without its texts. */
export function describeUpToDate(summary: InstallSummary): UpToDateDocument {
  return { empty: true, factorio: summary.factorio, mods: summary.mods, actions: [], switches: [] };
}

function isStamp(value: unknown): value is Stamp {
  if (!isRecord(value) || value["version"] !== FORMAT_VERSION || typeof value["modsDir"] !== "string") return false;
  const { files, mods, summary } = value;
  return (
    isLooks(files) &&
    isLooks(mods) &&
    isRecord(summary) &&
    typeof summary["mods"] === "number" &&
    typeof summary["factorio"] === "string"
  );
}

function isLooks(value: unknown): boolean {
  return isRecord(value) && Object.values(value).every((look) => typeof look === "string");
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
