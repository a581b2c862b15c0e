import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import type { Offer } from "./no-checker.ts";

/** Real mods, packs and portal answers, which are not part of the project. */
export const DATA = process.env["ROBOPORT_DATA"] ?? fileURLToPath(new URL("../../../shared/data", import.meta.url));

export const MOD_ZIPS = join(DATA, "mod-zips");

export const hasRealData = existsSync(DATA);

export function universeFile(name: string): string {
  return join(DATA, "universe", `${name}.json.gz`);
}

/** A universe file, read by nothing of ours. */
export function readOffer(name: string): Offer {
  const { mods } = JSON.parse(gunzipSync(readFileSync(universeFile(name))).toString()) as { mods: Offer };
  return mods;
}

/** A mod-list.json that somebody published, as it stood in their repository. */
export interface Pack {
  readonly name: string;
  /** ISO 8601, of the commit. */
  readonly date: string;
  /** As the game or its owner wrote it: before 0.15 `enabled` is a text. */
  readonly modList: { readonly mods: readonly { readonly name: string; readonly enabled: boolean | string }[] };
}

/** Every pack, in the order of their names; none where there is no data. */
export function readPacks(): readonly Pack[] {
  const files = hasRealData ? readdirSync(join(DATA, "packs")).filter((file) => !file.startsWith("_")) : [];
  return files.sort().map((file) => {
    const { _source: source, mod_list: modList } = JSON.parse(readFileSync(join(DATA, "packs", file), "utf8"));
    const name = file
      .replace(/mod-list(\.json)?|\.json$|__/g, " ")
      .trim()
      .replace(/\s+/g, " ");
    return { name, date: source.date, modList };
  });
}
