import { RoboportError } from "../errors.ts";
import type { Portal } from "../portal/client.ts";
import type { Session } from "./session.ts";

/** What changes about the bookmarks of an account. */
export interface BookmarkChange {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/**
 * Change the bookmarks of the account, then list them.
 *
 * @returns names in the portal's order
 * @throws {RoboportError} `NO_CREDENTIALS`, `CREDENTIALS_REFUSED`, `NO_SUCH_MOD`, and as a portal does.
 */
export async function changeBookmarks(session: Session, { add, remove }: BookmarkChange): Promise<readonly string[]> {
  const portal = await portalWithAccount(session);
  const { signal } = session;
  for (const name of add) await portal.setBookmark(name, true, { signal });
  for (const name of remove) await portal.setBookmark(name, false, { signal });
  return portal.getBookmarks({ signal });
}

async function portalWithAccount(session: Session): Promise<Portal> {
  const [account] = await session.credentials();
  if (account) return session.portalFor(account);
  throw new RoboportError("NO_CREDENTIALS", "Bookmarks need a portal account", {
    hint: 'Run "roboport login", or set FACTORIO_USERNAME and FACTORIO_TOKEN.',
  });
}
