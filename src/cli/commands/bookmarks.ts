import { parseModName } from "../../game/mod-name.ts";
import { defineCommand, listFlag } from "../command.ts";
import { dim, lines } from "../styled.ts";

export const command = defineCommand({
  details: "The marks the game shows in its list of mods, kept by the portal with the account.",
  flags: {
    add: listFlag("NAME", "Bookmark this mod; repeatable", parseModName),
    remove: listFlag("NAME", "Forget this bookmark; repeatable", parseModName),
  },
  examples: [
    ["roboport bookmarks", "List them"],
    ["roboport bookmarks --add flib --remove helmod", "Change them, then list them"],
  ],
  async run({ output, openSession }, { add, remove }) {
    const { changeBookmarks } = await import("../../operations/bookmarks.ts");
    const names = await changeBookmarks(await openSession(), { add, remove });
    output.data({ bookmarks: names }, () => (names.length === 0 ? lines(dim("No bookmarks")) : lines(...names)));
  },
});
