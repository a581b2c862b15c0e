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

const FORMAT_VERSION = 2;

/** The look of a file, or of none. */
export function lookOf(facts: FileFacts | undefined): Look {
  return facts ? `${facts.size}:${facts.mtimeMs}:${facts.ino}` : ABSENT;
}

const SUMMED = /^\{"sum":(\d+),"stamp":(\{.*\})\}\n$/;

/** The text of a stamp file. */
export function formatStamp(stamp: Stamp): string {
  const text = JSON.stringify({ version: FORMAT_VERSION, ...stamp });
  return `{"sum":${sumOf(text)},"stamp":${text}}\n`;
}

/** FNV-1a: tells one wrong bit anywhere, and needs no module at a start that is to be fast. */
function sumOf(text: string): number {
  let sum = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193);
  return sum >>> 0;
}

/** The stamp in this text; undefined for anything else, damaged or of another version. */
export function findStamp(text: string): Stamp | undefined {
  const [, sum, stamp = ""] = SUMMED.exec(text) ?? [];
  if (sum !== String(sumOf(stamp))) return undefined;
  // The sum has shown that we wrote it, so its shape is ours.
  const { version, ...found }: Stamp & { readonly version: number } = JSON.parse(stamp);
  return version === FORMAT_VERSION ? found : undefined;
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

/** `Up to date: 200 mods for Factorio 2.0.60`; counts as all other commands do. */
export function formatUpToDate({ mods, factorio }: InstallSummary): string {
  return `Up to date: ${mods || "no"} ${mods === 1 ? "mod" : "mods"} for Factorio ${factorio}`;
}

/** The same as a document. */
export interface UpToDateDocument extends InstallSummary {
  readonly ok: true;
  /** The mods folder is as it is wanted. */
  readonly applied: true;
  readonly empty: true;
  readonly actions: readonly [];
  readonly switches: readonly [];
}

/** What `install --json` prints when there is nothing to do: an empty plan without its texts. */
export function describeUpToDate(summary: InstallSummary): UpToDateDocument {
  return {
    ok: true,
    applied: true,
    empty: true,
    factorio: summary.factorio,
    mods: summary.mods,
    actions: [],
    switches: [],
  };
}
