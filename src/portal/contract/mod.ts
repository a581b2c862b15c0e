import * as z from "zod/mini";
import { assumed, documented, named, observed } from "./fact.ts";
import { ReleaseSchema, releases } from "./release.ts";
import { openEnum, optionalNumber, optionalText, optionalTruth, type Wire } from "./wire.ts";

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

const PAGE = "wiki Mod_portal_API";
const RECORDED = "recorded answers of 2018 to 2026";

/** A licence the author picked or wrote; answers before 2020 lack the id. */
const LicenseSchema = named(
  "License",
  z.looseObject({
    id: documented(optionalText(), "`default_mit`, `default_gnugplv3`, … or `custom_{24 hex digits}`.", PAGE),
    name: documented(optionalText(), "Short name for machines, such as `mit`.", PAGE),
    title: documented(optionalText(), "Name for people.", PAGE),
    description: documented(optionalText(), "What it allows, in a sentence or in full.", PAGE),
    url: documented(optionalText(), "Where its text stands.", PAGE),
  }),
);

/** A gallery image; `id` is the SHA-1 of its file. */
export const ImageSchema = named(
  "Image",
  z.looseObject({
    id: documented(optionalText(), "SHA-1 of the file, 40 hex digits.", "wiki Mod_images_API"),
    thumbnail: documented(optionalText(), "Absolute URL of the small form.", "wiki Mod_images_API"),
    url: documented(optionalText(), "Absolute URL of the whole image.", "wiki Mod_images_API"),
  }),
);

const modBase = {
  name: documented(z.string(), "Name for machines, exact in case; letters, digits, `_`, `-` and spaces.", PAGE),
  title: documented(z.string(), "Name for people, 1 to 250 characters.", PAGE),
  owner: documented(z.string(), "Account that publishes it.", PAGE),
  summary: documented(optionalText(), "At most 500 characters, maybe with line breaks; may be empty.", PAGE),
  downloads_count: documented(optionalNumber(), "Downloads of all releases together.", PAGE),
  category: documented(
    z.nullish(openEnum(CATEGORIES)),
    "One category; absent, null, empty and `no-category` mean the same. Before October 2022 there were others.",
    PAGE,
  ),
  score: documented(optionalNumber(), "How much it was downloaded lately; any number, also below zero.", PAGE),
  thumbnail: documented(
    optionalText(),
    "Path below the asset host, `/assets/{40 hex digits}.thumb.png`. Left out of lists; older answers have `/assets/.thumb.png` for none.",
    PAGE,
  ),
  last_highlighted_at: documented(optionalText(), "Day it was last shown on the front page, `2026-05-18`.", PAGE),
};

const fullFields = {
  created_at: documented(optionalText(), "When the mod was published: ISO 8601 in UTC, with microseconds.", PAGE),
  updated_at: observed(
    optionalText(),
    "When the newest release came; editing the details seems not to move it.",
    RECORDED,
  ),
  changelog: documented(optionalText(), "The changelog.txt of the newest release.", PAGE),
  description: documented(optionalText(), "Long text for the page, in Markdown.", PAGE),
  faq: documented(optionalText(), "Questions and answers, in Markdown.", PAGE),
  homepage: documented(optionalText(), "A URL, an empty text, or whatever the author wrote.", PAGE),
  source_url: documented(optionalText(), "Where the source code is.", PAGE),
  github_path: documented(
    optionalText(),
    "`owner/repository`; older than `source_url`, still sent for old mods.",
    PAGE,
  ),
  tags: documented(z.nullish(z.array(openEnum(TAGS))), "Any number of tags.", PAGE),
  tag: observed(
    z.nullish(z.looseObject({ name: z.string() })),
    "The only tag of answers before October 2022.",
    "recorded answers of 2019 and 2021",
  ),
  license: documented(
    z.nullish(z.union([LicenseSchema, z.array(LicenseSchema)])),
    "One object in every recorded answer; a list by older documentation.",
    PAGE,
  ),
  images: documented(z.nullish(z.array(ImageSchema)), "The gallery, in order.", PAGE),
  deprecated: documented(optionalTruth(), "True for a mod its author gave up; absent otherwise.", PAGE),
};

/**
 * One entry of a list: with `latest_release`, or with `releases` when it was asked for by name; with the fields of the
 * full form when `full` was asked for and the portal knows it.
 *
 * @see reference/portal-api.md §1.5, rule PORTAL-2
 */
export const ModListEntrySchema = named(
  "ModListEntry",
  z.looseObject({
    ...modBase,
    ...fullFields,
    latest_release: documented(
      z.nullish(ReleaseSchema),
      "The newest release; left out when `namelist` was asked, null or absent when there is none.",
      PAGE,
    ),
    releases: documented(
      z.nullish(z.array(ReleaseSchema)),
      "All releases, only when `namelist` was asked, in place of `latest_release`.",
      PAGE,
    ),
  }),
);

/** The answer of `/api/mods/{name}`. */
export const ModShortSchema = named("ModShort", z.looseObject({ ...modBase, releases: releases() }));

/** The answer of `/api/mods/{name}/full`. */
export const ModFullSchema = named("ModFull", z.looseObject({ ...modBase, ...fullFields, releases: releases() }));

/** The answer of `/api/categories`, which no public source shows. */
export const CategoriesSchema = assumed(z.unknown(), "Its shape is on no record.", "game logs of 0.17.79");

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
