import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** Everything that has to be the old one or the new one together. */
export interface InstalledState {
  /** SHA-256 of everything in the mods folder but mod-list.json, by name. */
  readonly files: Readonly<Record<string, string>>;
  /** The switches of mod-list.json. */
  readonly switches: Readonly<Record<string, boolean>>;
  readonly lockfile: string | undefined;
  readonly manifest: string | undefined;
}

/** Read it from a server's folder; `mods` lies in it. */
export async function readState(root: string): Promise<InstalledState> {
  const mods = join(root, "mods");
  const files: Record<string, string> = {};
  for (const name of (await readdir(mods)).sort()) {
    if (name !== "mod-list.json") files[name] = await digestOf(join(mods, name));
  }
  return {
    files,
    switches: switchesOf(await textOf(join(mods, "mod-list.json"))),
    lockfile: await textOf(join(root, "roboport.lock")),
    manifest: await textOf(join(root, "roboport.json")),
  };
}

/** What there is of a set in the mods folder alone, to compare without manifest and lockfile. */
export function modsOf({ files, switches }: InstalledState): Pick<InstalledState, "files" | "switches"> {
  return { files, switches };
}

async function digestOf(path: string): Promise<string> {
  return createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

function switchesOf(text: string | undefined): InstalledState["switches"] {
  const list: { mods: { name: string; enabled: boolean }[] } = text === undefined ? { mods: [] } : JSON.parse(text);
  const entries = list.mods.map(({ name, enabled }) => [name, enabled] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What a run may leave below the server's folder: the set itself, its history and the look of it. */
const EXPECTED =
  /^(?:roboport\.(?:json|lock)|mods(?:\/[^/]+\.zip|\/mod-list\.json)?|\.roboport(?:\/generations(?:\/\d+\.json)?|\/state\.json)?)$/;
/** What is the game's own, or the test's. */
const GAME = /^(?:(?:bin|config|data|saves)(?:\/|$)|(?:player-data|server-settings)\.json$|\.lock$|filler$)/;
/** What a killed process leaves that lies in nobody's way: the next command that changes anything removes it. */
const MARKS = /^\.roboport\/(?:\.?lock[^/]*|\.state\.json\.[0-9a-f]+\.tmp)$/;

export interface LeftoverOptions {
  /** True when no command has changed anything since a process was killed. */
  readonly marksAllowed?: boolean;
}

/** Stages, journals, drafts and other things that must not stay in the server's folder. */
export async function findLeftovers(root: string, { marksAllowed = false }: LeftoverOptions = {}) {
  const paths = (await readdir(root, { recursive: true })).sort();
  return paths.filter((path) => !EXPECTED.test(path) && !GAME.test(path) && !(marksAllowed && MARKS.test(path)));
}

/** Bytes in the store that nobody has proved. */
export async function findUnproved(cacheDir: string): Promise<readonly string[]> {
  const paths = await readdir(cacheDir, { recursive: true });
  return paths.filter((path) => path.startsWith("quarantine-v1/") || path.endsWith(".tmp"));
}
