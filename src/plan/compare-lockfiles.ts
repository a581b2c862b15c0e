import type { Lockfile } from "./lockfile.ts";

/** A mod that differs between two lockfiles; a missing version means that it was not there. */
export interface LockChange {
  readonly name: string;
  readonly from?: string;
  readonly to?: string;
}

/** What changed from one lockfile to another, by name. */
export function compareLockfiles(before: Lockfile | undefined, after: Lockfile | undefined): readonly LockChange[] {
  const from = versionsOf(before);
  const to = versionsOf(after);
  const names = [...new Set([...from.keys(), ...to.keys()])].sort();
  return names.flatMap((name) => {
    const [old, now] = [from.get(name), to.get(name)];
    if (old === now) return [];
    return [{ name, ...(old !== undefined && { from: old }), ...(now !== undefined && { to: now }) }];
  });
}

function versionsOf(lockfile: Lockfile | undefined): ReadonlyMap<string, string> {
  return new Map(lockfile?.mods.map((mod) => [mod.name, mod.version.text]));
}
