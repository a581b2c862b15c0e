import { join, resolve } from "node:path";
import { isRoboportError } from "../../errors.ts";
import type { Initialisation } from "../../operations/init.ts";
import type { Session } from "../../operations/session.ts";
import { defineCommand, optional } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { formatCount } from "../quantity.ts";
import { bold, dim, lines, styled, type Text } from "../styled.ts";

const NAMES_SHOWN = 8;

export const command = defineCommand({
  details:
    "Mods that are switched on become roboport.json, their zips are recognised by their bytes in roboport.lock, and the mods folder stays as it is.",
  positional: [optional<string>("DIR", "The server's folder (default: as --server-dir)")],
  examples: [
    ["roboport init", "In the folder of a headless server"],
    ["roboport init /srv/factorio --portal http://127.0.0.1:8080", "Somewhere else, with a portal of your own"],
    ["roboport init --mods-dir ./mods --factorio 2.0.60", "Just a mods folder, no game beside it"],
  ],
  async run(context, _flags, dir) {
    const session = await openForInit(context, dir);
    const { planInit } = await import("../../operations/init.ts");
    const { commit } = await import("../../operations/commit.ts");
    const found = await planInit(session, context.globals.portals);
    const accounts = await session.credentials();
    await commit(session, found.prepared);
    const { output } = context;
    if (found.access?.hint) output.warn(found.access.hint);
    for (const { text } of found.problems) output.warn(text);
    if (found.problems.length > 0)
      output.note('A game would not start with this set; "roboport update" finds one that fits');
    output.outcome(documentOf(found, accounts[0]?.source), () => lines(reportOf(found, accounts[0]?.source)));
  },
});

/**
 * A server that has no mods folder yet gets one, as soon as the game version is known.
 *
 * @see rule OPS-36
 */
async function openForInit(context: CommandContext, dir: string | undefined): Promise<Session> {
  const { cwd, globals } = context;
  const serverDir = dir ?? globals.serverDir;
  const session = await context.openSession({ serverDir });
  try {
    await session.installation();
    return session;
  } catch (error) {
    if (!isRoboportError(error, "NO_INSTALLATION") || !globals.factorio) throw error;
    const { makeModsFolder } = await import("../../operations/init.ts");
    await makeModsFolder(session, resolve(cwd, globals.modsDir ?? join(serverDir ?? "", "mods")));
    return await context.openSession({ serverDir });
  }
}

function documentOf(found: Initialisation, account: string | undefined) {
  const { installation, game, adopted, byHand, foreign, missing } = found;
  return {
    root: installation.root,
    modsDir: installation.modsDir,
    layout: installation.layout,
    factorio: game.version.text,
    adopted: adopted.map(({ name, version, file }) => ({ name, version: version.text, file })),
    byHand: byHand.map(({ name, version, file }) => ({ name, version: version.text, file })),
    foreign,
    missing,
    access: found.access ?? null,
    problems: found.problems,
    credentials: account ?? null,
  };
}

function reportOf(found: Initialisation, account: string | undefined): readonly Text[] {
  const { installation, game, adopted, byHand, foreign, missing } = found;
  const parts: Text[] = [
    styled`Initialised ${bold(installation.root)} for Factorio ${game.version.text}`,
    styled`  ${formatCount(adopted.length, "mod")} adopted from ${installation.modsDir}`,
  ];
  if (byHand.length > 0) parts.push(styled`  left to you: ${named(byHand.map((mod) => mod.file))}`);
  if (foreign.length > 0)
    parts.push(styled`  not mods: ${named(foreign.map(({ file, reason }) => `${file} (${reason})`))}`);
  if (missing.length > 0) {
    parts.push(styled`  in mod-list.json, but not on disk: ${named(missing)}`);
    parts.push(dim("  roboport add brings back those you want"));
  }
  parts.push(
    account ? `  portal account from ${account}` : dim("  no portal account found; roboport login stores one"),
  );
  return parts;
}

function named(names: readonly string[]): string {
  const more = names.length - NAMES_SHOWN;
  return `${names.slice(0, NAMES_SHOWN).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
