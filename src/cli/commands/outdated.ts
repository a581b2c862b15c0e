import { defineCommand, switchFlag } from "../command.ts";
import { networkFlags } from "../network-flags.ts";
import { formatCount } from "../quantity.ts";
import { bold, dim, lines, type Text, yellow } from "../styled.ts";
import { formatTable } from "../table.ts";

export const command = defineCommand({
  details:
    "WANTED is what update takes: the newest that fits together with everything else. LATEST is the newest for this game, NEWEST the newest for any.",
  flags: {
    all: switchFlag("Also mods whose only newer releases are for another game"),
    offline: networkFlags.offline,
  },
  examples: [["roboport outdated --json", "For scripts"]],
  async run({ output, openSession }, flags) {
    const { listOutdated } = await import("../../operations/outdated.ts");
    const mods = await listOutdated(await openSession(flags));
    output.data({ outdated: mods }, () => {
      const shown = flags.all ? mods : mods.filter((mod) => mod.latest !== mod.current || mod.deprecated);
      const others = mods.length - shown.length;
      const more = `${formatCount(others, "mod")} with newer releases for other games only; --all shows them`;
      if (shown.length === 0) return lines("Everything is up to date", others > 0 ? dim(more) : []);
      const head = ["NAME", "CURRENT", "WANTED", "LATEST", "NEWEST", ""].map((title) => dim(title));
      const rows = shown.map((mod): readonly Text[] => [
        bold(mod.name),
        mod.current,
        mod.wanted === mod.current ? dim(mod.wanted) : mod.wanted,
        mod.latest,
        mod.newest ?? "",
        mod.deprecated ? yellow("deprecated") : "",
      ]);
      return lines(formatTable(rows, { head, columns: output.columns }), others > 0 ? dim(more) : []);
    });
  },
});
