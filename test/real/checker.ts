import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Dependency, isWithin, loadsIn, readDependency } from "./game-rules.ts";
import { readZipInfos, type ZipInfo } from "./zip-infos.ts";

/** The game that a mods folder is for. */
export interface Game {
  /** Full version. */
  readonly version: string;
  /** Versions of what ships with it. */
  readonly builtIns: ReadonlyMap<string, string>;
}

export interface CheckOptions {
  readonly game: Game;
  /** Mods that have to be there. */
  readonly wanted: readonly string[];
}

/** A mods folder as the game would see it, and what it would not like. */
export interface Checked {
  /** Versions of the mods, built-ins left out. */
  readonly mods: ReadonlyMap<string, string>;
  /** One sentence for each broken rule. */
  readonly violations: readonly string[];
  /** What read the zips. */
  readonly reader: string;
}

interface Mod {
  readonly name: string;
  readonly version: string;
  readonly dependencies: readonly string[];
}

/** Judge a finished mods folder by the game's rules; every zip in it is meant to be switched on. */
export async function checkModsFolder(modsDir: string, { game, wanted }: CheckOptions): Promise<Checked> {
  const { infos, reader } = await readZipInfos(modsDir);
  const violations: string[] = [];
  const say = (text: string) => void violations.push(text);
  const mods = new Map<string, Mod>();
  for (const [file, info] of infos) {
    const mod = readMod(file, info, say);
    if (!mod) continue;
    if (mods.has(mod.name)) say(`${file} is a second zip of ${mod.name}`);
    if (!loadsIn(game.version, info?.factorio_version as string | undefined)) {
      say(`${file} is for Factorio ${String(info?.factorio_version)}, and this is ${game.version}`);
    }
    mods.set(mod.name, mod);
  }
  const switches = await readModList(modsDir);
  for (const name of mods.keys()) {
    if (switches.get(name) !== true) say(`mod-list.json ${switches.has(name) ? "switches off" : "lacks"} ${name}`);
  }
  const builtIns = [...game.builtIns].filter(([name]) => switches.get(name) !== false);
  const versions = new Map([...builtIns, ...[...mods.values()].map((mod) => [mod.name, mod.version] as const)]);
  for (const mod of mods.values()) checkDependencies(mod, versions, say);
  for (const name of wanted) if (!versions.has(name)) say(`${name} is wanted and not there`);
  for (const name of needless(mods, wanted)) say(`${name} is there and nothing wants it`);
  for (const file of await leftovers(modsDir)) say(`${file} does not belong there`);
  return { mods: new Map([...mods.values()].map((mod) => [mod.name, mod.version])), violations, reader };
}

type Say = (text: string) => void;

function readMod(file: string, info: ZipInfo | undefined, say: Say): Mod | undefined {
  const { name, version, dependencies = ["base"] } = info ?? {};
  if (typeof name !== "string" || typeof version !== "string" || !Array.isArray(dependencies)) {
    say(`${file} has no info.json that says what it is`);
    return undefined;
  }
  if (file !== `${name}_${version}.zip`) say(`${file} holds ${name} ${version}`);
  return { name, version, dependencies: dependencies.map(String) };
}

function checkDependencies(mod: Mod, versions: ReadonlyMap<string, string>, say: Say): void {
  for (const text of mod.dependencies) {
    const fault = faultOf(readDependency(text), versions);
    if (fault) say(`${mod.name} ${mod.version} says "${text}", but ${fault}`);
  }
}

function faultOf(dependency: Dependency | undefined, versions: ReadonlyMap<string, string>): string | undefined {
  if (!dependency) return "that is no dependency";
  const there = versions.get(dependency.name);
  if (there === undefined) return dependency.needed ? "it is not there" : undefined;
  if (dependency.excluded) return `${there} is there`;
  return isWithin(there, dependency.bound) ? undefined : `${there} is there`;
}

/** Mods that are neither wanted nor what a wanted one needs or recommends. */
function needless(mods: ReadonlyMap<string, Mod>, wanted: readonly string[]): readonly string[] {
  const reached = new Set<string>(wanted);
  for (const name of reached) {
    for (const text of mods.get(name)?.dependencies ?? []) {
      const dependency = readDependency(text);
      if (dependency?.needed || dependency?.recommended) reached.add(dependency.name);
    }
  }
  return [...mods.keys()].filter((name) => !reached.has(name));
}

async function leftovers(modsDir: string): Promise<readonly string[]> {
  return (await readdir(modsDir)).filter((file) => !file.endsWith(".zip") && file !== "mod-list.json");
}

/** Switches by name; before 0.15 they were texts. */
async function readModList(modsDir: string): Promise<ReadonlyMap<string, boolean>> {
  const text = await readFile(join(modsDir, "mod-list.json"), "utf8");
  const { mods } = JSON.parse(text) as { mods: readonly { name: string; enabled: boolean | string }[] };
  return new Map(mods.map(({ name, enabled }) => [name, String(enabled) === "true"]));
}
