import { RoboportError } from "../errors.ts";
import type { LockedMod, Lockfile } from "../plan/lockfile.ts";
import { parseManifest } from "../plan/manifest.ts";
import { type Plan, releasesToPlace } from "../plan/plan.ts";
import { downloadAll } from "../store/download.ts";
import { findSource, type Source } from "./release-source.ts";
import type { Session } from "./session.ts";

/**
 * Bring every release a plan places into the store, proved, and complete the lockfile with what was learnt of its bytes.
 *
 * @param placedIn where they are placed next, if they are
 * @throws {RoboportError} `OFFLINE`, `NO_SUCH_RELEASE`, and whatever downloading throws; nothing has changed then but
 *   the store.
 * @see rules OPS-5, OPS-6 and OPS-27
 */
export async function fetchReleases(session: Session, plan: Plan, placedIn?: string): Promise<Lockfile> {
  const wanted = releasesToPlace(plan);
  if (wanted.length === 0) return plan.lockfile;
  const manifestPortals = parseManifest(plan.manifestText).portals;
  // Asked for only when there is a byte to download: opening them tests the account.
  let opened: ReturnType<Session["downloadPortals"]> | undefined;
  const sources = new Map<string, Source>();
  const downloaded = await downloadAll(wanted.map(requestOf), {
    fetch: async ({ mod }, options) => {
      if (session.offline) throw offline(mod);
      opened ??= session.downloadPortals(manifestPortals);
      const source = sources.get(mod.name) ?? (await findSource(mod, await opened, session.signal));
      sources.set(mod.name, source);
      return await source.portal.download(source.downloadUrl, options);
    },
    store: session.store(),
    jobs: session.jobs,
    events: session.emit,
    signal: session.signal,
    placedIn,
  });
  const blobs = new Map(downloaded.map(({ request, blob }) => [request.mod.name, blob]));
  const mods = plan.lockfile.mods.map((mod): LockedMod => {
    const [blob, source] = [blobs.get(mod.name), sources.get(mod.name)];
    return {
      ...mod,
      ...(blob && { sha256: blob.sha256, size: blob.size }),
      ...(source && { portal: source.portal.url, downloadUrl: source.downloadUrl }),
    };
  });
  return { ...plan.lockfile, mods };
}

function requestOf(mod: LockedMod) {
  const { name, sha1, sha256, size } = mod;
  return { id: `${name} ${mod.version.text}`, name, version: mod.version.text, sha1, sha256, size, mod };
}

function offline(mod: LockedMod): RoboportError {
  return new RoboportError("OFFLINE", `Cannot download ${mod.file}: --offline was given and it is not in the store`, {
    hint: "Run the command once without --offline.",
    data: { file: mod.file },
  });
}
