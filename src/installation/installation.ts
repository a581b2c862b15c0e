import { dirname, join } from "node:path";
import type { BuiltIn } from "../game/built-ins.ts";
import type { FactorioPathTokens } from "../game/factorio-ini.ts";
import type { Version } from "../game/version.ts";
import { readConfigPaths } from "./config-paths.ts";
import { findGameData } from "./game-data.ts";
import { kindOf } from "./text-file.ts";

/** How an installation is laid out on disk. */
export type Layout =
  /** The tarball: bin/, data/ and mods/ in one folder. */
  | "standalone"
  /** What the game writes lies apart from the game, as in a container's volume. */
  | "volume"
  /** What the game writes lies in `.factorio` of the home folder. */
  | "home"
  /** A mods folder, and nothing of a game around it. */
  | "mods-only";

/** A headless server on disk. Every path is absolute. */
export interface Installation {
  /** Where roboport.json, roboport.lock and .roboport/ live. */
  readonly root: string;
  /** It need not be there yet: a game that never ran has none. */
  readonly modsDir: string;
  readonly layout: Layout;
  /** Where the game keeps its lock, its log, saves and player-data.json. */
  readonly writeDir: string;
  /** Where the game's own mods lie. */
  readonly dataDir: string | undefined;
  /** The installed version of the game. */
  readonly game: Version | undefined;
  /** What ships with that game, in the order of mod-list.json. */
  readonly builtIns: readonly BuiltIn[] | undefined;
}

/** What of the machine matters to where things lie. */
export interface Machine {
  /** Home folder of the user. */
  readonly home?: string | undefined;
  /** What the machine's absolute paths begin with; `/` by default. */
  readonly systemRoot?: string | undefined;
}

/** Paths that are settled already. */
interface Settled {
  readonly modsDir?: string | undefined;
  readonly root?: string | undefined;
}

/**
 * Look closer at the folder of a server.
 *
 * @throws {RoboportError} `INFO_JSON_SHAPE` when the game's data is damaged, `PERMISSION` or `DISK_ERROR`.
 * @see reference/formats.md §12, rules LAYOUT-3 to LAYOUT-7 and LAYOUT-11
 */
export async function describeInstallation(
  folder: string,
  machine: Machine,
  settled: Settled = {},
): Promise<Installation> {
  const tokens = await pathTokens(folder, machine);
  const config = await readConfigPaths(folder, tokens);
  const writeDir = config.writeData ?? folder;
  const modsDir = settled.modsDir ?? join(writeDir, "mods");
  const hasManifest = (await kindOf(join(folder, "roboport.json"))) === "file";
  const candidates = [config.readData, join(folder, "data"), join(dirname(dirname(tokens.executable)), "data")];
  const isApart =
    writeDir === tokens.systemWriteData || writeDir === join(machine.systemRoot ?? "/", "var/lib/factorio");
  const dataDir = await findDataDir(isApart ? [...candidates, ...systemData(tokens, machine)] : candidates);
  const data = dataDir === undefined ? undefined : await findGameData(dataDir);
  return {
    root: settled.root ?? (hasManifest ? folder : dirname(modsDir)),
    modsDir,
    layout: await layoutOf({ writeDir, dataDir, tokens }),
    writeDir,
    dataDir,
    game: data?.game,
    builtIns: data?.builtIns,
  };
}

/** The volume of the usual container has its game in /opt/factorio. */
async function pathTokens(folder: string, { home, systemRoot = "/" }: Machine): Promise<FactorioPathTokens> {
  const isVolume = folder === join(systemRoot, "factorio") && (await kindOf(join(folder, "bin"))) === undefined;
  return {
    executable: join(isVolume ? join(systemRoot, "opt/factorio") : folder, "bin/x64"),
    systemWriteData: join(home ?? folder, ".factorio"),
    systemReadData: join(systemRoot, "usr/share/factorio"),
  };
}

/** Where the game that writes somewhere else may lie: from a package, or from Steam. */
function systemData({ systemReadData }: FactorioPathTokens, { home }: Machine): readonly string[] {
  return [systemReadData, ...steamFolders(home).map((folder) => join(folder, "data"))];
}

/** The game in Steam's own library. */
export function steamFolders(home: string | undefined): readonly string[] {
  if (home === undefined) return [];
  return [".steam/steam", ".local/share/Steam"].map((steam) => join(home, steam, "steamapps/common/Factorio"));
}

async function findDataDir(candidates: readonly (string | undefined)[]): Promise<string | undefined> {
  for (const candidate of candidates) {
    if (candidate === undefined) continue;
    const [base, changelog] = await Promise.all(
      ["base/info.json", "changelog.txt"].map((name) => kindOf(join(candidate, name))),
    );
    if (base === "file" || changelog === "file") return candidate;
  }
  return undefined;
}

async function layoutOf(at: {
  readonly writeDir: string;
  readonly dataDir: string | undefined;
  readonly tokens: FactorioPathTokens;
}): Promise<Layout> {
  if (at.dataDir === join(at.writeDir, "data")) return "standalone";
  if (at.writeDir === at.tokens.systemWriteData) return "home";
  if (at.dataDir !== undefined || (await kindOf(join(at.writeDir, "config"))) === "folder") return "volume";
  return "mods-only";
}
