import type { LockChange } from "../../plan/compare-lockfiles.ts";
import { defineCommand } from "../command.ts";
import { formatCount } from "../quantity.ts";
import { bold, dim, lines, type Text } from "../styled.ts";
import { formatTable } from "../table.ts";

export const command = defineCommand({
  examples: [["roboport history", "Every state that rollback can return to, the last one last"]],
  async run({ output, openSession }) {
    const { listHistory } = await import("../../operations/history.ts");
    const entries = await listHistory(await openSession());
    output.data({ generations: entries }, () => {
      if (entries.length === 0) return "Nothing was changed yet";
      const rows = entries.map((entry): readonly Text[] => [
        bold(String(entry.number)),
        dim(entry.at.slice(0, 19).replace("T", " ")),
        entry.command,
        formatCount(entry.mods, "mod"),
        dim(describeChanges(entry.changes)),
      ]);
      return lines(formatTable(rows, { right: [0], columns: output.columns }));
    });
  },
});

const SHOWN = 3;

function describeChanges(changes: readonly LockChange[]): string {
  const texts = changes.map(({ name, from, to }) => {
    if (from === undefined) return `+${name} ${to}`;
    return to === undefined ? `-${name}` : `${name} ${from} -> ${to}`;
  });
  return texts.length > SHOWN
    ? `${texts.slice(0, SHOWN).join(", ")} and ${texts.length - SHOWN} more`
    : texts.join(", ");
}
