import { type Dependency, findDependency } from "../game/dependency.ts";

/** A dependency and how its author wrote it. */
export interface WrittenDependency {
  readonly text: string;
  readonly dependency: Dependency;
}

/** Lists are values of a universe and never change, so each is read once. */
const READ = new WeakMap<readonly string[], readonly WrittenDependency[]>();

/** The dependencies of a release, in its order; what cannot be read is left out. */
export function readDependencies(texts: readonly string[]): readonly WrittenDependency[] {
  const known = READ.get(texts);
  if (known) return known;
  const read: WrittenDependency[] = [];
  for (const text of texts) {
    const dependency = findDependency(text);
    if (dependency) read.push({ text, dependency });
  }
  READ.set(texts, read);
  return read;
}

/** The strings of a release that name no mod, as the game skips them too. */
export function unreadableDependencies(texts: readonly string[]): readonly string[] {
  return texts.filter((text) => !findDependency(text));
}
