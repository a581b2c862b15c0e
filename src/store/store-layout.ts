import { join } from "node:path";

/** Where blobs lie in a store. */
export const blobsFolder = (dir: string) => join(dir, "blobs-v1", "sha256");
/** Where damaged blobs are kept for who wants to look at them. */
export const setAsideFolder = (dir: string) => join(dir, "damaged-v1");
/** Where bytes lie that are not proved yet. */
export const quarantineFolder = (dir: string) => join(dir, "quarantine-v1");

/** Where installations say which blobs they need. */
export const rootsFolder = (dir: string) => join(dir, "roots-v1");

/** The path of a blob. */
export function blobPath(dir: string, sha256: string): string {
  return join(blobsFolder(dir), sha256.slice(0, 2), sha256.slice(2));
}
