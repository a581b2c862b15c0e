import { readFileSync } from "node:fs";
import { RoboportError } from "../errors.ts";
import { BUILT_IN_NAMES, type BuiltIn, defaultBuiltIns } from "../game/built-ins.ts";
import { gameVersionOf } from "../game/game-version.ts";
import { gameOfMap } from "../game/map-version.ts";
import type { ModList } from "../game/mod-list.ts";
import { findVersion, type Version } from "../game/version.ts";
import type { Resolution, SolveRequest } from "../resolve/request.ts";
import { solve } from "../resolve/solve.ts";
import type { Requirement } from "../resolve/universe.ts";
import type { UniverseFile } from "../resolve/universe-file.ts";
import { useUniverseFile } from "../store/catalogued-universe.ts";
import { type FolderSources, findOurFolders } from "./our-folders.ts";
import { earlierLimit, type TimeLimits } from "./time-limits.ts";

export interface SolveFileRequest extends FolderSources, TimeLimits, Pick<SolveRequest, "prefer" | "limits"> {
  /** A universe file, plain or gzipped. */
  readonly universe: string;
  readonly requirements: readonly Requirement[];
  /** A mod-list.json: its enabled mods are wanted, its built-ins are switched by it, its pins hold. */
  readonly modList: string | undefined;
  /** A save: its mods are wanted in exactly its versions, only its built-ins are on, and its game is the default one. */
  readonly exact?: string | undefined;
  readonly factorio: Version | undefined;
  /** The only built-ins that are switched on, as `name` or `name@version`; base always is. */
  readonly builtIns: readonly string[] | undefined;
}

/**
 * Solve over a universe file: no installation, no network.
 *
 * @throws {RoboportError} `UNIVERSE_SHAPE`, `MOD_LIST_SHAPE`, `SAVE_SHAPE`, `NO_GAME_VERSION`, `VERSION_SYNTAX`, `USAGE`
 * @see rules OPS-23 and CAT-1 to CAT-7
 */
export async function solveUniverseFile(request: SolveFileRequest): Promise<Resolution> {
  const listed = request.modList === undefined ? undefined : await loadModList(request.modList);
  const place = { path: request.universe, cacheDir: findOurFolders(request).cache };
  const saved = request.exact === undefined ? undefined : await loadSaved(request.exact);
  const entries = [...(listed?.mods ?? []), ...(saved?.mods ?? [])];
  const chosen = { ...request, factorio: request.factorio ?? saved?.game };
  return useUniverseFile(place, (file) => solve(solveRequest(chosen, file, entries)));
}

/** @throws {RoboportError} `SAVE_SHAPE`, `USAGE`, `PERMISSION` */
async function loadSaved(path: string): Promise<ModList & { readonly game: Version }> {
  const { readSave } = await import("../installation/save-file.ts");
  const { mapVersion, mods } = readSave(path).header;
  const names = new Set(mods.map(({ name }) => name));
  const off = [...BUILT_IN_NAMES].filter((name) => !names.has(name)).map((name) => ({ name, enabled: false }));
  const on = mods.map(({ name, version }) => ({ name, enabled: true, version: version.text }));
  return { mods: [...on, ...off], game: gameOfMap(mapVersion) };
}

function solveRequest(request: SolveFileRequest, file: UniverseFile, entries: ModList["mods"]): SolveRequest {
  const game = chooseGame(request, file);
  const known = file.builtIns ?? defaultBuiltIns(game);
  const builtIns = chooseBuiltIns(request.builtIns ?? [], { game, known });
  const shipped = new Set(builtIns.map((builtIn) => builtIn.name));
  const wanted = entries.filter((entry) => entry.enabled && !shipped.has(entry.name));
  const named = request.builtIns && new Set(request.builtIns.map((text) => text.split("@")[0]));
  const unnamed = [...shipped].filter((name) => name !== "base" && named?.has(name) === false);
  const off = entries.filter((entry) => !entry.enabled && shipped.has(entry.name)).map(({ name }) => name);
  const { prefer, limits } = request;
  const releasedBefore = earlierLimit(request);
  return {
    universe: { game, builtIns, mods: file.mods },
    requirements: [...request.requirements, ...wanted.map(({ name, version }) => requirementOf(name, version))],
    disabledBuiltIns: new Set([...off, ...unnamed]),
    ...(prefer !== undefined && { prefer }),
    ...(releasedBefore !== undefined && { releasedBefore }),
    ...(limits !== undefined && { limits }),
  };
}

function requirementOf(name: string, pin: string | undefined): Requirement {
  const version = pin === undefined ? undefined : findVersion(pin);
  return { name, constraints: version ? [{ operator: "=", version }] : [] };
}

function chooseGame({ factorio }: SolveFileRequest, { game }: UniverseFile): Version {
  const chosen = factorio ?? game;
  if (chosen) return gameVersionOf(chosen);
  throw new RoboportError("NO_GAME_VERSION", "Cannot solve without a game version: the universe file names none", {
    hint: "Pass --factorio with a version, such as 2.0.60.",
  });
}

/**
 * What ships with the game, in the versions that are named.
 *
 * @throws {RoboportError} `USAGE` for a name that is no built-in of any game, `VERSION_SYNTAX`
 */
function chooseBuiltIns(
  texts: readonly string[],
  { game, known }: { readonly game: Version; readonly known: readonly BuiltIn[] },
): readonly BuiltIn[] {
  const builtIns = new Map(known.map((each) => [each.name, each]));
  for (const text of texts) {
    const [name = "", version] = text.split("@");
    if (!builtIns.has(name) && (name === "core" || !BUILT_IN_NAMES.has(name))) throw notBuiltIn(name, known);
    const found = builtIns.get(name) ?? { name, version: game, dependencies: ["base"] };
    builtIns.set(name, version === undefined ? found : { ...found, version: getVersion(version) });
  }
  return [...builtIns.values()];
}

function notBuiltIn(name: string, known: readonly BuiltIn[]): RoboportError {
  return new RoboportError("USAGE", `Cannot use --builtins with "${name.slice(0, 60)}": no game comes with it`, {
    hint: `Name some of ${known.map((each) => each.name).join(", ")}.`,
  });
}

function getVersion(text: string): Version {
  const version = findVersion(text);
  if (version) return version;
  throw new RoboportError("VERSION_SYNTAX", `Cannot read version "${text.slice(0, 40)}"`, {
    hint: "Write built-ins as --builtins base,quality@2.0.60.",
  });
}

/** @throws {RoboportError} `MOD_LIST_SHAPE` with the path */
async function loadModList(path: string): Promise<ModList> {
  const { parseModList } = await import("../game/mod-list.ts");
  try {
    return parseModList(readFileSync(path, "utf8"));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new RoboportError("MOD_LIST_SHAPE", `Cannot read ${path}: ${message.replace(/^Cannot read [^:]*: /, "")}`, {
      hint: "Give the mod-list.json of a mods folder.",
      cause: error,
    });
  }
}
