import * as z from "zod/mini";
import { documented, named, observed } from "./fact.ts";
import { optionalText, optionalTexts, type Wire } from "./wire.ts";

const PAGE = "wiki Mod_portal_API";

/**
 * One release of a mod as the portal tells it.
 *
 * `info_json.dependencies` comes with the full form only; `info_json.factorio_version` is missing for the oldest mods.
 *
 * @see reference/portal-api.md §1.6, rule PORTAL-2
 */
export const ReleaseSchema = named(
  "Release",
  z.looseObject({
    download_url: documented(
      z.string(),
      "Path of the zip below the portal: `/download/{percent-encoded name}/{24 hex digits}`. Add `username` and `token` as query parameters.",
      PAGE,
    ),
    file_name: documented(
      z.string(),
      "Name the game wants the zip to have, mostly `{name}_{version}.zip`; old releases differ from that. Check it before using it as a path.",
      PAGE,
    ),
    info_json: documented(
      z.looseObject({
        factorio_version: documented(
          optionalText(),
          "Line of the game, `major.minor`; releases before 0.18 may have three parts, the oldest none (then 0.12).",
          PAGE,
        ),
        dependencies: documented(
          optionalTexts(),
          "Dependency strings, `[prefix] name [operator version]`. Only in the full form; absent means `base`.",
          PAGE,
        ),
      }),
      "A part of the info.json of the zip.",
      PAGE,
    ),
    released_at: documented(z.string(), "When it was uploaded: ISO 8601 in UTC, with microseconds.", PAGE),
    version: documented(
      z.string(),
      "Three numbers from 0 to 65535; leading zeros occur, so it is not semver. Compare by number, keep the text.",
      PAGE,
    ),
    sha1: documented(optionalText(), "SHA-1 of the zip, 40 hex digits.", PAGE),
    feature_flags: documented(
      optionalTexts(),
      "Features the release needs, such as `space-travel`; left out when there are none.",
      PAGE,
    ),
  }),
);

/** An ordered list of releases. */
export function releases() {
  return observed(
    z.array(ReleaseSchema),
    "All releases, ordered by `released_at` and not by version.",
    "recorded answers of 2019 to 2026",
  );
}

/** One release of a mod, as the portal tells it. */
export type PortalRelease = Wire<typeof ReleaseSchema>;
