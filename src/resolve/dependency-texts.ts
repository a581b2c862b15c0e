import { type Dependency, findDependency } from "../game/dependency.ts";

/** A dependency and how its author wrote it. */
export interface WrittenDependency {
  readonly text: string;
  readonly dependency: Dependency;
}

interface Reading {
  readonly readable: readonly WrittenDependency[];
  readonly unreadable: readonly string[];
}

/** Lists are values of a universe and never change, so each is read once. */
const READ = new WeakMap<readonly string[], Reading>();

function read(texts: readonly string[]): Reading {
  const known = READ.get(texts);
  if (known) return known;
  const readable: WrittenDependency[] = [];
  const unreadable: string[] = [];
  for (const text of texts) {
    const dependency = findDependency(text);
    if (dependency) readable.push({ text, dependency });
    else unreadable.push(text);
  }
  const reading = { readable, unreadable };
  READ.set(texts, reading);
  return reading;
}

/** The dependencies of a release, in its order; what cannot be read is left out. */
export function readDependencies(texts: readonly string[]): readonly WrittenDependency[] {
  return read(texts).readable;
}

/** The strings of a release that name no mod; they are skipped, as the portal's own clients do. */
export function unreadableDependencies(texts: readonly string[]): readonly string[] {
  return read(texts).unreadable;
}
