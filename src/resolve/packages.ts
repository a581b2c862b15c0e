import { BUILT_IN_NAMES } from "../game/built-ins.ts";
import { runsOn } from "../game/game-version.ts";
import { candidatesOf, CORE, isSwitchedOn, releaseFilter } from "./candidates.ts";
import { newPackage, type Package } from "./pubgrub/package.ts";
import type { SolveRequest } from "./request.ts";
import type { Release, Requirement } from "./universe.ts";

/** The packages of one request, each made when it is first asked for. */
export class Packages {
  /** What is there whatever is chosen: built-ins that are on, then fixed mods, each by name. */
  readonly present: readonly Package[];
  /** One package per line of the manifest, in the order of decision; its only candidate demands what the line says. */
  readonly requests: readonly Package[];
  private readonly byName = new Map<string, Package>();
  private readonly lines = new Map<Package, Requirement>();
  private readonly request: SolveRequest;
  private readonly accepts: (release: Release) => boolean;
  private readonly builtInNames: ReadonlySet<string>;

  constructor(request: SolveRequest) {
    this.request = request;
    this.accepts = releaseFilter(request);
    this.builtInNames = new Set([...BUILT_IN_NAMES, ...request.universe.builtIns.map(({ name }) => name)]);
    this.present = [...this.builtIns(), ...this.fixedMods()];
    this.requests = inOrderOfDecision(request).map((requirement) => this.addLine(requirement));
  }

  private builtIns(): readonly Package[] {
    const { builtIns } = this.request.universe;
    const on = builtIns.filter(({ name }) => name !== CORE.name && isSwitchedOn(name, this.request));
    return on
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map((builtIn) =>
        this.keep(newPackage(builtIn.name, { origin: "built-in", candidates: [builtIn], present: true })),
      );
  }

  private fixedMods(): readonly Package[] {
    const fixed = [...(this.request.fixed ?? [])].filter(([name]) => !this.builtInNames.has(name));
    return fixed
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, mod]) => this.keep(newPackage(name, { origin: "fixed", candidates: [mod], present: true })));
  }

  private addLine(requirement: Requirement): Package {
    const candidates = [{ version: this.request.universe.game, dependencies: [] }];
    const line = newPackage(requirement.name, { origin: "request", candidates });
    this.lines.set(line, requirement);
    return line;
  }

  private keep(made: Package): Package {
    this.byName.set(made.name, made);
    return made;
  }

  /** The package of a mod; one that nobody offers has no candidates. */
  get(name: string): Package {
    return this.byName.get(name) ?? this.keep(this.make(name));
  }

  private make(name: string): Package {
    if (name === CORE.name) return newPackage(name, { origin: "built-in", candidates: [CORE], present: true });
    if (this.builtInNames.has(name)) return newPackage(name, { origin: "built-in", candidates: [] });
    const mod = this.request.universe.mods.get(name);
    const candidates = mod ? candidatesOf(mod, this.request, this.accepts) : [];
    return newPackage(name, { origin: "portal", candidates, deprecated: mod?.deprecated ?? false });
  }

  /** The package of a mod, if somebody asked for it; core is there in any case. */
  find(name: string): Package | undefined {
    return name === CORE.name ? this.get(name) : this.byName.get(name);
  }

  /** The line of the manifest behind one of the requests. */
  lineOf(request: Package): Requirement {
    const line = this.lines.get(request);
    if (!line) throw new Error(`${request.name} is no line of the manifest`);
    return line;
  }

  /** True for a fixed mod that this game refuses. */
  isMisfit({ name }: Package): boolean {
    const fixed = this.request.fixed?.get(name);
    return fixed?.factorioVersion !== undefined && !runsOn(fixed.factorioVersion, this.request.universe.game);
  }

  /** True when a recommendation of this mod is followed. */
  isWelcome(of: Package): boolean {
    return of.candidates.length > 0 && !of.deprecated && !this.request.without?.has(of.name);
  }

  get size(): number {
    return this.byName.size;
  }

  /** Every mod asked for so far. */
  all(): Iterable<Package> {
    return this.byName.values();
  }
}

/** Lines whose mod may move come first, so that `update NAME` moves it as far as anything else can give way. */
function inOrderOfDecision({ requirements, free }: SolveRequest): readonly Requirement[] {
  if (!free || free.size === 0) return requirements;
  return [...requirements.filter(({ name }) => free.has(name)), ...requirements.filter(({ name }) => !free.has(name))];
}
