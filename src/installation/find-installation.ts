import { dirname, join, resolve } from "node:path";
import { RoboportError } from "../errors.ts";
import { describeInstallation, type Installation, type Machine, steamFolders } from "./installation.ts";
import { isModsFolder, isServerFolder, SERVER_FILES } from "./markers.ts";
import { kindOf } from "./text-file.ts";

/** Where containers, people, packages and NixOS put a server. */
const USUAL = ["factorio", "opt/factorio", "srv/factorio", "var/lib/factorio"];

/** Where to look for a server. */
export interface InstallationSearch extends Machine {
  /** Absolute. */
  readonly cwd: string;
  /** What `--server-dir` says, relative to `cwd`. */
  readonly serverDir?: string | undefined;
  /** What `--mods-dir` says, relative to `cwd`. */
  readonly modsDir?: string | undefined;
}

/**
 * Find the server to work on: the one that is named, else the nearest from here upwards, else the only one that lies
 * where servers usually do.
 *
 * @throws {RoboportError} `NO_INSTALLATION` naming what was looked for and where.
 * @see reference/formats.md §12, rules LAYOUT-1 to LAYOUT-8
 */
export async function findInstallation(search: InstallationSearch): Promise<Installation> {
  const { cwd, serverDir, modsDir } = search;
  if (serverDir !== undefined) return namedServer(resolve(cwd, serverDir), search);
  if (modsDir !== undefined) return namedModsFolder(resolve(cwd, modsDir), search);
  return (await findUpwards(search)) ?? (await findWhereUsual(search));
}

async function namedServer(folder: string, search: InstallationSearch): Promise<Installation> {
  const modsDir = search.modsDir === undefined ? undefined : resolve(search.cwd, search.modsDir);
  const isFit = modsDir === undefined ? await isServerOrHasMods(folder) : (await kindOf(folder)) === "folder";
  if (!isFit) throw notFound(`No Factorio server in ${folder}`, [folder]);
  return describeInstallation(folder, search, { modsDir, root: modsDir && folder });
}

async function namedModsFolder(modsDir: string, search: InstallationSearch): Promise<Installation> {
  const folder = dirname(modsDir);
  if ((await kindOf(modsDir)) !== "folder" && !(await isServerFolder(folder))) {
    throw new RoboportError("NO_INSTALLATION", `No mods folder at ${modsDir}`, {
      hint: "Check the path, or make the folder first.",
      data: { modsDir },
    });
  }
  return describeInstallation(folder, search, { modsDir, root: folder });
}

async function findUpwards(search: InstallationSearch): Promise<Installation | undefined> {
  const { cwd } = search;
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (await isServerFolder(folder)) return describeInstallation(folder, search);
    if (folder === cwd && (await isModsFolder(cwd))) return namedModsFolder(cwd, search);
    if (folder === cwd && (await isServerOrHasMods(cwd))) return describeInstallation(cwd, search);
    if (dirname(folder) === folder) return undefined;
  }
}

async function isServerOrHasMods(folder: string): Promise<boolean> {
  return (await kindOf(join(folder, "mods"))) === "folder" || isServerFolder(folder);
}

async function findWhereUsual(search: InstallationSearch): Promise<Installation> {
  const { cwd, home, systemRoot = "/" } = search;
  const places = USUAL.map((name) => join(systemRoot, name));
  if (home !== undefined) places.push(join(home, ".factorio"), join(home, "factorio"), ...steamFolders(home));
  const found = new Map<string, Installation>();
  for (const place of places) {
    if (!(await isServerFolder(place))) continue;
    const installation = await describeInstallation(place, search);
    if (!found.has(installation.modsDir)) found.set(installation.modsDir, installation);
  }
  const [only, ...others] = found.values();
  if (!only) throw notFound(`No Factorio server in ${cwd} or above it`, [cwd, ...places]);
  if (others.length === 0) return only;
  const roots = [...found.values()].map((each) => each.root);
  throw new RoboportError("NO_INSTALLATION", `Several Factorio servers: ${roots.join(", ")}`, {
    hint: "Pass one of them with --server-dir.",
    data: { found: roots },
  });
}

function notFound(message: string, lookedIn: readonly string[]): RoboportError {
  const lookedFor = [...SERVER_FILES, "mods/"];
  return new RoboportError("NO_INSTALLATION", `${message}: found no ${lookedFor.join(", ")}`, {
    hint: "Pass --server-dir with the folder that holds the game's bin/ and data/, or --mods-dir with its mods folder.",
    data: { lookedIn, lookedFor },
  });
}
