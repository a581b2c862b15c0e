import type { Listing } from "../operations/listing.ts";
import { formatCount } from "./quantity.ts";
import { bold, dim, lines, red, styled, type Text } from "./styled.ts";
import { formatTable } from "./table.ts";

const NOTES = { asked: dim(""), needed: dim("needed"), "by-hand": dim("by hand") } as const;
const [ON, OFF, MISSING] = [dim(""), dim("off"), red("missing")];

/**
 * Every mod on a line of its own, and below them how many there are.
 *
 * @param columns to stay within; as wide as needed when undefined
 */
export function formatListing({ mods, builtIns, factorio }: Listing, columns: number | undefined): Text {
  const rows = mods.map((mod): readonly Text[] => [
    mod.enabled ? bold(mod.name) : dim(mod.name),
    mod.version,
    NOTES[mod.origin],
    mod.present ? (mod.enabled ? ON : OFF) : MISSING,
  ]);
  const off = builtIns.filter((builtIn) => !builtIn.enabled).map((builtIn) => builtIn.name);
  const total = `${formatCount(mods.length, "mod")} for Factorio ${factorio}`;
  const without = off.length > 0 ? `, without ${off.join(", ")}` : "";
  return lines(formatTable(rows, { columns }), styled`${dim(total + without)}`);
}

/** What the game loads, with its place in the order. */
export function formatLoadOrder({ loadOrder }: Listing): Text {
  const rows = loadOrder.map((name, at): readonly Text[] => [dim(String(at + 1)), bold(name)]);
  return lines(formatTable(rows, { right: [0] }));
}
