import { createHash } from "node:crypto";
import { RoboportError } from "../errors.ts";
import { findVersion } from "../game/version.ts";
import { type Author, openAuthor, type PublishDetails } from "../portal/author.ts";
import { openPortal, type Portal } from "../portal/client.ts";
import { systemClock } from "../portal/clock.ts";
import type { Secret } from "../portal/secret.ts";
import type { ModPackage } from "./package-mod.ts";
import type { Session } from "./session.ts";

/** What to do with a release. */
export interface PublishOptions {
  readonly apiKey: Secret;
  /** Publish the mod under a name that no mod has yet. */
  readonly isNew: boolean;
  /** For a new mod's page. */
  readonly details: PublishDetails;
  /** Send nothing. */
  readonly dryRun: boolean;
}

/** What became of a release. */
export interface Published {
  readonly name: string;
  readonly version: string;
  /** 40 hex digits. */
  readonly sha1: string;
  /** `there`: the portal had these very bytes already; `would-send`: nothing was sent, as was asked. */
  readonly outcome: "published" | "uploaded" | "there" | "would-send";
  /** Whether the portal shows the release with these bytes; false when it does not show it yet. */
  readonly verified: boolean;
}

const LOOKS = 5;
const LOOK_EVERY_MS = 2_000;

/**
 * Send a release to the portal, and look whether it arrived.
 *
 * @throws {RoboportError} `PUBLISH_REFUSED`, `NO_SUCH_MOD` for an unknown name without `isNew`, `RELEASE_MUTATED` when the
 *   portal has, or shows, other bytes for this version, and as a portal does.
 * @see rules PUB-1 to PUB-3
 */
export async function publish(session: Session, release: ModPackage, options: PublishOptions): Promise<Published> {
  const { name, version, bytes } = release;
  const { signal } = session;
  const sha1 = createHash("sha1").update(bytes).digest("hex");
  const portal = openPortal(session.service("portal"));
  const known = await portal.findModFull(name, { signal });
  const facts = { name, version, sha1 };
  if (isThere(known, facts)) return { ...facts, outcome: "there", verified: true };
  if (!known && !options.isNew) throw unknownName(name, portal);
  if (known && options.isNew) throw takenName(name, known.owner);
  const outcome = known ? "uploaded" : "published";
  if (options.dryRun) return { ...facts, outcome: "would-send", verified: false };
  const author = openAuthorOf(session, options.apiKey);
  const zip = new Blob([bytes]);
  if (known) await author.uploadRelease(name, zip, { signal });
  else await author.publishMod(name, zip, options.details, { signal });
  return { ...facts, outcome, verified: await showsUp(session, portal, facts) };
}

/** The client for authors at the first portal. */
export function openAuthorOf(session: Session, apiKey: Secret): Author {
  return openAuthor({ ...session.service("portal"), apiKey });
}

type Facts = Pick<Published, "name" | "version" | "sha1">;
type Known = Awaited<ReturnType<Portal["findModFull"]>>;

/** @throws {RoboportError} `RELEASE_MUTATED` */
function isThere(known: Known, { name, version, sha1 }: Facts): boolean {
  const key = findVersion(version)?.key;
  const release = known?.releases.find((each) => findVersion(each.version)?.key === key);
  if (!release) return false;
  if (release.sha1?.toLowerCase() === sha1) return true;
  throw new RoboportError("RELEASE_MUTATED", `${name} ${version} is published already, with other content`, {
    hint: "Raise the version in info.json; a version can be published once only.",
    data: { name, version, portal: release.sha1, own: sha1 },
  });
}

/** A portal may show an older answer for a while. */
async function showsUp(session: Session, portal: Portal, facts: Facts): Promise<boolean> {
  for (let look = 1; ; look++) {
    if (isThere(await portal.findModFull(facts.name, { signal: session.signal }), facts)) return true;
    if (look === LOOKS) return false;
    await systemClock.sleep(LOOK_EVERY_MS, session.signal);
  }
}

function unknownName(name: string, portal: Portal): RoboportError {
  return new RoboportError("NO_SUCH_MOD", `${portal.url} has no mod ${name}`, {
    hint: "Publish a new mod with --new, or correct the name in info.json.",
    data: { name },
  });
}

function takenName(name: string, owner: string): RoboportError {
  return new RoboportError("PUBLISH_REFUSED", `The name ${name} is taken by a mod of ${owner}`, {
    hint: "Choose another name, or leave --new out to upload a release of this mod.",
    data: { name, owner, error: "ModAlreadyExists" },
  });
}
