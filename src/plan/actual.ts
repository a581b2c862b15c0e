import type { ModList } from "../game/mod-list.ts";
import type { Version } from "../game/version.ts";

/** One mod in the mods folder, as far as planning needs to know it. */
export interface PresentMod {
  /** Name of the zip or folder inside the mods folder. */
  readonly file: string;
  readonly form: "zip" | "folder";
  readonly name: string;
  readonly version: Version;
  readonly factorioVersion: string;
  readonly dependencies: readonly string[];
  /** Bytes; 0 for a folder. */
  readonly size: number;
  /** Changes when the file is touched: `size:mtime:inode`. */
  readonly stamp: string;
  /** Known for zips that are ours or that a release would be compared with. */
  readonly sha1?: string;
  readonly sha256?: string;
  /** True when Roboport put or adopted it: the only files a plan may replace or remove. */
  readonly owned: boolean;
  /** SHA-256 of what Roboport put or adopted there; another one than `sha256` tells that it was changed by hand. */
  readonly recorded?: string;
}

/** What the mods folder holds. */
export interface Actual {
  readonly mods: readonly PresentMod[];
  /** Everything else in there: never touched. */
  readonly foreign: readonly { readonly file: string; readonly reason: string }[];
  readonly modList: ModList | undefined;
}

/** The texts beside the mods folder that a plan replaces. */
export interface ActualTexts {
  readonly manifest: string | undefined;
  readonly lockfile: string | undefined;
}

/**
 * A canonical text of what a plan depends on: equal texts mean that a plan made for one fits the other.
 *
 * @see rule PLAN-3
 */
export function describeActual(actual: Actual, texts: ActualTexts): string {
  const mods = actual.mods.map((mod) => `${mod.file}\t${mod.stamp}`).sort();
  const list = (actual.modList?.mods ?? []).map((entry) => `${entry.name}\t${entry.enabled}\t${entry.version ?? ""}`);
  return JSON.stringify([mods, list, texts.manifest ?? "", texts.lockfile ?? ""]);
}
