import { findVersion } from "../../game/version.ts";
import type { Store } from "../../store/blob-store.ts";
import { pictureType } from "../assets-route.ts";
import type { Assets } from "../storage/assets.ts";
import type { Accounts, KeyUsage } from "../storage/accounts.ts";
import type { AuditLog } from "../storage/audit-log.ts";
import type { ModRecord, ModRecords, ReleaseRecord } from "../storage/mod-records.ts";
import { releaseId } from "../worlds/release-id.ts";
import { findInstant } from "../worlds/instant.ts";
import type { WorldImage } from "../world.ts";
import { isModName } from "../../game/mod-name.ts";
import { type FormFields, readDetailChanges } from "./mod-details.ts";
import type { ReceivedRelease } from "./receive-release.ts";
import { refusal } from "./refusal.ts";
import { openTickets, type Ticket } from "./tickets.ts";

/** What publishing works with. */
export interface PublishingOptions {
  readonly records: ModRecords;
  readonly accounts: Accounts;
  readonly assets: Assets;
  readonly audit: AuditLog;
  readonly store: Store;
  /** The time, as a UTC text. */
  readonly clock: () => string;
  /** Milliseconds from any beginning that never run backwards. */
  readonly now: () => number;
  /** Longest zip, in bytes. */
  readonly uploadMax: number;
}

/** What authors may do here; every method throws an HTTPException with the portal's words when it is refused. */
export interface Publishing extends Pick<PublishingOptions, "store" | "uploadMax"> {
  /** Whose key this is, when it may be used for that. */
  authorOf(key: string | undefined, usage: KeyUsage): string;
  /** Hand out an upload URL's last part. */
  begin(user: string, kind: Ticket["kind"], mod: string | undefined): string;
  /** Use an upload URL; a second use is refused. */
  redeem(ticket: string, kind: Ticket["kind"]): Ticket;
  /** Make a proved zip a release; lasting when it returns. */
  addRelease(ticket: Ticket, received: ReceivedRelease, fields: FormFields): Promise<void>;
  /** Put a picture at the end of a gallery. */
  addImage(ticket: Ticket, bytes: Uint8Array, origin: string): Promise<WorldImage>;
  editDetails(user: string, fields: FormFields): string;
  setImages(user: string, fields: FormFields): readonly WorldImage[];
}

const PUBLISHED_NAME = /^[A-Za-z0-9_-]{3,50}$/;

