import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Dependency, isWithin, loadsIn, readDependency } from "./game-rules.ts";
import { readZipInfos, type ZipInfo } from "./zip-infos.ts";

/** The game that mods are for. */
export interface Game {
  /** Full version. */
  readonly version: string;
  /** Versions of what ships with it, as far as it is switched on. */
  readonly builtIns: ReadonlyMap<string, string>;
}

export interface CheckOptions {
  readonly game: Game;
  /** Mods that have to be there. */
  readonly wanted: readonly string[];
}

/** One version of a mod, as it describes itself. */
export interface ChosenMod {
  readonly name: string;
  readonly version: string;
  readonly factorioVersion: string | null | undefined;
  readonly dependencies: readonly string[];
}

/** A mods folder as the game would see it, and what it would not like. */
export interface CheckedFolder {
  readonly mods: readonly ChosenMod[];
  /** One sentence for each broken rule. */
  readonly violations: readonly string[];
  /** What read the zips. */
  readonly reader: string;
}

/** Judge a finished mods folder by the game's rules; every zip in it is meant to be switched on. */
export async function checkModsFolder(modsDir: string, { game, wanted }: CheckOptions): Promise<CheckedFolder> {
  const { infos, reader } = await readZipInfos(modsDir);
  const read = [...infos].map(([file, info]) => ({ file, mod: chosenMod(info) }));
  const mods = read.flatMap(({ mod }) => mod ?? []);
  const switches = await readModList(modsDir);
  const builtIns = new Map([...game.builtIns].filter(([name]) => switches.get(name) !== false));
  const violations = [
    ...read.flatMap(({ file, mod }) => fileFaults(file, mod)),
    ...mods
      .filter(({ name }) => switches.get(name) !== true)
      .map(({ name }) => `mod-list.json does not switch ${name} on`),
    ...(await leftovers(modsDir)).map((file) => `${file} does not belong there`),
    ...findViolations(mods, { game: { ...game, builtIns }, wanted }),
  ];
  return { mods, violations, reader };
}

/** Every rule of the game that a set of mods breaks, in sentences. */
export function findViolations(mods: readonly ChosenMod[], { game, wanted }: CheckOptions): readonly string[] {
  const versions = new Map([...game.builtIns, ...mods.map(({ name, version }) => [name, version] as const)]);
  const twice = mods.filter(({ name }, at) => mods.findIndex((other) => other.name === name) < at);
  const misfits = mods.filter(({ factorioVersion }) => !loadsIn(game.version, factorioVersion));
  return [
    ...twice.map(({ name, version }) => `${name} ${version} is not the only ${name}`),
    ...misfits.map(({ name, version, factorioVersion }) => `${name} ${version} is for Factorio ${factorioVersion}`),
    ...mods.flatMap((mod) => findBroken(mod, versions).map((fault) => `${mod.name} ${mod.version} says ${fault}`)),
    ...wanted.filter((name) => !versions.has(name)).map((name) => `${name} is wanted and not there`),
    ...findNeedless(mods, wanted).map((name) => `${name} is there and nothing wants it`),
  ];
}

/** The dependencies of a mod that do not hold among these versions. */
export function findBroken(mod: ChosenMod, versions: ReadonlyMap<string, string>): readonly string[] {
  return mod.dependencies.flatMap((text) => {
    const fault = faultOf(readDependency(text), versions);
    return fault ? [`"${text}", but ${fault}`] : [];
  });
}

function faultOf(dependency: Dependency | undefined, versions: ReadonlyMap<string, string>): string | undefined {
  if (!dependency) return "that is no dependency";
  const there = versions.get(dependency.name);
  if (there === undefined) return dependency.needed ? "it is not there" : undefined;
  return dependency.excluded || !isWithin(there, dependency.bound) ? `${there} is there` : undefined;
}

/** Mods that are neither wanted nor what a wanted one needs or recommends. */
function findNeedless(mods: readonly ChosenMod[], wanted: readonly string[]): readonly string[] {
  const reached = new Set(wanted);
  for (const name of reached) {
    for (const text of mods.find((mod) => mod.name === name)?.dependencies ?? []) {
      const dependency = readDependency(text);
      if (dependency?.needed || dependency?.recommended) reached.add(dependency.name);
    }
  }
  return mods.map(({ name }) => name).filter((name) => !reached.has(name));
}

function chosenMod(info: ZipInfo | undefined): ChosenMod | undefined {
  const { name, version, factorio_version, dependencies = ["base"] } = info ?? {};
  if (typeof name !== "string" || typeof version !== "string" || !Array.isArray(dependencies)) return undefined;
  const factorioVersion = typeof factorio_version === "string" ? factorio_version : undefined;
  return { name, version, factorioVersion, dependencies: dependencies.map(String) };
}

function fileFaults(file: string, mod: ChosenMod | undefined): readonly string[] {
  if (!mod) return [`${file} has no info.json that says what it is`];
  return file === `${mod.name}_${mod.version}.zip` ? [] : [`${file} holds ${mod.name} ${mod.version}`];
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
