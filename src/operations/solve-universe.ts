import { readFileSync } from "node:fs";
import { RoboportError } from "../errors.ts";
import { type BuiltIn, defaultBuiltIns } from "../game/built-ins.ts";
import { gameVersionOf } from "../game/game-version.ts";
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
  readonly factorio: Version | undefined;
  /** Built-ins that are there, as `name` or `name@version`; base is always there. */
  readonly builtIns: readonly string[] | undefined;
}

/**
 * Solve over a universe file: no installation, no network.
 *
 * @throws {RoboportError} `UNIVERSE_SHAPE`, `MOD_LIST_SHAPE`, `NO_GAME_VERSION`, `VERSION_SYNTAX`
 * @see rules OPS-23 and CAT-1 to CAT-7
 */
export async function solveUniverseFile(request: SolveFileRequest): Promise<Resolution> {
  const listed = request.modList === undefined ? undefined : await loadModList(request.modList);
  const place = { path: request.universe, cacheDir: findOurFolders(request).cache };
  return useUniverseFile(place, (file) => solve(solveRequest(request, file, listed?.mods ?? [])));
}

function solveRequest(request: SolveFileRequest, file: UniverseFile, entries: ModList["mods"]): SolveRequest {
  const game = chooseGame(request, file);
  const known = file.builtIns ?? defaultBuiltIns(game);
  const builtIns = request.builtIns ? chooseBuiltIns(request.builtIns, { game, known }) : known;
  const shipped = new Set(known.map((builtIn) => builtIn.name));
  const wanted = entries.filter((entry) => entry.enabled && !shipped.has(entry.name));
  const { prefer, limits } = request;
  const releasedBefore = earlierLimit(request);
  return {
    universe: { game, builtIns, mods: file.mods },
    requirements: [...request.requirements, ...wanted.map(({ name, version }) => requirementOf(name, version))],
    disabledBuiltIns: new Set(
      entries.filter((entry) => !entry.enabled && shipped.has(entry.name)).map(({ name }) => name),
    ),
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

/** @throws {RoboportError} `VERSION_SYNTAX` */
function chooseBuiltIns(
  texts: readonly string[],
  { game, known }: { readonly game: Version; readonly known: readonly BuiltIn[] },
): readonly BuiltIn[] {
  const named = texts.map((text): BuiltIn => {
    const [name = "", version] = text.split("@");
    const found = known.find((each) => each.name === name) ?? { name, version: game, dependencies: ["base"] };
    return version === undefined ? found : { ...found, version: getVersion(version) };
  });
  const base = known.find((builtIn) => builtIn.name === "base") ?? { name: "base", version: game, dependencies: [] };
  return named.some((builtIn) => builtIn.name === "base") ? named : [base, ...named];
}

function getVersion(text: string): Version {
  const version = findVersion(text);
  if (version) return version;
  throw new RoboportError("VERSION_SYNTAX", `Cannot read version "${text.slice(0, 40)}"`, {
    hint: "Write built-ins as --builtins base,quality@2.0.60.",
  });
}

/** @throws {RoboportError} `MOD_LIST_SHAPE` */
async function loadModList(path: string): Promise<ModList> {
  const { parseModList } = await import("../game/mod-list.ts");
  return parseModList(readText(path));
}

/** @throws {RoboportError} `MOD_LIST_SHAPE` */
function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new RoboportError("MOD_LIST_SHAPE", `Cannot read ${path}: ${why}`, {
      hint: "Give the mod-list.json of a mods folder or a save.",
      cause: error,
    });
  }
}
