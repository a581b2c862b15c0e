import { type Dependency, mustBePresent, satisfies } from "../game/dependency.ts";
import { readDependencies, type WrittenDependency } from "./dependency-texts.ts";
import type { Incompatibility, Term } from "./pubgrub/incompatibility.ts";
import { candidateOf, type Package } from "./pubgrub/package.ts";
import type { Packages } from "./packages.ts";
import { widenTerm } from "./pubgrub/propagation.ts";
import { has, isDisjoint, isSubset, onlyValue, type VersionSet, valuesWhere } from "./pubgrub/version-set.ts";

/** What one value of a package asks of other packages. */
export interface Demands {
  readonly incompatibilities: Incompatibility[];
  /** Packages that must be there, in the order of its dependency list. */
  readonly requires: Package[];
  /** Packages that should be there if they can, in the order of its dependency list. */
  readonly recommends: Package[];
}

/** The value that asks. */
interface Source {
  readonly owner: Package;
  readonly value: number;
  /** "The owner has this value." */
  readonly term: Term;
  readonly demands: Demands;
}

/** A dependency that says nothing until its target is a package of the search. */
interface Waiting {
  readonly source: Source;
  readonly dependency: Dependency;
}

/**
 * The game's rules as incompatibilities, made when the search first considers a release.
 *
 * @see rules RES-1 to RES-12
 */
export class DemandBook {
  private fresh: Incompatibility[] = [];
  private readonly packages: Packages;
  private readonly known = new Map<Package, (Demands | undefined)[]>();
  private readonly waiting = new Map<string, Waiting[]>();
  private readonly wide = new Set<Incompatibility>();
  /** What {@link brokenBy} says of dependencies that are looked at again and again. */
  private readonly broken = new Map<Dependency, VersionSet>();

  constructor(packages: Packages) {
    this.packages = packages;
  }

  /** The incompatibilities made since this was last asked. */
  takeFresh(): readonly Incompatibility[] {
    const taken = this.fresh;
    if (taken.length > 0) this.fresh = [];
    return taken;
  }

  /** True when it was read what a value asks for. */
  knows(owner: Package, value: number): boolean {
    return this.known.get(owner)?.[value] !== undefined;
  }

  /** What a value asks for. */
  of(owner: Package, value: number): Demands {
    let demands = this.known.get(owner);
    if (!demands) this.known.set(owner, (demands = []));
    return (demands[value] ??= this.read(owner, value));
  }

  private read(owner: Package, value: number): Demands {
    const demands: Demands = { incompatibilities: [], requires: [], recommends: [] };
    const source = { owner, value, term: { package: owner, set: onlyValue(value, owner.all) }, demands };
    if (owner.origin === "request") this.addRequirement(source);
    if (owner.origin === "fixed" && this.packages.isMisfit(owner)) {
      this.add(demands, { terms: [source.term], cause: { kind: "misfit" } });
    }
    for (const { dependency } of readDependencies(candidateOf(owner, value)?.dependencies ?? [])) {
      this.addDependency(source, dependency);
    }
    return demands;
  }

  private addRequirement({ owner, term, demands }: Source): void {
    const requirement = this.packages.lineOf(owner);
    const { name, constraints } = requirement;
    const target = this.target(name);
    demands.requires.push(target);
    const broken = valuesWhere(target.candidates.length + 1, (each) => {
      const candidate = candidateOf(target, each);
      return !candidate || !constraints.every((constraint) => satisfies(candidate.version, constraint));
    });
    if (isDisjoint(broken, target.all)) return;
    const terms = [term, { package: target, set: broken }];
    this.add(demands, { terms, cause: { kind: "requirement", requirement } });
  }

  private addDependency(source: Source, dependency: Dependency): void {
    const { kind, name, constraint } = dependency;
    if (mustBePresent(kind)) {
      const target = this.target(name);
      source.demands.requires.push(target);
      this.forbid(source, dependency, target);
      return;
    }
    if (kind === "recommended") source.demands.recommends.push(this.target(name));
    if (kind !== "incompatible" && !constraint) return;
    const target = this.packages.find(name);
    if (target) this.forbid(source, dependency, target);
    else this.waitFor(name, { source, dependency });
  }

  /** The package of a mod, now part of the search: what waited for it counts from here on. */
  private target(name: string): Package {
    const target = this.packages.get(name);
    const waiting = this.waiting.get(name);
    if (!waiting) return target;
    this.waiting.delete(name);
    for (const { source, dependency } of waiting) this.forbid(source, dependency, target);
    return target;
  }

  private waitFor(name: string, waiting: Waiting): void {
    const others = this.waiting.get(name);
    if (others) others.push(waiting);
    else this.waiting.set(name, [waiting]);
  }

  /** The owner's value does not go with the values of the target that break the dependency. */
  private forbid({ owner, value, term, demands }: Source, dependency: Dependency, target: Package): void {
    const broken = brokenBy(dependency, target);
    if (isDisjoint(broken, target.all)) return;
    const cause = { kind: "dependency", owner, dependency } as const;
    if (owner !== target) this.add(demands, { terms: [term, { package: target, set: broken }], cause });
    else if (has(broken, value)) this.add(demands, { terms: [term], cause });
  }

  private add(demands: Demands, incompatibility: Incompatibility): void {
    demands.incompatibilities.push(incompatibility);
    this.fresh.push(incompatibility);
  }

  private brokenBy(dependency: Dependency, target: Package): VersionSet {
    let broken = this.broken.get(dependency);
    if (!broken) this.broken.set(dependency, (broken = brokenBy(dependency, target)));
    return broken;
  }

  /** Make a dependency of one release speak for every release of its owner that asks at least as much. */
  widen(incompatibility: Incompatibility): void {
    const { terms, cause } = incompatibility;
    if (cause.kind !== "dependency" || terms.length < 2 || this.wide.has(incompatibility)) return;
    this.wide.add(incompatibility);
    const place = terms[0]?.package === cause.owner ? 0 : 1;
    const target = terms[1 - place];
    if (!target) return;
    const { name } = cause.dependency;
    const asksAsMuch = ({ dependency }: WrittenDependency) =>
      dependency.name === name && isSubset(target.set, this.brokenBy(dependency, target.package));
    const set = valuesWhere(cause.owner.candidates.length + 1, (value) =>
      readDependencies(candidateOf(cause.owner, value)?.dependencies ?? []).some(asksAsMuch),
    );
    widenTerm(incompatibility, place, set);
  }
}

/** The values of a package that a dependency on it does not go with. */
export function brokenBy({ kind, constraint }: Dependency, { candidates }: Package): VersionSet {
  const whenAbsent = mustBePresent(kind);
  const always = kind === "incompatible";
  return valuesWhere(candidates.length + 1, (value) => {
    const candidate = candidates[value - 1];
    return candidate ? always || !satisfies(candidate.version, constraint) : whenAbsent;
  });
}
