import { findDependency, satisfies } from "../../src/game/dependency.ts";
import { runsOn } from "../../src/game/game-version.ts";
import { parseVersion } from "../../src/game/version.ts";
import type { Release, SolveRequest } from "../../src/resolve/index.ts";

/**
 * The specification, executed: every assignment of releases to mods is tried, in the order of preference.
 * Shares nothing with the solver but the readers of versions and dependency strings.
 */
interface Choice {
  readonly version: string;
  readonly dependencies: readonly string[];
  readonly release?: Release;
}
type Chosen = ReadonlyMap<string, Choice>;

const ABSENT = undefined;

function choicesOf(request: SolveRequest, name: string): readonly (Choice | undefined)[] {
  if (name === "core") return [{ version: "0.0.0", dependencies: [] }];
  const builtIn = request.universe.builtIns.find((each) => each.name === name);
  if (builtIn) {
    const off = name !== "base" && request.disabledBuiltIns?.has(name);
    return off ? [ABSENT] : [{ version: builtIn.version.text, dependencies: builtIn.dependencies }];
  }
  const fixed = request.fixed?.get(name);
  if (fixed) return [{ version: fixed.version.text, dependencies: fixed.dependencies }];
  const before = request.releasedBefore === undefined ? undefined : Date.parse(request.releasedBefore);
  const releases = (request.universe.mods.get(name)?.releases ?? [])
    .filter(({ factorioVersion }) => runsOn(factorioVersion, request.universe.game))
    .filter(({ releasedAt }) => before === undefined || Date.parse(releasedAt ?? "9999-01-01") < before);
  const kept = request.free?.has(name) ? undefined : request.locked?.get(name);
  const rank = (release: Release) => (release.version.key === kept?.key ? 0 : 1);
  const sign = request.prefer === "oldest" ? -1 : 1;
  const sorted = [...releases].sort((a, b) => rank(a) - rank(b) || sign * (b.version.key - a.version.key));
  return [
    ...sorted.map((release) => ({ version: release.version.text, dependencies: release.dependencies, release })),
    ABSENT,
  ];
}

/** Does this exact set satisfy every dependency string in it and every requirement? */
function isValid(request: SolveRequest, chosen: Chosen): boolean {
  for (const { factorioVersion } of request.fixed?.values() ?? []) {
    if (!runsOn(factorioVersion, request.universe.game)) return false;
  }
  for (const { name, constraints } of request.requirements) {
    const choice = chosen.get(name);
    if (!choice || !constraints.every((each) => satisfies(parseVersion(choice.version), each))) return false;
  }
  for (const { dependencies } of chosen.values()) {
    for (const text of dependencies) {
      const dependency = findDependency(text);
      if (!dependency) continue;
      const target = chosen.get(dependency.name);
      if (dependency.kind === "incompatible") {
        if (target) return false;
      } else if (!target) {
        if (dependency.kind === "required" || dependency.kind === "unordered") return false;
      } else if (!satisfies(parseVersion(target.version), dependency.constraint)) return false;
    }
  }
  return true;
}

/** Every valid assignment over all names that matter. */
function allValid(request: SolveRequest): readonly Chosen[] {
  const { mods, builtIns } = request.universe;
  const names = new Set([
    "core",
    ...mods.keys(),
    ...builtIns.map((each) => each.name),
    ...(request.fixed?.keys() ?? []),
  ]);
  let partial: Chosen[] = [new Map()];
  for (const name of names) {
    const choices = choicesOf(request, name);
    partial = partial.flatMap((chosen) =>
      choices.map((choice) => (choice ? new Map([...chosen, [name, choice]]) : chosen)),
    );
  }
  return partial.filter((chosen) => isValid(request, chosen));
}

/** True when some set of releases satisfies the request. */
export function hasAnswer(request: SolveRequest): boolean {
  return allValid(request).length > 0;
}

/** The answer the specification asks for: decide in order, each time for the most preferred choice that some valid set has. */
export function bestOf(request: SolveRequest): ReadonlyMap<string, string> | undefined {
  let valid = allValid(request);
  if (valid.length === 0) return undefined;
  const decided: string[] = [];
  const decide = (name: string) => {
    if (decided.includes(name)) return;
    decided.push(name);
    for (const choice of choicesOf(request, name)) {
      const left = valid.filter((chosen) => chosen.get(name)?.version === choice?.version);
      if (left.length === 0) continue;
      valid = left;
      return;
    }
  };
  const targetsOf = (name: string, kinds: readonly string[]) =>
    (valid[0]?.get(name)?.dependencies ?? [])
      .map(findDependency)
      .filter((each) => each !== undefined)
      .filter((each) => kinds.includes(each.kind))
      .map((each) => each.name);
  const roots = request.requirements.map((each) => each.name);
  const present = [
    ...request.universe.builtIns
      .map((each) => each.name)
      .filter((name) => name === "base" || !request.disabledBuiltIns?.has(name))
      .sort(),
    ...[...(request.fixed?.keys() ?? [])].sort(),
  ];
  const isFree = (name: string) => request.free?.has(name) ?? false;
  const agenda = [...new Set([...present, ...roots.filter(isFree), ...roots.filter((name) => !isFree(name))])];
  const add = (name: string) => {
    if (!agenda.includes(name)) agenda.push(name);
  };
  let cursor = 0;
  for (;;) {
    for (; cursor < agenda.length; cursor++) {
      const name = agenda[cursor] as string;
      decide(name);
      for (const needed of targetsOf(name, ["required", "unordered"])) add(needed);
    }
    const advised = agenda.flatMap((name) => targetsOf(name, ["recommended"])).find((name) => isWelcome(name));
    if (advised === undefined) break;
    add(advised);
  }
  const releases = agenda.map((name) => [name, valid[0]?.get(name)?.release] as const);
  return new Map(releases.flatMap(([name, release]) => (release ? [[name, release.version.text] as const] : [])));

  function isWelcome(name: string): boolean {
    if (agenda.includes(name) || request.without?.has(name) || request.universe.mods.get(name)?.deprecated)
      return false;
    return valid.some((chosen) => chosen.has(name));
  }
}
