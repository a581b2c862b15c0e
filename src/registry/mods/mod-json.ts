import type { WorldLicense, WorldMod, WorldRelease } from "../world.ts";

/** Worlds that know no licence still answer with an object, which clients count on. */
const LICENSE_NOT_STATED: WorldLicense = {
  description: "This portal does not know how the mod is licensed.",
  id: `custom_${"0".repeat(24)}`,
  name: "not-stated",
  title: "Not stated",
  url: "",
};

/**
 * An entry of `/api/mods`. Keys stand in the portal's order, absent values are left out by `JSON.stringify`.
 *
 * @param latest the release to show; the portal shows the newest
 * @see reference/portal-api.md §1.5, rules REG-12 to REG-14
 */
export function listEntry(mod: WorldMod, latest: WorldRelease | undefined): object {
  return { ...entryHead(mod), latest_release: latest ? listRelease(mod, latest) : null };
}

/** An entry of `/api/mods?namelist=`. */
export function namelistEntry(mod: WorldMod): object {
  return { ...entryHead(mod), releases: mod.releases.map((release) => shortRelease(mod, release)) };
}

function entryHead(mod: WorldMod): object {
  return {
    name: mod.name,
    title: mod.title ?? mod.name,
    owner: mod.owner ?? "",
    summary: mod.summary ?? "",
    downloads_count: mod.downloadsCount ?? 0,
    category: mod.category,
    score: mod.score ?? 0,
  };
}

/** `/api/mods/{name}`. */
export function shortMod(mod: WorldMod): object {
  return {
    category: mod.category,
    downloads_count: mod.downloadsCount ?? 0,
    last_highlighted_at: mod.lastHighlightedAt,
    name: mod.name,
    owner: mod.owner ?? "",
    releases: mod.releases.map((release) => shortRelease(mod, release)),
    score: mod.score ?? 0,
    summary: mod.summary ?? "",
    thumbnail: mod.thumbnail,
    title: mod.title ?? mod.name,
  };
}

/** `/api/mods/{name}/full`, and every entry of a list with `full=true`. */
export function fullMod(mod: WorldMod): object {
  return {
    category: mod.category,
    changelog: mod.changelog,
    created_at: mod.createdAt,
    deprecated: mod.deprecated || undefined,
    description: mod.description,
    downloads_count: mod.downloadsCount ?? 0,
    faq: mod.faq,
    github_path: mod.githubPath,
    homepage: mod.homepage,
    images: mod.images ?? [],
    last_highlighted_at: mod.lastHighlightedAt,
    license: mod.license ?? LICENSE_NOT_STATED,
    name: mod.name,
    owner: mod.owner ?? "",
    releases: mod.releases.map((release) => fullRelease(mod, release)),
    score: mod.score ?? 0,
    source_url: mod.sourceUrl,
    summary: mod.summary ?? "",
    tags: mod.tags ?? [],
    thumbnail: mod.thumbnail,
    title: mod.title ?? mod.name,
    updated_at: updatedAt(mod),
  };
}

/** When the newest release came out. */
export function updatedAt(mod: WorldMod): string {
  return mod.releases.at(-1)?.releasedAt ?? mod.createdAt;
}

/** The portal puts `version` before `sha1` here and nowhere else. */
function listRelease(mod: WorldMod, release: WorldRelease): object {
  return {
    download_url: downloadPath(mod, release),
    file_name: release.fileName,
    info_json: { factorio_version: release.factorioVersion },
    released_at: release.releasedAt,
    version: release.version,
    sha1: release.sha1,
    feature_flags: featureFlags(release),
  };
}

function shortRelease(mod: WorldMod, release: WorldRelease): object {
  return namedRelease(mod, release, { factorio_version: release.factorioVersion });
}

function fullRelease(mod: WorldMod, release: WorldRelease): object {
  const { dependencies, factorioVersion } = release;
  return namedRelease(mod, release, { dependencies, factorio_version: factorioVersion });
}

function namedRelease(mod: WorldMod, release: WorldRelease, info_json: object): object {
  return {
    download_url: downloadPath(mod, release),
    file_name: release.fileName,
    info_json,
    released_at: release.releasedAt,
    sha1: release.sha1,
    version: release.version,
    feature_flags: featureFlags(release),
  };
}

function downloadPath({ name }: WorldMod, { id }: WorldRelease): string {
  return `/download/${encodeURIComponent(name)}/${id}`;
}

function featureFlags({ featureFlags: flags }: WorldRelease): readonly string[] | undefined {
  return flags.length > 0 ? flags : undefined;
}
