import { gameLine } from "../../game/game-version.ts";
import { RoboportError } from "../../errors.ts";
import type { Found } from "../../operations/search.ts";
import { defineCommand, many, valueFlag } from "../command.ts";
import { formatCount } from "../quantity.ts";
import { bold, dim, lines, styled, type Text, yellow } from "../styled.ts";
import { shorten } from "../table.ts";

const LIMIT_DEFAULT = 20;

export const command = defineCommand({
  details: "With --factorio only mods for that game are found.",
  flags: { limit: valueFlag("N", `Results at most (default ${LIMIT_DEFAULT})`, parseLimit) },
  positional: many("TEXT", "Words of name, title, owner or summary"),
  examples: [
    ["roboport search train station", "Mods about train stations"],
    ["roboport search solar --factorio 2.0 --json", "For scripts, and for one game"],
  ],
  async run({ output, globals, openSession }, { limit = LIMIT_DEFAULT }, ...words) {
    const { searchMods } = await import("../../operations/search.ts");
    const factorio = globals.factorio && gameLine(globals.factorio);
    const found = await searchMods(await openSession(), { text: words.join(" "), factorio, limit });
    output.data({ results: found }, () => {
      if (found.length === 0) return "No mod found";
      const width = output.columns ?? Infinity;
      return lines(
        found.flatMap((mod): readonly Text[] => [
          styled`${bold(mod.name)} ${mod.latest ?? ""} ${dim(`by ${mod.owner}, ${formatCount(mod.downloads, "download")}`)}${mod.deprecated ? yellow(" deprecated") : ""}`,
          ...describe(mod).map((text) => shorten(styled`  ${text}`, width)),
        ]),
      );
    });
  },
});

/** Title and summary, as far as they say more than the name. */
function describe({ name, title, summary }: Found): readonly string[] {
  const parts = [title === name ? "" : title, summary].filter((part) => part !== "");
  return parts.length === 0 ? [] : [parts.join(": ")];
}

/** @throws {RoboportError} `USAGE` */
function parseLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= 100) return limit;
  throw new RoboportError("USAGE", `Cannot use --limit ${text.slice(0, 20)}`, { hint: "Give a number from 1 to 100." });
}
