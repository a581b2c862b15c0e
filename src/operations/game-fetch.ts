import { join } from "node:path";
import { withLock } from "../apply/lock.ts";
import { isRoboportError, RoboportError } from "../errors.ts";
import type { Version } from "../game/version.ts";
import { unpackGame } from "../installation/game-archive.ts";
import { findGameData } from "../installation/game-data.ts";
import { diskError } from "../store/disk-error.ts";
import { syncFolder } from "../store/file-system.ts";
import { downloadGame, type GameDownload } from "./game-download.ts";
import {
  draftFolder,
  findHeldGame,
  gamesFolder,
  heldFolder,
  type HeldGame,
  removeTree,
  sweepDrafts,
} from "./game-folders.ts";
import type { Session } from "./session.ts";

/** Which game to bring beside the one that runs. */
export interface GameFetch extends Pick<GameDownload, "distro" | "unverified"> {
  /** The installation's folder. */
  readonly root: string;
  readonly version: Version;
}

/**
 * Bring a version of the game beside the one that runs: downloaded, proved and unpacked. One that is kept there already
 * needs no network.
 *
 * @throws {RoboportError} `OFFLINE`, `LOCKED_OUT` while another process does the same, `GAME_ARCHIVE`, `DISK_FULL`,
 *   `PERMISSION`, and as {@link downloadGame} does.
 * @see rules GAMEFILE-5 and GAMEFILE-8
 */
export async function fetchGame(session: Session, wanted: GameFetch): Promise<HeldGame> {
  const { root, version } = wanted;
  const held = await findHeldGame(root, version);
  if (held) return held;
  if (session.offline) throw offline(version);
  const { owner, breakLock } = session;
  const folder = gamesFolder(root);
  const path = join(folder, `${version.text}.tar.xz.part`);
  return await withLock(folder, { at: session.clock().toISOString(), breakLock, owner }, async () => {
    try {
      await downloadGame(session, { ...wanted, version: version.text, path });
      return await unpackBeside(session, wanted, path);
    } catch (error) {
      throw await diskError(error, { message: `Cannot get Factorio ${version.text}`, folder });
    }
  });
}

async function unpackBeside(session: Session, { root, version }: GameFetch, archive: string): Promise<HeldGame> {
  const { fs } = session.store();
  const [draft, folder] = [draftFolder(root, version), heldFolder(root, version)];
  await sweepDrafts(fs, root);
  session.emit({ kind: "notice", text: `Unpacking Factorio ${version.text}` });
  try {
    await unpackGame(archive, draft, { fs, owner: session.owner, signal: session.signal });
    await requireVersion(draft, version);
  } catch (error) {
    await removeTree(fs, draft);
    if (isRoboportError(error, "GAME_ARCHIVE")) await fs.unlink(archive);
    throw error;
  }
  await removeTree(fs, folder);
  await fs.rename(draft, folder);
  await syncFolder(fs, gamesFolder(root));
  await fs.unlink(archive);
  return { version, folder };
}

/** @throws {RoboportError} `GAME_ARCHIVE` when it is not what its address says. */
async function requireVersion(folder: string, version: Version): Promise<void> {
  const found = (await findGameData(join(folder, "data")))?.game;
  if (found?.key === version.key) return;
  throw new RoboportError(
    "GAME_ARCHIVE",
    `Cannot use the archive of Factorio ${version.text}: it holds ${found ? `version ${found.text}` : "no game"}`,
    { hint: "Choose another version.", data: { version: version.text, found: found?.text } },
  );
}

function offline(version: Version): RoboportError {
  return new RoboportError(
    "OFFLINE",
    `Cannot download Factorio ${version.text}: --offline was given and it is not kept here`,
    { hint: "Run the command once without --offline.", data: { version: version.text } },
  );
}
