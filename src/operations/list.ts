import { settled } from "./alone.ts";
import { findLockfile, getManifest } from "./files.ts";
import { describeListing, type Listing } from "./listing.ts";
import { look } from "./look.ts";
import type { Session } from "./session.ts";

/**
 * Everything installed, by name: what is locked, and what the admin put there.
 *
 * @throws {RoboportError} `NO_INSTALLATION`
 * @see rules OPS-21 and AUDIT-26
 */
export async function listMods(session: Session): Promise<Listing> {
  const { root } = await settled(session);
  const { manifest } = await getManifest(root);
  const lockfile = await findLockfile(root);
  const { actual, effective } = await look(session);
  const { mods, foreign } = actual;
  return describeListing({ manifest, lockfile, mods, foreign, effective, game: await session.game() });
}
