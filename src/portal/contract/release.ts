import * as z from "zod/mini";
import type { Wire } from "./wire.ts";

/**
 * One release of a mod as the portal tells it.
 *
 * `info_json.dependencies` comes with the full form only; `info_json.factorio_version` is missing for the oldest mods.
 *
 * @see reference/portal-api.md §1.6, rule PORTAL-2
 */
export const ReleaseSchema = z.looseObject({
  /** `/download/{percent-encoded name}/{24 hex}`, relative to the portal. */
  download_url: z.string(),
  /** Mostly `{name}_{version}.zip`; never to be used as a path. */
  file_name: z.string(),
  info_json: z.looseObject({
    factorio_version: z.nullish(z.string()),
    dependencies: z.nullish(z.array(z.string())),
  }),
  /** ISO 8601 instant in UTC, with microseconds. */
  released_at: z.string(),
  /** Not semver: leading zeros and parts up to 65535. */
  version: z.string(),
  /** 40 hex digits of the zip. */
  sha1: z.nullish(z.string()),
  feature_flags: z.nullish(z.array(z.string())),
});

/** One release of a mod, as the portal tells it. */
export type PortalRelease = Wire<typeof ReleaseSchema>;