/** @see reference/portal-api.md §4, rules REG-80 to REG-85 */
export function openPublishing(options: PublishingOptions): Publishing {
  const { records, accounts, assets, audit, store, clock, now, uploadMax } = options;
  const tickets = openTickets(now);
  const authorOf = (key: string | undefined, usage: KeyUsage) => {
    const found = key === undefined ? undefined : accounts.findKey(key);
    if (!found) throw refusal("InvalidApiKey");
    if (!found.usages.includes(usage)) throw refusal("Forbidden");
    return found.user;
  };
  const ownRecord = (user: string, mod: string | undefined): ModRecord => {
    const record = mod === undefined ? undefined : records.findRecord(mod);
    if (!record || record.origin.source !== "private") throw refusal("UnknownMod");
    if (record.origin.account !== user) throw refusal("Forbidden");
    return record;
  };
  const begin: Publishing["begin"] = (user, kind, mod) => {
    if (mod === undefined || !isModName(mod)) throw refusal("InvalidRequest");
    if (kind !== "mod") ownRecord(user, mod);
    else if (!PUBLISHED_NAME.test(mod))
      throw refusal("InvalidRequest", { message: "The name needs 3 to 50 letters, digits, _ and -" });
    else if (records.findRecord(mod)) throw refusal("ModAlreadyExists");
    return tickets.issue({ kind, mod, user });
  };
  return {
    store,
    uploadMax,
    authorOf,
    begin,
    redeem: (id, kind) => {
      const ticket = tickets.redeem(id, kind);
      if (!ticket) throw refusal("InvalidRequest", { status: 404, message: "This upload URL is used or over" });
      return ticket;
    },
    addRelease: async ({ kind, mod, user }, received, fields) => {
      const changes = kind === "mod" ? readDetailChanges(fields) : {};
      const thumbnail = received.thumbnail && `/assets/${await assets.put(received.thumbnail)}.thumb.png`;
      const known = records.findRecord(mod);
      if (kind === "mod" && known) throw refusal("ModAlreadyExists");
      const before = known ? ownRecord(user, mod) : newRecord(mod, user, clock());
      const release = newRelease(before, received, clock());
      const { info, changelog } = received;
      const summary = typeof info.raw["description"] === "string" ? info.raw["description"].slice(0, 500) : undefined;
      records.put({
        ...(known ? {} : { title: info.title.slice(0, 250), ...(summary !== undefined && { summary }) }),
        ...before,
        ...changes,
        ...(changelog !== undefined && { changelog }),
        ...(thumbnail !== undefined && { thumbnail }),
        releases: [...before.releases, release],
      });
      audit.add({
        user,
        action: kind === "mod" ? "publish" : "upload",
        subject: `${mod} ${release.version}`,
        data: { sha256: received.sha256 },
      });
    },
    addImage: async ({ mod, user }, bytes, origin) => {
      if (!pictureType(bytes)) throw refusal("InvalidImageUpload");
      const id = await assets.put(bytes);
      const image = { id, thumbnail: `${origin}/assets/${id}.thumb.png`, url: `${origin}/assets/${id}.png` };
      const record = ownRecord(user, mod);
      const others = (record.images ?? []).filter((each) => each.id !== id);
      records.put({ ...record, images: [...others, image] });
      audit.add({ user, action: "add-image", subject: mod, data: { id } });
      return image;
    },
    editDetails: (user, fields) => {
      const record = ownRecord(user, fields.get("mod")?.at(-1));
      const changes = readDetailChanges(fields);
      records.put({ ...record, ...changes });
      audit.add({ user, action: "edit", subject: record.name, data: { fields: Object.keys(changes) } });
      return record.name;
    },
    setImages: (user, fields) => {
      const record = ownRecord(user, fields.get("mod")?.at(-1));
      const ids = (fields.get("images")?.at(-1) ?? "").split(",").filter((id) => id !== "");
      const images = ids.map((id) => record.images?.find((image) => image.id === id));
      if (images.includes(undefined)) throw refusal("InvalidRequest", { message: "An image is not in the gallery" });
      const kept = images.filter((image) => image !== undefined);
      records.put({ ...record, images: kept });
      audit.add({ user, action: "set-images", subject: record.name, data: { ids } });
      return kept;
    },
  };
}

function newRecord(name: string, account: string, createdAt: string): ModRecord {
  return {
    name,
    owner: account,
    origin: { source: "private", account },
    createdAt: instantOf(createdAt),
    releases: [],
  };
}

/** @throws {HTTPException} for a version that is there already, whatever its bytes. */
function newRelease(record: ModRecord, received: ReceivedRelease, at: string): ReleaseRecord {
  const { info, fileName, sha1, sha256, size } = received;
  const same = record.releases.find(({ version }) => findVersion(version)?.key === info.version.key);
  if (same) throw refusal("InvalidModRelease", { status: 409, message: "Release with that version already exists." });
  const releasedAt = instantOf(at);
  const { dependencies } = info.raw;
  return {
    id: releaseId(fileName, releasedAt),
    version: info.version.text,
    factorioVersion: info.factorioVersion,
    dependencies: dependencies === undefined ? undefined : info.dependencies,
    featureFlags: featureFlags(info.raw),
    releasedAt,
    fileName,
    sha1,
    sha256,
    size,
    upstreamPath: undefined,
  };
}

/** `space_travel_required` of info.json is `space-travel` on the wire. */
function featureFlags(raw: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(raw).flatMap(([key, value]) => {
    const [, flag] = /^([a-z_]+)_required$/.exec(key) ?? [];
    return flag !== undefined && value === true ? [flag.replaceAll("_", "-")] : [];
  });
}

function instantOf(text: string): string {
  return findInstant(text) ?? text;
}
