import type { RegistryData } from "../storage/registry-data.ts";
import type { ReportProblem } from "../world.ts";
import { changedReleases, mergeRecord } from "./merge-record.ts";
import type { ToldMod } from "./upstream-record.ts";

const OTHER_BYTES = "the upstream tells another SHA-1 for it than that of the zip that is here";

/**
 * Write down what another portal told about some mods, all of it or nothing; names that are this registry's own stay
 * what they are, and so do zips that are here, which is reported.
 *
 * @returns the names that stayed
 * @see rules REG-91, SRC-5 and CLAIM-2
 */
export function keepMods(
  { db, records, claims }: Pick<RegistryData, "db" | "records" | "claims">,
  told: readonly ToldMod[],
  report: ReportProblem,
): readonly string[] {
  return db.transact(() =>
    told.flatMap((mod) => {
      const { name } = mod.record;
      if (claims.covers(name)) return [name];
      const known = records.findRecord(name);
      for (const { fileName } of changedReleases(known, mod)) report({ file: fileName, reason: OTHER_BYTES });
      records.put(mergeRecord(known, mod));
      return [];
    }),
  );
}
