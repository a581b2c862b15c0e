import * as z from "zod/mini";
import { ReleaseSchema } from "./release.ts";
import { openEnum, optionalText, type Wire } from "./wire.ts";

/** Categories since October 2022; older answers and other portals have others, `""` or nothing. */
export const CATEGORIES = [
  "no-category",
  "content",
  "overhaul",
  "tweaks",
  "utilities",
  "scenarios",
  "mod-packs",
  "localizations",
  "internal",
] as const;

/** Tags since version 2.0.46 of the game. */
export const TAGS = [
  "transportation",
  "logistics",
  "trains",
  "combat",
  "armor",
  "character",
  "enemies",
  "environment",
  "planets",
  "mining",
  "fluids",
  "logistic-network",
  "circuit-network",
  "manufacturing",
  "power",
  "storage",
  "blueprints",
  "cheats",
] as const;

/** A licence the author picked or wrote; answers before 2020 lack the id. */
const LicenseSchema = z.looseObject({
  id: optionalText,
  name: optionalText,
  title: optionalText,
  description: optionalText,
  url: optionalText,
});

/** A gallery image; `id` is the SHA-1 of its file. */
export const ImageSchema = z.looseObject({ id: optionalText, thumbnail: optionalText, url: optionalText });

const modBase = {
  name: z.string(),
  title: z.string(),
  owner: z.string(),
  summary: optionalText,
  downloads_count: z.nullish(z.number()),
  category: z.nullish(openEnum(CATEGORIES)),
  score: z.nullish(z.number()),
  /** Path below the asset host; `/assets/.thumb.png` stands for none. */
  thumbnail: optionalText,
  /** A date, without a time. */
  last_highlighted_at: optionalText,
};

const fullFields = {
  created_at: optionalText,
  updated_at: optionalText,
  changelog: optionalText,
  description: optionalText,
  faq: optionalText,
  homepage: optionalText,
  source_url: optionalText,
  github_path: optionalText,
  tags: z.nullish(z.array(openEnum(TAGS))),
  /** The only tag of answers before October 2022. */
  tag: z.nullish(z.looseObject({ name: z.string() })),
  /** One object on the wire; a list by older documentation. */
  license: z.nullish(z.union([LicenseSchema, z.array(LicenseSchema)])),
  images: z.nullish(z.array(ImageSchema)),
  /** Absent unless true. */
  deprecated: z.nullish(z.boolean()),
};

/**
 * One entry of a list: with `latest_release`, or with `releases` when it was asked for by name; with the fields of the
 * full form when `full` was asked for and the portal knows it.
 *
 * @see reference/portal-api.md §1.5, rule PORTAL-2
 */
export const ModListEntrySchema = z.looseObject({
  ...modBase,
  ...fullFields,
  latest_release: z.nullish(ReleaseSchema),
  releases: z.nullish(z.array(ReleaseSchema)),
});

/** The answer of `/api/mods/{name}`. */
export const ModShortSchema = z.looseObject({ ...modBase, releases: z.array(ReleaseSchema) });

/** The answer of `/api/mods/{name}/full`. */
export const ModFullSchema = z.looseObject({ ...modBase, ...fullFields, releases: z.array(ReleaseSchema) });

/** The licence of a mod. */
export type PortalLicense = Wire<typeof LicenseSchema>;
/** An image of a mod's gallery. */
export type PortalImage = Wire<typeof ImageSchema>;
/** A mod in a list; which fields it has depends on what was asked for. */
export type ModListEntry = Wire<typeof ModListEntrySchema>;
/** A mod with its releases, without their dependencies. */
export type ModShort = Wire<typeof ModShortSchema>;
/** Everything the portal tells of a mod. */
export type ModFull = Wire<typeof ModFullSchema>;
