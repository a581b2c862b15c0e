import type { Version } from "../game/version.ts";
import type { Mod, Release } from "../resolve/universe.ts";

/**
 * The first row of a mod in a catalogue: all about its releases but what they depend on. Each of the other rows is a list of
 * dependencies. What every release has is one list, because a few long lists are read much faster than many short ones.
 */
interface HeadRow {
  readonly name: string;
  readonly deprecated?: boolean;
  readonly versions: readonly string[];
  readonly keys: readonly number[];
  readonly factorioVersions: readonly string[];
  /** In which row its dependencies are. */
  readonly dependencies: readonly number[];
  readonly dates: readonly (string | null)[];
}

/** The line of a mod: rows of JSON with line breaks between them. What fetching needs is left out. */
export function formatModLine({ name, deprecated, releases }: Mod): string {
  const rows = new Map<string, number>();
  const rowOf = (dependencies: readonly string[]): number => {
    const text = JSON.stringify(dependencies);
    const row = rows.get(text) ?? rows.size + 1;
    rows.set(text, row);
    return row;
  };
  const head: HeadRow = {
    name,
    ...(deprecated && { deprecated }),
    versions: releases.map(({ version }) => version.text),
    keys: releases.map(({ version }) => version.key),
    factorioVersions: releases.map(({ factorioVersion }) => factorioVersion),
    dependencies: releases.map(({ dependencies }) => rowOf(dependencies)),
    dates: releases.map(({ releasedAt = null }) => releasedAt),
  };
  return [JSON.stringify(head), ...rows.keys()].join("\n");
}

/** The mod of a line; releases with the same dependencies share one list, which the solver then reads once. */
export function readModLine(text: string): Mod {
  const rows = new Rows(text);
  const head = rows.head;
  const releases: Release[] = [];
  for (let at = 0; at < head.versions.length; at++) releases.push(new CataloguedRelease(rows, at));
  return { name: head.name, deprecated: head.deprecated ?? false, releases };
}

/** The rows of a line, each parsed when it is first looked at. */
class Rows {
  readonly head: HeadRow;
  private readonly texts: readonly string[];
  private readonly lists: (readonly string[])[] = [];

  constructor(text: string) {
    this.texts = text.split("\n");
    this.head = JSON.parse(this.texts[0] ?? "");
  }

  list(row: number): readonly string[] {
    return (this.lists[row] ??= JSON.parse(this.texts[row] ?? ""));
  }
}

/** Of the releases of a mod the solver reads the dependencies of one or two. */
class CataloguedRelease implements Release {
  readonly version: Version;
  readonly factorioVersion: string;
  readonly releasedAt?: string;
  private readonly rows: Rows;
  private readonly row: number;

  constructor(rows: Rows, at: number) {
    const { versions, keys, factorioVersions, dependencies, dates } = rows.head;
    const date = dates[at] ?? null;
    this.version = { text: versions[at] ?? "", key: keys[at] ?? 0 };
    this.factorioVersion = factorioVersions[at] ?? "";
    if (date !== null) this.releasedAt = date;
    this.rows = rows;
    this.row = dependencies[at] ?? 0;
  }

  get dependencies(): readonly string[] {
    return this.rows.list(this.row);
  }
}
