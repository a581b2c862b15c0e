import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describeUpToDate, findStamp, formatUpToDate, isUnchanged, STAMP_FILE, type Stamp } from "../plan/stamp.ts";
import { findRootFolder } from "./root-folder.ts";

/**
 * `install` where there is nothing to do: some stat calls, no request, no write, and little of our code loaded.
 *
 * @returns what to print; undefined whenever there is anything to doubt, and the whole program looks properly.
 * @see rules CLI-30 to CLI-32
 */
export function fastInstall(argv: readonly string[], cwd: string): string | undefined {
  const request = findRequest(argv);
  if (!request) return undefined;
  try {
    const stamp = findUnchangedStamp(request, cwd);
    return stamp && formatAnswer(stamp, request);
  } catch (error) {
    if (error instanceof Error && "syscall" in error) return undefined;
    throw error;
  }
}

interface Request {
  readonly serverDir?: string;
  readonly modsDir?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Read `install` with options that do not change what it does; undefined for every other command line. */
function findRequest([command, ...words]: readonly string[]): Request | undefined {
  if (command !== "install") return undefined;
  let request: Request = {};
  for (let at = 0; at < words.length; at++) {
    const value = words[at + 1];
    if (words[at] === "--json") request = { ...request, json: true };
    else if (words[at] === "--quiet" || words[at] === "-q") request = { ...request, quiet: true };
    else if (CHANGE_NOTHING.has(words[at] ?? "")) continue;
    else if (value === undefined || value.startsWith("-")) return undefined;
    else if (words[at] === "--mods-dir") request = { ...request, modsDir: words[++at] ?? "" };
    else if (words[at] === "--server-dir") request = { ...request, serverDir: words[++at] ?? "" };
    else if (words[at] === "--portal" && PLAIN_URL.test(value)) at++;
    else return undefined;
  }
  return request;
}

/** Where there is nothing to do, nobody is asked and nothing is fetched: neither does it matter who would be. */
const PLAIN_URL = /^https?:\/\/[\w.-]+(:\d{1,5})?\/?$/;
const CHANGE_NOTHING = new Set(["--no-color", "--yes", "-y", "--locked", "--offline"]);

/** Whatever else lies there was left by a process that was killed, or belongs to one at work. */
const AT_REST = new Set(["generations", "state.json"]);

function isAtRest(root: string): boolean {
  return readdirSync(join(root, ".roboport")).every((name) => AT_REST.has(name));
}

/** @throws the system's error when a file cannot be looked at. */
function findUnchangedStamp({ serverDir, modsDir }: Request, cwd: string): Stamp | undefined {
  const root = findRootFolder({ cwd, serverDir, modsDir });
  if (root === undefined || !isAtRest(root)) return undefined;
  const stamp = findStamp(readFileSync(join(root, STAMP_FILE), "utf8"));
  const mods = modsDir === undefined ? join(root, "mods") : resolve(cwd, modsDir);
  if (!stamp || resolve(root, stamp.modsDir) !== mods) return undefined;
  const isSame = isUnchanged(stamp, {
    factsOfFile: (path) => lstatSync(join(root, path), { throwIfNoEntry: false }),
    namesInMods: () => readdirSync(mods),
    factsOfMod: (name) => lstatSync(`${mods}/${name}`, { throwIfNoEntry: false }),
  });
  return isSame ? stamp : undefined;
}

function formatAnswer({ summary }: Stamp, { json, quiet }: Request): string {
  if (json) return `${JSON.stringify(describeUpToDate(summary), null, 2)}\n`;
  return quiet ? "" : `${formatUpToDate(summary)}\n`;
}
