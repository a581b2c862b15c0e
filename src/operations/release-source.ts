import { RoboportError } from "../errors.ts";
import { findVersion } from "../game/version.ts";
import type { LockedMod } from "../plan/lockfile.ts";
import type { Portal } from "../portal/client.ts";

/** Where a release is downloaded from. */
export interface Source {
  readonly portal: Portal;
  /** Path on that portal. */
  readonly downloadUrl: string;
}

/**
 * Where the lockfile says a release comes from; for a zip that was adopted, whatever portal offers the same bytes.
 *
 * @throws {RoboportError} `NO_SUCH_RELEASE`, and as a portal does.
 * @see rules OPS-5 and OPS-27
 */
export async function findSource(mod: LockedMod, portals: readonly Portal[], signal: AbortSignal): Promise<Source> {
  if (mod.portal !== undefined && mod.downloadUrl !== undefined) {
    const portal = portals.find((each) => each.url === mod.portal);
    if (portal) return { portal, downloadUrl: mod.downloadUrl };
    throw refusal(mod, `it comes from ${mod.portal}`, {
      hint: `Give that portal with --portal ${mod.portal}, or list it under "portals" in roboport.json.`,
    });
  }
  for (const portal of portals) {
    const offered = await portal.findMod(mod.name, { signal });
    const release = offered?.releases.find(
      (each) => each.sha1 === mod.sha1 && findVersion(each.version)?.key === mod.version.key,
    );
    if (release) return { portal, downloadUrl: release.download_url };
  }
  throw refusal(mod, "it was adopted from a mods folder, and no portal offers the same bytes", {
    hint: `Copy ${mod.file} into the mods folder again, or take another release with roboport update ${mod.name}.`,
  });
}

function refusal(mod: LockedMod, why: string, { hint }: { readonly hint: string }): RoboportError {
  return new RoboportError("NO_SUCH_RELEASE", `Cannot download ${mod.file}: ${why}`, {
    hint,
    data: { file: mod.file, portal: mod.portal },
  });
}
