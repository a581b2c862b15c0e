import { RoboportError } from "../errors.ts";
import { buildTree, type TreeNode } from "../resolve/tree.ts";
import type { Requirement } from "../resolve/universe.ts";
import { explainWhy, type PresentMod, type Why } from "../resolve/why.ts";
import { settled } from "./alone.ts";
import { getLockfile, getManifest } from "./files.ts";
import { look } from "./look.ts";
import type { Session } from "./session.ts";

/** Why a mod is there, and in which version. */
export interface Reason extends Why {
  readonly version: string;
  /** True when the admin put it there. */
  readonly byHand: boolean;
}

interface Graph {
  readonly mods: ReadonlyMap<string, PresentMod>;
  /** What was asked for, and what the admin put there by hand. */
  readonly roots: readonly Requirement[];
  readonly byHand: ReadonlySet<string>;
}

/**
 * Explain why a mod is installed.
 *
 * @throws {RoboportError} `NOT_INSTALLED`, `NO_INSTALLATION`
 * @see rules WHY-1 to WHY-3
 */
export async function findReason(session: Session, name: string): Promise<Reason> {
  const { mods, roots, byHand } = await loadGraph(session);
  const why = explainWhy(name, mods, roots);
  if (why) return { ...why, version: mods.get(name)?.version.text ?? "", byHand: byHand.has(name) };
  throw new RoboportError("NOT_INSTALLED", `Cannot say why ${name} is installed: it is not`, {
    hint: `Run "roboport list" to see what is, or "roboport add ${name}" to install it.`,
    data: { name },
  });
}

/**
 * What needs what, from the mods that were asked for.
 *
 * @throws {RoboportError} `NOT_INSTALLED` without a lockfile, `NO_INSTALLATION`
 * @see rules TREE-1 to TREE-3
 */
export async function loadTree(session: Session): Promise<readonly TreeNode[]> {
  const { mods, roots } = await loadGraph(session);
  return buildTree(mods, roots);
}

async function loadGraph(session: Session): Promise<Graph> {
  const { root } = await settled(session);
  const { manifest } = await getManifest(root);
  const lockfile = await getLockfile(root);
  const { actual, fixed } = await look(session);
  const { builtIns } = await session.game();
  const present = [...builtIns, ...actual.mods.filter((mod) => fixed.has(mod.name)), ...lockfile.mods];
  return {
    mods: new Map(present.map((mod) => [mod.name, mod])),
    roots: [...manifest.mods, ...[...fixed.keys()].map((name) => ({ name, constraints: [] }))],
    byHand: new Set(fixed.keys()),
  };
}
