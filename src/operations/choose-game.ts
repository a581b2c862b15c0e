import { RoboportError } from "../errors.ts";
import { defaultBuiltIns } from "../game/built-ins.ts";
import { gameVersionOf } from "../game/game-version.ts";
import { findVersion, type Version } from "../game/version.ts";
import type { Installation } from "../installation/installation.ts";
import type { Manifest } from "../plan/manifest.ts";
import type { Game } from "./session.ts";

export interface GameSources {
  /** Of the command line. */
  readonly asked: Version | undefined;
  readonly installation: Pick<Installation, "root" | "game" | "builtIns">;
  readonly manifest: Manifest | undefined;
}

/**
 * The game that an installation is for: the one that was asked for, else the one that lies there, else the one that
 * roboport.json names.
 *
 * @throws {RoboportError} `NO_GAME_VERSION`
 */
export function chooseGame({ asked, installation, manifest }: GameSources): Game {
  const written = manifest?.factorio;
  const known = installation.game ?? (written === undefined ? undefined : findVersion(written));
  const chosen = asked ?? known;
  if (!chosen) {
    throw new RoboportError("NO_GAME_VERSION", `Cannot tell which Factorio ${installation.root} is for`, {
      hint: 'Pass --factorio with its version, such as 2.0.60, or write "factorio" into roboport.json.',
      data: { root: installation.root },
    });
  }
  const version = gameVersionOf(chosen);
  const builtIns = installation.game?.key === version.key ? installation.builtIns : undefined;
  return {
    version,
    builtIns: builtIns ?? defaultBuiltIns(version),
    isChosen: asked !== undefined && asked.key !== known?.key,
  };
}
