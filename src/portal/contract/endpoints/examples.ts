import type { ModFull } from "../mod.ts";

const RELEASE = {
  download_url: "/download/belt-lamps/5f2a9c01d3e4b5a697881234",
  file_name: "belt-lamps_1.2.0.zip",
  info_json: { factorio_version: "2.0" },
  released_at: "2025-03-02T18:04:05.123000Z",
  version: "1.2.0",
  sha1: "2fd4e1c67a2d28fced849ee1bb76e7391b93eb12",
};

const MOD = {
  name: "belt-lamps",
  title: "Belt lamps",
  owner: "lamplighter",
  summary: "Lamps that hang over belts.",
  downloads_count: 1200,
  category: "content",
  score: 3.5,
};

/** The same mod in each of its forms; made up. */
export const EXAMPLES = {
  listEntry: { ...MOD, latest_release: RELEASE },
  named: { ...MOD, thumbnail: "/assets/2fd4e1c67a2d28fced849ee1bb76e7391b93eb12.thumb.png", releases: [RELEASE] },
  full: {
    ...MOD,
    created_at: "2024-11-01T09:00:00.000000Z",
    updated_at: "2025-03-02T18:04:05.123000Z",
    description: "Lamps that hang over belts.",
    changelog: "---",
    homepage: "",
    source_url: "https://example.org/belt-lamps",
    tags: ["logistics"],
    license: {
      id: "default_mit",
      name: "mit",
      title: "MIT",
      description: "Short.",
      url: "https://opensource.org/licenses/MIT",
    },
    images: [],
    releases: [{ ...RELEASE, info_json: { factorio_version: "2.0", dependencies: ["base >= 2.0", "? quality"] } }],
  } satisfies ModFull,
} as const;
