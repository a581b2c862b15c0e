import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { compareNumbers, isWithin, loadsIn, readDependency } from "../real/game-rules.ts";
import { type ModInfo, type Scene, sha256Of } from "./random-world.ts";

/** A mods folder with the eyes of the game, written down without a look at `src/`. */
export interface GameView {
  /** What is loaded, by name; built-ins included. */
  readonly loaded: ReadonlyMap<string, ModInfo>;
  /** One sentence for each thing the game would not start with. */
  readonly violations: readonly string[];
}

interface ListEntry {
  readonly name: string;
  readonly enabled?: unknown;
  readonly version?: string;
}

type Candidate = ModInfo & { readonly folder: boolean };

export async function viewGame(modsDir: string, scene: Scene): Promise<GameView> {
  const entries = new Map((await readList(modsDir)).map((entry) => [entry.name, entry]));
  const isOn = (name: string) => name === "base" || String(entries.get(name)?.enabled ?? true) === "true";
  const byName = new Map<string, Candidate[]>();
  for (const mod of await readMods(modsDir, scene)) byName.set(mod.name, [...(byName.get(mod.name) ?? []), mod]);
  const loaded = new Map<string, ModInfo>();
  for (const [name, dependencies] of Object.entries(scene.builtIns)) {
    if (isOn(name)) loaded.set(name, { name, version: scene.game, factorioVersion: "", dependencies });
  }
  for (const [name, candidates] of byName) {
    if (isOn(name) && !(name in scene.builtIns && Object.hasOwn(scene.builtIns, name))) {
      loaded.set(name, choose(candidates, entries.get(name)?.version));
    }
  }
  return { loaded, violations: [...loaded.values()].flatMap((mod) => faultsOf(mod, loaded, scene.game)) };
}

/** The pinned version, else the highest; of one version the folder. */
function choose(candidates: readonly Candidate[], pin: string | undefined): Candidate {
  const pinned = pin === undefined ? [] : candidates.filter((each) => compareNumbers(each.version, pin) === 0);
  const pool = pinned.length > 0 ? pinned : candidates;
  const [best] = pool.toSorted((a, b) => compareNumbers(b.version, a.version) || Number(b.folder) - Number(a.folder));
  if (!best) throw new Error("No candidates");
  return best;
}

function faultsOf(mod: ModInfo, loaded: ReadonlyMap<string, ModInfo>, game: string): readonly string[] {
  const who = `${mod.name} ${mod.version}`;
  const misfit = mod.factorioVersion !== "" && !loadsIn(game, mod.factorioVersion);
  const faults = mod.dependencies.flatMap((text) => {
    const dependency = readDependency(text);
    if (!dependency) return [`${who} says "${text}"`];
    const there = loaded.get(dependency.name)?.version;
    if (there === undefined) return dependency.needed ? [`${who} says "${text}", and it is not there`] : [];
    return dependency.excluded || !isWithin(there, dependency.bound)
      ? [`${who} says "${text}", and there is ${there}`]
      : [];
  });
  return misfit ? [`${who} is for ${mod.factorioVersion}`, ...faults] : faults;
}

async function readMods(modsDir: string, scene: Scene): Promise<readonly Candidate[]> {
  const mods: Candidate[] = [];
  for (const file of await readdir(modsDir)) {
    const path = join(modsDir, file);
    const status = await stat(path).catch(() => undefined);
    if (status?.isDirectory()) {
      const text = await readFile(join(path, "info.json"), "utf8").catch(() => undefined);
      if (text === undefined) continue;
      const { name, version, factorio_version: factorioVersion, dependencies } = JSON.parse(text);
      if (file === name || file === `${name}_${version}`)
        mods.push({ name, version, factorioVersion, dependencies, folder: true });
    } else if (file.endsWith(".zip") && status?.isFile()) {
      const info = scene.zips.get(sha256Of(await readFile(path)));
      if (info && file === `${info.name}_${info.version}.zip`) mods.push({ ...info, folder: false });
    }
  }
  return mods;
}

async function readList(modsDir: string): Promise<readonly ListEntry[]> {
  const text = await readFile(join(modsDir, "mod-list.json"), "utf8").catch(() => '{"mods": []}');
  return (JSON.parse(text) as { mods: ListEntry[] }).mods;
}

const RANKS = ["base", "elevated-rails", "recycler", "quality", "space-age"];

/** A mod-list.json as the game since 0.17 writes it, with whatever fields its value has. */
export function gameForm(text: string): string {
  const { mods, ...rest } = JSON.parse(text) as { mods: Record<string, unknown>[] };
  const rank = ({ name }: Record<string, unknown>) =>
    (RANKS.indexOf(String(name)) + RANKS.length + 1) % (RANKS.length + 1);
  const upper = ({ name }: Record<string, unknown>) => String(name).toUpperCase();
  const before = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  const sorted = mods.toSorted((a, b) => {
    const [x, y] = [RANKS.includes(String(a["name"])), RANKS.includes(String(b["name"]))];
    if (x !== y) return x ? -1 : 1;
    if (x) return rank(a) - rank(b);
    return before(upper(a), upper(b)) || before(String(a["name"]), String(b["name"]));
  });
  const entry = (each: Record<string, unknown>) =>
    `    {\n${Object.entries(each)
      .map(([key, value]) => `      ${JSON.stringify(key)}: ${JSON.stringify(value)}`)
      .join(",\n")}\n    }`;
  const more = Object.entries(rest).map(([key, value]) => `,\n  ${JSON.stringify(key)}: ${JSON.stringify(value)}`);
  return `\n{\n  "mods": \n  [\n    \n${sorted.map(entry).join(",\n    \n")}${mods.length > 0 ? "\n" : ""}  ]${more.join("")}\n}\n`;
}
