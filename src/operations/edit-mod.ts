import type { ModChanges } from "../portal/author.ts";
import { openPortal } from "../portal/client.ts";
import type { PortalImage } from "../portal/contract/mod.ts";
import type { Secret } from "../portal/secret.ts";
import { RoboportError } from "../errors.ts";
import { openAuthorOf } from "./publish.ts";
import type { Session } from "./session.ts";

/** Change what the page of a mod says. */
export async function editMod(
  session: Session,
  { name, changes, apiKey }: { readonly name: string; readonly changes: ModChanges; readonly apiKey: Secret },
): Promise<void> {
  await openAuthorOf(session, apiKey).editDetails(name, changes, { signal: session.signal });
}

/** What changes about a gallery. */
export interface GalleryChange {
  /** Pictures to put at its end. */
  readonly add: readonly Blob[];
  /** Ids to take out. */
  readonly remove: readonly string[];
  /** All ids in the wanted order; those that are not named follow as they were. */
  readonly order: readonly string[];
}

/** The gallery of a mod as its page shows it; needs no key. */
export async function listImages(session: Session, name: string): Promise<readonly PortalImage[]> {
  const mod = await openPortal(session.service("portal")).findModFull(name, { signal: session.signal });
  if (mod) return mod.images ?? [];
  throw new RoboportError("NO_SUCH_MOD", `The portal has no mod ${name}`, {
    hint: `Run \`roboport search ${name}\` to see similar names.`,
    data: { name },
  });
}

/**
 * Change the gallery of a mod.
 *
 * @returns the gallery as it is now
 * @throws {RoboportError} `USAGE` for an id that is not in it, and as {@link Author} does.
 */
export async function changeImages(
  session: Session,
  { name, change, apiKey }: { readonly name: string; readonly change: GalleryChange; readonly apiKey: Secret },
): Promise<readonly PortalImage[]> {
  const { signal } = session;
  const author = openAuthorOf(session, apiKey);
  const before = await listImages(session, name);
  requireKnown(before, [...change.remove, ...change.order]);
  const added: PortalImage[] = [];
  for (const image of change.add) added.push(await author.addImage(name, image, { signal }));
  const now = [...before, ...added];
  if (change.remove.length === 0 && change.order.length === 0) return now;
  const kept = now.flatMap(({ id }) => (id && !change.remove.includes(id) && !change.order.includes(id) ? [id] : []));
  return author.setImages(name, [...change.order, ...kept], { signal });
}

function requireKnown(images: readonly PortalImage[], ids: readonly string[]): void {
  const unknown = ids.find((id) => !images.some((image) => image.id === id));
  if (unknown === undefined) return;
  throw new RoboportError("USAGE", `The gallery has no image ${JSON.stringify(unknown.slice(0, 80))}`, {
    hint: "Run `roboport images NAME` to see their ids.",
  });
}
