import * as z from "zod/mini";
import { documented, inGame, named, observed } from "./fact.ts";
import { optionalText, type Wire } from "./wire.ts";

const PAGE = "wiki Download_API";

const buildsOf = (channel: string) =>
  documented(
    z.optional(
      z.looseObject({
        alpha: documented(optionalText(), "The game itself.", PAGE),
        expansion: documented(optionalText(), "The game with Space Age.", PAGE),
        headless: documented(optionalText(), "The headless server.", PAGE),
        demo: documented(optionalText(), "The demo; its version may be an old one.", PAGE),
      }),
    ),
    channel,
    PAGE,
  );

/** The answer of `/api/latest-releases`. */
export const LatestReleasesSchema = named(
  "LatestReleases",
  z.looseObject({
    stable: buildsOf("Newest stable versions by build."),
    experimental: buildsOf("Newest experimental versions by build; may lack builds or be empty."),
  }),
);

/** The answer of the updater: packages with their steps. */
export const AvailableVersionsSchema = named(
  "AvailableVersions",
  z.record(
    z.string(),
    z.array(
      z.looseObject({
        from: inGame(optionalText(), "Version an update starts from.", "updater"),
        to: inGame(optionalText(), "Version it leads to.", "updater"),
        stable: observed(optionalText(), "Only in the entry without `from`: the newest stable version.", "updater"),
        experimental: observed(
          optionalText(),
          "Only in the entry without `from`: the newest experimental version.",
          "updater",
        ),
      }),
    ),
  ),
);

/** The answer of the updater to a wish for one step. */
export const DownloadLinkSchema = named("DownloadLink", z.array(z.string()));

/** The newest versions of the game, by channel and build. */
export type LatestReleases = Wire<typeof LatestReleasesSchema>;
/** Packages of the updater with their steps, in no order. */
export type AvailableVersions = Wire<typeof AvailableVersionsSchema>;
