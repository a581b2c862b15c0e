import { defineCommand } from "../command.ts";
import { networkFlags } from "../network-flags.ts";
import { bold, dim, lines, type Text, yellow } from "../styled.ts";
import { formatTable } from "../table.ts";

export const command = defineCommand({
  details:
    "WANTED is what update takes: the newest that fits together with everything else. LATEST is the newest for this game, NEWEST the newest for any.",
  flags: { offline: networkFlags.offline },
  examples: [["roboport outdated --json", "For scripts"]],
  async run({ output, openSession }, flags) {
    const { listOutdated } = await import("../../operations/outdated.ts");
    const mods = await listOutdated(await openSession(flags));
    output.data({ outdated: mods }, () => {
      if (mods.length === 0) return "Everything is up to date";
      const head = ["NAME", "CURRENT", "WANTED", "LATEST", "NEWEST", ""].map((title) => dim(title));
      const rows = mods.map((mod): readonly Text[] => [
        bold(mod.name),
        mod.current,
        mod.wanted === mod.current ? dim(mod.wanted) : mod.wanted,
        mod.latest,
        mod.newest ?? "",
        mod.deprecated ? yellow("deprecated") : "",
      ]);
      return lines(formatTable(rows, { head, columns: output.columns }));
    });
  },
});
