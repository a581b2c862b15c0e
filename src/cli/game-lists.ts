import type { Session } from "../operations/session.ts";
import type { CommandContext } from "./context.ts";
import { bold, dim, green, lines, styled, type Text } from "./styled.ts";
import { formatTable } from "./table.ts";

/** Versions that are shown to people; --json has all. */
const SHOWN = 20;

/** What of the headless server can be had, newest first, and what of it is here. */
export async function showOffer({ output }: CommandContext, session: Session): Promise<void> {
  const { listOfferedGames } = await import("../operations/game-versions.ts");
  const { versions } = await listOfferedGames(session);
  const here = await findHere(session);
  const all = versions.map(({ version: { text }, channels }) => ({ version: text, channels, ...here(text) }));
  output.data({ versions: all }, () => {
    const shown = all.filter((each, at) => at < SHOWN || each.isActive || each.isKept);
    const rows = shown.map(({ version, channels, isActive, isKept }): readonly Text[] => [
      styled`${isActive ? green("*") : " "} ${bold(version)}`,
      channels.join(", "),
      dim(isActive ? "active" : isKept ? "kept" : ""),
    ]);
    const rest = all.length - shown.length;
    return lines(formatTable(rows), rest > 0 ? dim(`  and ${rest} older; --json lists all`) : []);
  });
}

/** Versions that are on the disk. */
export async function showGames({ output }: CommandContext, session: Session): Promise<void> {
  const { findGamePlace } = await import("../operations/game-place.ts");
  const { listHeldGames } = await import("../operations/game-folders.ts");
  const { root, version } = await findGamePlace(session);
  const held = await listHeldGames(root);
  const document = { active: version?.text ?? null, kept: held.map((each) => each.version.text) };
  output.data({ root, ...document }, () =>
    lines(
      version ? styled`${green("*")} ${bold(version.text)}  ${dim("active")}` : dim("No game is here"),
      document.kept.map((each) => styled`  ${bold(each)}  ${dim("kept")}`),
    ),
  );
}

interface Here {
  readonly isActive: boolean;
  readonly isKept: boolean;
}

/** Versions can be looked up where there is no server yet. */
async function findHere(session: Session): Promise<(version: string) => Here> {
  const { findGamePlace } = await import("../operations/game-place.ts");
  const { listHeldGames } = await import("../operations/game-folders.ts");
  const place = await findGamePlace(session, "");
  const held = place.installation ? await listHeldGames(place.root) : [];
  const kept = new Set(held.map(({ version }) => version.text));
  return (version) => ({ isActive: version === place.version?.text, isKept: kept.has(version) });
}
