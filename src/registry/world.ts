import type { OpenPieces } from "./byte-pieces.ts";
/** First and last byte wanted, both included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** One published zip of a mod. Immutable: other bytes are another release. */
export interface WorldRelease {
  /** As published: leading zeros and missing third parts are kept. */
  readonly version: string;
  /** As published: may have a third part; undefined when the release does not say. */
  readonly factorioVersion: string | undefined;
  /** As published; undefined when the release does not say, which means `["base"]`. */
  readonly dependencies: readonly string[] | undefined;
  /** Licences its players need, such as `space-travel`. */
  readonly featureFlags: readonly string[];
  /** UTC instant with six decimals and `Z`. */
  readonly releasedAt: string;
  /** 24 hex digits, the release's name in download URLs. */
  readonly id: string;
  /** `{name}_{version}.zip`. */
  readonly fileName: string;
  /** 40 hex digits, of exactly the bytes that {@link open} gives. */
  readonly sha1: string;
  /** In bytes; undefined while the zip is at another portal only. */
  readonly size: number | undefined;
  /**
   * The zip or a part of it.
   *
   * @throws {RoboportError} `STATE_SHAPE` when the file behind it is not the one that was read for `sha1`.
   */
  readonly open: (range?: ByteRange) => Promise<Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>>;
  /** Begins to bring the zip here from another portal, or joins whoever does; absent where it is here or cannot come. */
  readonly bring?: (() => Arrival) | undefined;
}

/** A zip on its way from another portal. */
export interface Arrival {
  /** In bytes, as soon as the other portal says so; undefined when it does not. Rejects as `here` does. */
  readonly length: Promise<number | undefined>;
  /**
   * The release with its zip, once that is proved and kept.
   *
   * @throws {RoboportError} whatever ended the transfer.
   */
  readonly here: Promise<WorldRelease & { readonly size: number }>;
  /**
   * So many bytes as they come, for the one who takes this seat first; undefined for everybody else. The last of them come
   * only when all are proved; where they never are, they end early.
   */
  readonly follow: (length: number) => OpenPieces | undefined;
}

/** How a mod may be used; `id` is `default_mit` and the like, or `custom_` and 24 hex digits. */
export interface WorldLicense {
  readonly description: string;
  readonly id?: string;
  readonly name: string;
  readonly title: string;
  readonly url: string;
}

/** A picture on a mod's page; both addresses are absolute. */
export interface WorldImage {
  readonly id: string;
  readonly thumbnail: string;
  readonly url: string;
}

/** What a mod's page says beside its releases; what a world does not know is absent. */
export interface ModDetails {
  readonly title?: string;
  readonly owner?: string;
  readonly summary?: string;
  readonly category?: string;
  readonly changelog?: string;
  readonly deprecated?: boolean;
  readonly description?: string;
  readonly downloadsCount?: number;
  readonly faq?: string;
  readonly githubPath?: string;
  readonly homepage?: string;
  readonly images?: readonly WorldImage[];
  /** A day, `2026-05-18`. */
  readonly lastHighlightedAt?: string;
  readonly license?: WorldLicense;
  readonly score?: number;
  readonly sourceUrl?: string;
  readonly tags?: readonly string[];
  /** `/assets/{sha1}.thumb.png`. */
  readonly thumbnail?: string;
}

/** One mod. Immutable: a world whose mod changes hands out a new object, so answers may be remembered by it. */
export interface WorldMod extends ModDetails {
  readonly name: string;
  /** UTC instant with six decimals and `Z`. */
  readonly createdAt: string;
  /** Sorted by {@link WorldRelease.releasedAt}. */
  readonly releases: readonly WorldRelease[];
  /** True when the portal it comes from could not be asked whether it changed. */
  readonly isStale?: boolean;
}

/**
 * What lists are sorted and filtered by and searches look at. Immutable, as {@link WorldMod} is.
 */
export interface ModSummary {
  readonly name: string;
  readonly title: string;
  readonly owner: string;
  readonly summary: string;
  /** Undefined when the world does not know. */
  readonly category: string | undefined;
  readonly deprecated: boolean;
  readonly downloadsCount: number;
  readonly score: number;
  /** UTC instants with six decimals and `Z`. */
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly sourceUrl: string | undefined;
  readonly tags: readonly string[];
  readonly thumbnail: string | undefined;
  /** Lines of the game that have a release, `2.0`, oldest first. */
  readonly lines: readonly string[];
  /** The newest release. */
  readonly latest: { readonly id: string; readonly version: string } | undefined;
  /** Of the newest release. */
  readonly requiresSpaceAge: boolean;
}

/** Which form an entry of a list has. */
export type EntryForm =
  /** With the newest release, for one game line when it is given. */
  | { readonly kind: "list"; readonly line: string | undefined }
  /** With all releases. */
  | { readonly kind: "named" }
  /** With everything. */
  | { readonly kind: "full" };

/** Everything a portal knows, to be read: the port that each kind of storage implements. */
export interface World {
  findMod(name: string): Promise<WorldMod | undefined>;
  /** The same at once, where no other portal has to be asked first; absent or undefined where one has. */
  peekMod?(name: string): WorldMod | undefined;
  /** @param id as {@link WorldRelease.id} */
  findRelease(mod: string, id: string): Promise<WorldRelease | undefined>;
  /** What lists need of just these mods, in any order; names that are gone are left out. */
  summaries(names: Iterable<string>): Promise<readonly ModSummary[]>;
  modCount(): Promise<number>;
  /** Every mod in the byte order of the names; the same array as long as nothing changed. */
  allMods(): Promise<readonly ModSummary[]>;
  /** Entries of a list as JSON with commas between them, in the order of the names; names that are gone are left out. */
  entries(names: readonly string[], form: EntryForm): Promise<Uint8Array>;
}

/** Something a world left out, and why. */
export interface WorldProblem {
  /** The file, or the place inside it. */
  readonly file: string;
  /** What is wrong with it. */
  readonly reason: string;
}

/** Told of each thing that is left out, once. */
export type ReportProblem = (problem: WorldProblem) => void;

/** Byte order of two mod names. */
export function compareNames(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
