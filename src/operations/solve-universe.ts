import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { RoboportError } from "../errors.ts";
import { type BuiltIn, defaultBuiltIns } from "../game/built-ins.ts";
import { gameVersionOf } from "../game/game-version.ts";
import { parseLenientJson } from "../game/json-text.ts";
import { parseModList } from "../game/mod-list.ts";
import { findVersion, type Version } from "../game/version.ts";
import type { Resolution, SolveRequest } from "../resolve/request.ts";
import { solve } from "../resolve/solve.ts";
import type { Requirement } from "../resolve/universe.ts";
import { parseUniverseFile, type UniverseFile } from "../resolve/universe-file.ts";

export interface SolveFileRequest extends Pick<SolveRequest, "prefer" | "releasedBefore" | "limits"> {
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
 * @see rule OPS-23
 */
export async function solveUniverseFile(request: SolveFileRequest): Promise<Resolution> {
  const file = parseUniverseFile(await readJson(request.universe));
  const game = chooseGame(request, file);
  const known = file.builtIns ?? defaultBuiltIns(game);
  const builtIns = request.builtIns ? chooseBuiltIns(request.builtIns, { game, known }) : known;
  const listed = request.modList === undefined ? undefined : parseModList(await readText(request.modList));
  const shipped = new Set(known.map((builtIn) => builtIn.name));
  const entries = listed?.mods ?? [];
  const wanted = entries.filter((entry) => entry.enabled && !shipped.has(entry.name));
  const { prefer, releasedBefore, limits } = request;
  return solve({
    universe: { game, builtIns, mods: file.mods },
    requirements: [...request.requirements, ...wanted.map(({ name, version }) => requirementOf(name, version))],
    disabledBuiltIns: new Set(
      entries.filter((entry) => !entry.enabled && shipped.has(entry.name)).map(({ name }) => name),
    ),
    ...(prefer !== undefined && { prefer }),
    ...(releasedBefore !== undefined && { releasedBefore }),
    ...(limits !== undefined && { limits }),
  });
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

async function readJson(path: string): Promise<unknown> {
  const bytes = await readBytes(path);
  try {
    return parseLenientJson((isGzip(bytes) ? gunzipSync(bytes) : bytes).toString("utf8"));
  } catch (error) {
    throw unreadable(path, error);
  }
}

async function readText(path: string): Promise<string> {
  return (await readBytes(path)).toString("utf8");
}

async function readBytes(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function unreadable(path: string, error: unknown): RoboportError {
  const why = error instanceof Error ? error.message : String(error);
  return new RoboportError("UNIVERSE_SHAPE", `Cannot read ${path}: ${why}`, {
    hint: "Give a file that --save-universe wrote, or one of the same shape; it may be gzipped.",
    cause: error,
  });
}
