import type { RegistryData } from "../storage/registry-data.ts";
import { mergeRecord } from "./merge-record.ts";
import type { ToldMod } from "./upstream-record.ts";

/**
 * Write down what another portal told about some mods, all of it or nothing; names that are this registry's own stay
 * what they are.
 *
 * @returns the names that stayed
 * @see rules REG-91 and CLAIM-2
 */
export function keepMods(
  { db, records, claims }: Pick<RegistryData, "db" | "records" | "claims">,
  told: readonly ToldMod[],
): readonly string[] {
  return db.transact(() =>
    told.flatMap((mod) => {
      const { name } = mod.record;
      if (claims.covers(name)) return [name];
      records.put(mergeRecord(records.findRecord(name), mod));
      return [];
    }),
  );
}
