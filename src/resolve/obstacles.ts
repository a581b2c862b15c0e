import type { Version } from "../game/version.ts";
import { isSwitchedOn } from "./candidates.ts";
import { readDependencies } from "./dependency-texts.ts";
import { listed } from "./explain/wording.ts";
import type { Solution, SolveRequest } from "./request.ts";
import { solve } from "./solve.ts";
import { explainWhyNot } from "./why-not.ts";

/** Why a release that could be had was not chosen. */
export interface Obstacle {
  readonly kind: "locked" | "preferred" | "held-back" | "not-needed" | "turned-off" | "deprecated" | "not-installed";
  /** One sentence for a server admin. */
  readonly text: string;
  /** The mods it is about. */
  readonly mods: readonly string[];
}

/** A release that could be had. */
export interface Unchosen {
  readonly request: SolveRequest;
  readonly name: string;
  readonly asked: Version;
  /** The release of the mod that is installed. */
  readonly locked: Version | undefined;
}

/**
 * Why a release was not chosen, by what an update of this mod alone takes in its place.
 *
 * @see rules WHYNOT-5 to WHYNOT-9
 */
export function findObstacles(unchosen: Unchosen): readonly Obstacle[] {
  const { request, name, asked, locked } = unchosen;
  const usual = solve(freeing(request, name));
  if (!usual.ok) return [];
  const rival = usual.picks.get(name)?.version;
  if (!rival) return absenceObstacles(unchosen, usual);
  if (rival.key === asked.key) return [locked ? lockedObstacle(name, locked) : notInstalled(name, asked)];
  return [
    ...(locked && locked.key !== rival.key ? [lockedObstacle(name, locked)] : []),
    ...(isPreferred(rival, asked, request) ? [preferredObstacle(name, rival, asked)] : holders(unchosen, usual)),
  ];
}

function notInstalled(name: string, { text }: Version): Obstacle {
  return {
    kind: "not-installed",
    text: `${name} ${text} is wanted already; the next install brings it.`,
    mods: [name],
  };
}

function lockedObstacle(name: string, { text }: Version): Obstacle {
  return { kind: "locked", text: `${name} ${text} is locked, and only an update moves it.`, mods: [name] };
}

function isPreferred(a: Version, b: Version, { prefer = "newest" }: SolveRequest): boolean {
  return prefer === "newest" ? a.key > b.key : a.key < b.key;
}

function preferredObstacle(name: string, rival: Version, asked: Version): Obstacle {
  const text = `${name} ${rival.text} is ${rival.key > asked.key ? "newer" : "older"} and goes with the rest.`;
  return { kind: "preferred", text, mods: [name] };
}

/** The mods that do not go with the release as they are; those of the manifest alone, where there are any. */
function holders({ request, name, asked: version }: Unchosen, usual: Solution): readonly Obstacle[] {
  const answer = explainWhyNot(freeing(request, name), { name, version }, usual.picks);
  const changes = answer.possible ? answer.changes : [];
  const moved = changes.filter((change) => change.name !== name && change.from !== undefined);
  const asked = moved.filter((move) => request.requirements.some((line) => line.name === move.name));
  return (asked.length > 0 ? asked : moved).map(({ name: mod, from, to }) => {
    const isLocked = from !== undefined && request.locked?.get(mod)?.text === from;
    const what = to === undefined ? "and would have to go" : `and would have to make way for ${to}`;
    return {
      kind: "held-back",
      text: `${mod} ${from} ${isLocked ? "is locked" : "comes first"}, ${what}.`,
      mods: [mod, name],
    };
  });
}

/** Why nothing brings the mod in. */
function absenceObstacles({ request, name }: Unchosen, usual: Solution): readonly Obstacle[] {
  const isDeprecated = request.universe.mods.get(name)?.deprecated === true;
  const deprecated: Obstacle = { kind: "deprecated", text: `${name} is deprecated by its author.`, mods: [name] };
  const others = isDeprecated ? [deprecated] : [];
  if (request.without?.has(name)) {
    return [{ kind: "turned-off", text: `You turned ${name} off.`, mods: [name] }, ...others];
  }
  const recommending = recommendersOf(name, request, usual);
  if (recommending.length === 0) {
    return [{ kind: "not-needed", text: `You do not ask for ${name}, and no mod needs it.`, mods: [name] }, ...others];
  }
  const who = `${listed(recommending)} ${recommending.length === 1 ? "recommends" : "recommend"} ${name}`;
  if (isDeprecated) {
    return [{ ...deprecated, text: `${who}, but it is deprecated by its author.`, mods: [name, ...recommending] }];
  }
  return [
    { kind: "held-back", text: `${who}, but it does not go with the rest as it is.`, mods: [name, ...recommending] },
  ];
}

function recommendersOf(name: string, request: SolveRequest, { picks }: Solution): readonly string[] {
  const builtIns = request.universe.builtIns.filter((each) => isSwitchedOn(each.name, request));
  const there = [...picks, ...(request.fixed ?? []), ...builtIns.map((each) => [each.name, each] as const)];
  return there
    .filter(([, { dependencies }]) =>
      readDependencies(dependencies).some(
        ({ dependency }) => dependency.kind === "recommended" && dependency.name === name,
      ),
    )
    .map(([recommending]) => recommending)
    .sort();
}

/** The request with one mod more that may leave its locked release. */
export function freeing(request: SolveRequest, name: string): SolveRequest {
  return { ...request, free: new Set([...(request.free ?? []), name]) };
}
