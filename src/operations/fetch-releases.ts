import { RoboportError } from "../errors.ts";
import type { LockedMod, Lockfile } from "../plan/lockfile.ts";
import { parseManifest } from "../plan/manifest.ts";
import { type Plan, releasesToPlace } from "../plan/plan.ts";
import type { Portal } from "../portal/client.ts";
import { downloadAll } from "../store/download.ts";
import type { Session } from "./session.ts";

/**
 * Bring every release a plan places into the store, proved, and complete the lockfile with what was learnt of its bytes.
 *
 * @throws {RoboportError} `OFFLINE`, `NO_SUCH_RELEASE`, and whatever downloading throws; nothing has changed then but
 *   the store.
 * @see rules OPS-5 and OPS-6
 */
export async function fetchReleases(session: Session, plan: Plan): Promise<Lockfile> {
  const wanted = releasesToPlace(plan);
  if (wanted.length === 0) return plan.lockfile;
  const store = session.store();
  const findPortal = portalFinder(session, plan);
  const downloaded = await downloadAll(wanted.map(requestOf), {
    fetch: async ({ mod }, options) => {
      const portal = await findPortal(mod);
      return await portal.download(getDownloadUrl(mod), options);
    },
    store,
    jobs: session.jobs,
    events: session.emit,
    signal: session.signal,
  });
  const blobs = new Map(downloaded.map(({ request, blob }) => [request.mod.name, blob]));
  const mods = plan.lockfile.mods.map((mod): LockedMod => {
    const blob = blobs.get(mod.name);
    return blob ? { ...mod, sha256: blob.sha256, size: blob.size } : mod;
  });
  return { ...plan.lockfile, mods };
}

function requestOf(mod: LockedMod) {
  const { name, sha1, sha256, size } = mod;
  return { id: `${name} ${mod.version.text}`, name, version: mod.version.text, sha1, sha256, size, mod };
}

function portalFinder(session: Session, plan: Plan): (mod: LockedMod) => Promise<Portal> {
  const known = session.downloadPortals(parseManifest(plan.manifestText).portals);
  return async (mod) => {
    if (session.offline) {
      throw new RoboportError(
        "OFFLINE",
        `Cannot download ${mod.file}: --offline was given and it is not in the store`,
        {
          hint: "Run the command once without --offline.",
          data: { file: mod.file },
        },
      );
    }
    const portal = (await known).find((each) => each.url === mod.portal);
    if (portal) return portal;
    throw new RoboportError(
      "NO_SUCH_RELEASE",
      `Cannot download ${mod.file}: it comes from ${mod.portal ?? "no portal"}`,
      {
        hint: mod.portal
          ? `Give that portal with --portal ${mod.portal}, or list it under "portals" in roboport.json.`
          : "It was adopted from the mods folder and its bytes are gone; choose a release of a portal with roboport update.",
        data: { file: mod.file, portal: mod.portal },
      },
    );
  };
}

function getDownloadUrl(mod: LockedMod): string {
  if (mod.downloadUrl !== undefined) return mod.downloadUrl;
  throw new RoboportError("NO_SUCH_RELEASE", `Cannot download ${mod.file}: the lockfile does not say from where`, {
    hint: `Run "roboport update ${mod.name}".`,
    data: { file: mod.file },
  });
}
