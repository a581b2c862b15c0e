import { RoboportError } from "../errors.ts";
import { findDependency, mustBePresent } from "../game/dependency.ts";
import type { LockedMod, Lockfile } from "../plan/lockfile.ts";
import { type Manifest } from "../plan/manifest.ts";
import { editManifest, type ManifestEdit } from "../plan/manifest-edit.ts";
import { settled } from "./alone.ts";
import { getWish } from "./files.ts";
import { prepare, type Prepared, type Unsolvable } from "./prepare.ts";
import type { Session } from "./session.ts";

/**
 * Plan not to want these mods, nor whatever only they needed. A recommended mod is turned down for good.
 *
 * @throws {RoboportError} `NOT_INSTALLED`, `STILL_REQUIRED` naming who needs it, `NO_INSTALLATION`.
 * @see rule OPS-8
 */
export async function planRemove(session: Session, names: readonly string[]): Promise<Prepared | Unsolvable> {
  const { root } = await settled(session);
  const { text, manifest, previous, texts } = await getWish(root);
  const edits = names.map((name) => removalOf(name, { manifest, previous, leaving: new Set(names) }));
  const refused = edits.flatMap((edit) => ("without" in edit ? edit.without : []));
  const manifestEdits = edits.filter((edit) => !("without" in edit));
  if (refused.length > 0) manifestEdits.push({ without: [...new Set([...manifest.without, ...refused])].sort() });
  const manifestText = editManifest(text, manifestEdits);
  return await prepare(session, {
    command: `remove ${names.join(" ")}`,
    manifestText,
    previous,
    texts,
    freedom: "nothing",
  });
}

interface Context {
  readonly manifest: Manifest;
  readonly previous: Lockfile | undefined;
  readonly leaving: ReadonlySet<string>;
}

function removalOf(name: string, { manifest, previous, leaving }: Context): ManifestEdit {
  if (manifest.mods.some((mod) => mod.name === name)) return { remove: name };
  const locked = previous?.mods ?? [];
  if (!locked.some((mod) => mod.name === name)) {
    throw new RoboportError(
      "NOT_INSTALLED",
      `Cannot remove ${name}: it is neither in roboport.json nor in roboport.lock`,
      {
        hint: 'Run "roboport list" to see what is there.',
        data: { name },
      },
    );
  }
  const dependents = dependentsOf(name, locked).filter((each) => !leaving.has(each));
  if (dependents.length === 0) return { without: [name] };
  throw new RoboportError(
    "STILL_REQUIRED",
    `Cannot remove ${name}: ${listed(dependents)} need${dependents.length === 1 ? "s" : ""} it`,
    {
      hint: `Remove ${listed(dependents)} as well, or run "roboport why ${name}".`,
      data: { name, dependents },
    },
  );
}

/** Enabled locked mods that cannot run without this one. */
export function dependentsOf(name: string, locked: readonly LockedMod[]): readonly string[] {
  const needs = (mod: LockedMod) =>
    mod.dependencies.some((text) => {
      const dependency = findDependency(text);
      return dependency?.name === name && mustBePresent(dependency.kind);
    });
  return locked
    .filter((mod) => mod.enabled && mod.name !== name && needs(mod))
    .map((mod) => mod.name)
    .sort();
}

/** `a`, `a and b`, `a, b and 3 more`. */
export function listed(names: readonly string[]): string {
  const shown = names.length > 4 ? [...names.slice(0, 3), `${names.length - 3} more`] : names;
  return shown.length < 2 ? shown.join("") : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}
