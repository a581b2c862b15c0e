import type { ModDetails } from "../world.ts";

/** Fields that are copied as they are, by their name on the wire. */
const TEXTS = {
  title: "title",
  owner: "owner",
  summary: "summary",
  category: "category",
  changelog: "changelog",
  description: "description",
  faq: "faq",
  github_path: "githubPath",
  homepage: "homepage",
  last_highlighted_at: "lastHighlightedAt",
  source_url: "sourceUrl",
  thumbnail: "thumbnail",
} as const satisfies Readonly<Record<string, keyof ModDetails>>;

/** What a universe file says about a mod beside its releases; unknown fields and null are passed over. */
export function readModDetails(value: Readonly<Record<string, unknown>>): ModDetails {
  const texts = Object.entries(TEXTS).filter(([field]) => typeof value[field] === "string");
  const downloads = value.downloads_count ?? value.downloads_2018;
  const { score, deprecated, tags } = value;
  return {
    ...Object.fromEntries(texts.map(([field, key]) => [key, value[field]])),
    ...(typeof downloads === "number" && { downloadsCount: downloads }),
    ...(typeof score === "number" && { score }),
    ...(deprecated === true && { deprecated }),
    ...(Array.isArray(tags) && { tags: tags.filter((tag) => typeof tag === "string") }),
  };
}
