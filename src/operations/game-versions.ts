import { RoboportError } from "../errors.ts";
import { compareVersions, findVersion, type Version, versionOf, versionParts } from "../game/version.ts";
import { openGameFiles } from "../portal/game-files.ts";
import type { GamePlace } from "./game-place.ts";
import { listHeldGames } from "./game-folders.ts";
import type { Session } from "./session.ts";

/** A version of the headless server. */
export interface OfferedGame {
  readonly version: Version;
  /** What the website calls it, if anything. */
  readonly channels: readonly Channel[];
}

export type Channel = "stable" | "experimental";

/** What the website has of the headless server. */
export interface GameOffer {
  /** Newest first. */
  readonly versions: readonly OfferedGame[];
  readonly stable: Version | undefined;
  readonly experimental: Version | undefined;
}

const ARCHIVE = /^factorio(?:-headless_linux|_headless_x64)_(\d+\.\d+\.\d+)\.tar\.xz$/;

/**
 * Versions of the headless server that can be downloaded and proved.
 *
 * @throws {RoboportError} `OFFLINE`, and as a portal does.
 * @see reference/portal-api.md §5.3 and §5.4, rule GAMEVER-1
 */
export async function listOfferedGames(session: Session): Promise<GameOffer> {
  if (session.offline) {
    throw new RoboportError("OFFLINE", "Cannot look up versions of the game: --offline was given", {
      hint: "Name a version that `roboport game list` shows, or leave out --offline.",
    });
  }
  const website = openGameFiles(session.service("website"));
  const { signal } = session;
  const [latest, digests] = await Promise.all([website.getLatestReleases({ signal }), website.getDigests({ signal })]);
  const [stable, experimental] = [latest.stable, latest.experimental].map((builds) =>
    findVersion(builds?.headless ?? ""),
  );
  const listed = [...digests.keys()].map((name) => ARCHIVE.exec(name)?.[1] ?? "").map((text) => findVersion(text));
  const known = [...listed, stable, experimental].filter((version) => version !== undefined);
  const unique = [...new Map(known.map((version) => [version.key, version])).values()];
  const versions = unique
    .toSorted((a, b) => compareVersions(b, a))
    .map((version) => ({
      version,
      channels: [
        ...(version.key === stable?.key ? (["stable"] as const) : []),
        ...(version.key === experimental?.key ? (["experimental"] as const) : []),
      ],
    }));
  return { versions, stable, experimental };
}

/** Which game is wanted: a channel, a version, or a line such as `2.0`, which stands for its newest version. */
export type GameChoice = Channel | Version;

/** @throws {RoboportError} `USAGE` */
export function parseGameChoice(text: string): GameChoice {
  if (text === "stable" || text === "experimental") return text;
  const version = findVersion(text);
  if (version && /^\d+\.\d+$/.test(text)) return version;
  // Folders and addresses have no leading zeros.
  if (version && /^\d+\.\d+\.\d+$/.test(text)) return versionOf(...versionParts(version));
  throw new RoboportError("USAGE", `Cannot install "${text.slice(0, 40)}" as a version of the game`, {
    hint: "Write stable, experimental, a version such as 2.0.60, or a line such as 2.0.",
  });
}

/**
 * The version that a choice stands for. A full one is not looked up.
 *
 * @throws {RoboportError} `NO_SUCH_RELEASE`, `OFFLINE`, and as a portal does.
 * @see rule GAMEVER-2
 */
export async function chooseGameVersion(session: Session, choice: GameChoice, place: GamePlace): Promise<Version> {
  if (typeof choice !== "string" && /^\d+\.\d+\.\d+$/.test(choice.text)) return choice;
  const offer = session.offline ? await heldOffer(place) : await listOfferedGames(session);
  const found = typeof choice === "string" ? findChannel(offer, choice) : findLine(offer, choice);
  if (found) return found;
  const name = typeof choice === "string" ? choice : choice.text;
  throw new RoboportError("NO_SUCH_RELEASE", `There is no ${name} headless server`, {
    hint: 'Run "roboport game versions" to see what there is.',
  });
}

/** Without an experimental version the newest stable one is the newest there is. */
function findChannel({ stable, experimental }: GameOffer, channel: Channel): Version | undefined {
  if (channel === "stable" || !experimental) return stable;
  return stable && compareVersions(stable, experimental) > 0 ? stable : experimental;
}

function findLine({ versions }: GameOffer, line: Version): Version | undefined {
  return versions.find(({ version }) => version.text.startsWith(`${line.text}.`))?.version;
}

/** Without a network the games that are kept are all there is, and nobody knows which is stable. */
async function heldOffer({ root }: GamePlace): Promise<GameOffer> {
  const held = (await listHeldGames(root)).toReversed();
  return {
    versions: held.map(({ version }) => ({ version, channels: [] })),
    stable: undefined,
    experimental: undefined,
  };
}
