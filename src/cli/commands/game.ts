import { RoboportError } from "../../errors.ts";
import { parseVersion } from "../../game/version.ts";
import type { Session } from "../../operations/session.ts";
import { changeFlags, defineCommand, oneOf, optional, required, switchFlag, valueFlag } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { changeGame, goBackToEarlierGame } from "../game-change.ts";
import { showGames, showOffer } from "../game-lists.ts";
import { networkFlags } from "../network-flags.ts";

const ACTIONS = ["versions", "list", "install", "update", "rollback", "remove"] as const;

export const command = defineCommand({
  details:
    "The game lies in bin/ and data/ of the server's folder; versions that do not run are kept beside it. Mods are solved for another version before anything of it is downloaded, and change together with it. Saves, mods/, config/ and settings stay. Where a package, an image or Steam brings the game, only that can replace it.",
  flags: {
    experimental: switchFlag("update: also to an experimental version"),
    to: valueFlag("VERSION", "update: to this version"),
    skipMissing: switchFlag("Switch off mods that cannot be with the other version"),
    unverified: switchFlag("Take an archive whose SHA-256 the website does not list"),
    dryRun: changeFlags.dryRun,
    yes: changeFlags.yes,
    stage: switchFlag("Only bring game and mods here, and change nothing: the server may run"),
    ...networkFlags,
  },
  positional: [
    required("ACTION", ACTIONS.join(", "), { parse: oneOf(ACTIONS), complete: ACTIONS }),
    optional<string>("VERSION", "stable, experimental, 2.0.60, or 2.0 for its newest version", {
      complete: ["stable", "experimental"],
    }),
  ],
  examples: [
    ["roboport game versions", "What can be had, and what is here"],
    ["roboport game install stable --server-dir /srv/factorio", "A new server"],
    ["roboport game update --dry-run", "Which mods would move with the game, or stand in its way?"],
    ["roboport game update --to 2.1 --yes", "Game and mods in one step"],
    ["roboport game rollback", "Both as they were before"],
  ],
  async run(context, flags, action, version) {
    requireVersion(action, version);
    if (action !== "update" && (flags.to !== undefined || flags.experimental)) throw notAnUpdate(action);
    const session = await context.openSession(flags);
    if (action === "versions") return await showOffer(context, session);
    if (action === "list") return await showGames(context, session);
    if (action === "rollback") return await goBackToEarlierGame(context, session, flags);
    if (action === "remove") return await removeKept(context, session, version ?? "");
    const wanted = action === "install" ? (version ?? "stable") : updateTarget(flags);
    return await changeGame(context, session, { ...flags, action, wanted });
  },
});

/** @throws {RoboportError} `USAGE` */
function requireVersion(action: (typeof ACTIONS)[number], version: string | undefined): void {
  const isFit = action === "install" || (action === "remove") === (version !== undefined);
  if (isFit) return;
  throw new RoboportError(
    "USAGE",
    `Cannot ${action} the game ${version === undefined ? "without" : "with"} a version`,
    {
      hint: action === "update" ? "Write it as --to VERSION." : `Run "roboport game ${action} --help".`,
    },
  );
}

function notAnUpdate(action: string): RoboportError {
  return new RoboportError("USAGE", `Cannot ${action} the game with --to or --experimental`, {
    hint: 'Write the version behind the action: "roboport game install experimental".',
  });
}

function updateTarget(flags: { readonly to: string | undefined; readonly experimental: boolean }): string {
  return flags.to ?? (flags.experimental ? "experimental" : "stable");
}

async function removeKept({ output }: CommandContext, session: Session, text: string): Promise<void> {
  const { findGamePlace } = await import("../../operations/game-place.ts");
  const { removeGame } = await import("../../operations/game-install.ts");
  const version = parseVersion(text);
  await removeGame(session, await findGamePlace(session), version);
  output.outcome({ ok: true, removed: version.text }, `Removed Factorio ${version.text}`);
}
