import { digestFile } from "../store/digest.ts";
import type { RegistryData } from "./storage/registry-data.ts";

/** What a look at every zip of a registry found. */
export interface RegistryCheck {
  /** Releases whose zips should be here. */
  readonly releases: number;
  /** File names. */
  readonly missing: readonly string[];
  readonly damaged: readonly string[];
}

/** Read every zip of a registry again and compare it with what its release says. */
export async function checkRegistry({ records, store }: RegistryData): Promise<RegistryCheck> {
  const missing: string[] = [];
  const damaged: string[] = [];
  let releases = 0;
  for (const { name } of await records.allMods()) {
    for (const { sha256, sha1, fileName } of records.findRecord(name)?.releases ?? []) {
      if (sha256 === undefined) continue;
      releases++;
      const blob = await store.find(sha256);
      if (!blob) missing.push(fileName);
      else if (!fits(await digestFile(blob.path), { sha256, sha1 })) damaged.push(fileName);
    }
  }
  return { releases, missing, damaged };
}

interface Known {
  readonly sha256: string;
  readonly sha1: string;
}

function fits(actual: Known, wanted: Known): boolean {
  return actual.sha256 === wanted.sha256 && actual.sha1 === wanted.sha1;
}
