import { RoboportError } from "../errors.ts";
import { chainTo, type GraphMod, type Link, linksTo, treeOf, type TreeMod } from "../plan/lock-graph.ts";
import { getLockfile, getManifest } from "./files.ts";
import { look } from "./look.ts";
import type { Session } from "./session.ts";

/** Why a mod is installed. */
export interface Why {
  readonly name: string;
  readonly version: string;
  /** True when roboport.json names it. */
  readonly asked: boolean;
  /** From a mod that was asked for to this one, through what each needs; the mod alone when it was asked for itself. */
  readonly chain: readonly string[];
  /** Every installed mod that says something about it. */
  readonly links: readonly Link[];
}

interface Graph {
  readonly mods: readonly GraphMod[];
  /** What was asked for, and what the admin put there by hand. */
  readonly roots: readonly string[];
  readonly asked: ReadonlySet<string>;
}

/**
 * Explain why a mod is installed.
 *
 * @throws {RoboportError} `NOT_INSTALLED`, `NO_INSTALLATION`
 * @see rules GRAPH-2 and GRAPH-3
 */
export async function explainWhy(session: Session, name: string): Promise<Why> {
  const { mods, roots, asked } = await loadGraph(session);
  const mod = mods.find((each) => each.name === name);
  if (!mod) {
    throw new RoboportError("NOT_INSTALLED", `Cannot say why ${name} is installed: it is not`, {
      hint: `Run "roboport list" to see what is, or "roboport add ${name}" to install it.`,
      data: { name },
    });
  }
  const chain = chainTo(mods, roots, name) ?? [name];
  return { name, version: mod.version.text, asked: asked.has(name), chain, links: linksTo(mods, name) };
}

/**
 * What needs what, from the mods that were asked for.
 *
 * @throws {RoboportError} `NOT_INSTALLED` without a lockfile, `NO_INSTALLATION`
 * @see rule GRAPH-1
 */
export async function loadTree(session: Session): Promise<readonly TreeMod[]> {
  const { mods, roots } = await loadGraph(session);
  return treeOf(mods, roots);
}

async function loadGraph(session: Session): Promise<Graph> {
  const { root } = await session.installation();
  const { text, manifest } = await getManifest(root);
  const lockfile = await getLockfile(root);
  const { actual, fixed } = await look(session, { manifestText: text, lockfile });
  const byHand = actual.mods.filter((mod) => fixed.has(mod.name));
  const { builtIns } = await session.game();
  const asked = new Set(manifest.mods.map((mod) => mod.name));
  return {
    mods: [...lockfile.mods, ...byHand, ...builtIns.filter((builtIn) => builtIn.name !== "base")],
    roots: [...asked, ...fixed.keys()],
    asked,
  };
}
