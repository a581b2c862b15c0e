import { createHash } from "node:crypto";
import { modFileName } from "../../game/mod-name.ts";
import { writeZip } from "../../store/zip-write.ts";
import { releaseId } from "./release-id.ts";
import type { ByteRange, ModDetails, WorldRelease } from "../world.ts";

/** A release of which only the facts are known, not the bytes. */
export type ReleaseFacts = Pick<
  WorldRelease,
  "version" | "factorioVersion" | "dependencies" | "featureFlags" | "releasedAt"
>;

/** The mod a generated release belongs to. */
export type ReleaseOwner = Pick<ModDetails, "title" | "owner" | "summary" | "homepage"> & { readonly name: string };

/**
 * A release whose zip is made on demand and is the same at every time and on every machine.
 *
 * Making one takes some ten microseconds, so only its digest is remembered, never its bytes.
 *
 * @see rule REG-7
 */
export function generatedRelease(mod: ReleaseOwner, facts: ReleaseFacts): WorldRelease {
  const fileName = modFileName(mod.name, facts.version);
  let known: { readonly sha1: string; readonly size: number } | undefined;
  const digest = () => {
    if (known) return known;
    const bytes = releaseZip(mod, facts);
    known = { sha1: createHash("sha1").update(bytes).digest("hex"), size: bytes.byteLength };
    return known;
  };
  return {
    ...facts,
    fileName,
    get id() {
      return releaseId(fileName, facts.releasedAt);
    },
    get sha1() {
      return digest().sha1;
    },
    get size() {
      return digest().size;
    },
    open: async (range) => sliceBytes(releaseZip(mod, facts), range),
  };
}

/** The part of some bytes that a range names; all of them without one. */
export function sliceBytes(bytes: Uint8Array<ArrayBuffer>, range: ByteRange | undefined): Uint8Array<ArrayBuffer> {
  return range ? bytes.subarray(range.start, range.end + 1) : bytes;
}

function releaseZip(mod: ReleaseOwner, facts: ReleaseFacts): Uint8Array<ArrayBuffer> {
  const info = `${JSON.stringify(infoJson(mod, facts), undefined, 2)}\n`;
  return writeZip([{ path: `${mod.name}_${facts.version}/info.json`, bytes: Buffer.from(info) }]);
}

/** Fields that are undefined are left out by `JSON.stringify`. */
function infoJson(mod: ReleaseOwner, facts: ReleaseFacts): Readonly<Record<string, unknown>> {
  return {
    name: mod.name,
    version: facts.version,
    title: mod.title ?? mod.name,
    author: mod.owner ?? "",
    homepage: mod.homepage,
    description: mod.summary,
    factorio_version: facts.factorioVersion,
    dependencies: facts.dependencies,
    ...Object.fromEntries(facts.featureFlags.map((flag) => [`${flag.replaceAll("-", "_")}_required`, true])),
  };
}
