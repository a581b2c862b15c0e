import { defaultBuiltIns } from "../../game/built-ins.ts";
import { gameLine, gameVersionOf } from "../../game/game-version.ts";
import { parseVersion, type Version } from "../../game/version.ts";
import { isSwitchedOn } from "../candidates.ts";
import { isBefore, parseInstant } from "../instant.ts";
import type { SolveRequest } from "../request.ts";
import type { Requirement } from "../universe.ts";
import type { Change } from "./explanation.ts";
import { listed, nameRequirement, shortList } from "./wording.ts";

/** A change, and the request it leads to. */
export interface Attempt {
  readonly request: SolveRequest;
  /** Say it, once it is known what is picked then: an imperative without a full stop. */
  describe(picks: Picks): Described;
}

/** A change in words. */
export interface Described {
  readonly text: string;
  readonly change: Change;
}

/** What an answer is made of. */
export type Picks = ReadonlyMap<string, { readonly version: Version; readonly releasedAt?: string }>;

/** The longest list of mods to leave out that is written out with each name. */
const DROPPED_NAMED = 13;

/** Leave mods out of the manifest. */
export function dropping(request: SolveRequest, mods: readonly string[]): Attempt {
  const requirements = request.requirements.filter(({ name }) => !mods.includes(name));
  const count = mods.length > DROPPED_NAMED ? `${mods.length} mods: ` : "";
  const described: Described = { text: `Drop ${count}${shortList(mods)}`, change: { kind: "drop", mods } };
  return { request: { ...request, requirements }, describe: () => described };
}

/** Ask for a mod without the bounds of one line; other lines about it keep theirs. */
export function loosening(request: SolveRequest, line: Requirement): Attempt {
  const { name, constraints } = line;
  const requirements = request.requirements.map((each) => (each === line ? { name, constraints: [] } : each));
  return {
    request: { ...request, requirements },
    describe: (picks) => allowing(name, picks.get(name)?.version.text ?? "any release", constraints),
  };
}

/** Say that a release of a mod is to be allowed that its bounds forbid. */
export function allowing(name: string, version: string, constraints: Requirement["constraints"]): Described {
  const text = `Allow ${name} ${version} instead of ${nameRequirement(name, constraints)}`;
  return { text, change: { kind: "allow", mod: name, version } };
}

/** Ask for the mod that is meant by a name that no mod has. */
export function renaming(request: SolveRequest, mod: string, to: string): Attempt {
  const requirements = request.requirements.map((each) => (each.name === mod ? { ...each, name: to } : each));
  const described: Described = { text: `Ask for ${to} instead of ${mod}`, change: { kind: "rename", mod, to } };
  return { request: { ...request, requirements }, describe: () => described };
}

/** Switch a built-in on or off, together with others that it takes. */
export function switching(request: SolveRequest, builtIn: string, builtIns: readonly string[]): Attempt {
  const isOn = isSwitchedOn(builtIn, request);
  const off = new Set(request.disabledBuiltIns);
  for (const each of builtIns)
    if (isOn) off.add(each);
    else off.delete(each);
  const change: Change = { kind: isOn ? "disable" : "enable", builtIn, builtIns };
  const described = { text: `Switch ${listed(builtIns)} ${isOn ? "off" : "on"}`, change };
  return { request: { ...request, disabledBuiltIns: off }, describe: () => described };
}

/** Take a mod out of the mods folder that was put there by hand. */
export function takingOut(request: SolveRequest, mod: string): Attempt {
  const fixed = new Map(request.fixed);
  fixed.delete(mod);
  const described: Described = {
    text: `Take ${mod} out of the mods folder`,
    change: { kind: "take-out", mod },
  };
  return { request: { ...request, fixed }, describe: () => described };
}

/** Take releases that were published up to an instant, or at any time. */
export function allowingUntil(request: SolveRequest, until: string | undefined): Attempt {
  const { releasedBefore: before = "", ...rest } = request;
  return {
    request: until === undefined ? rest : { ...rest, releasedBefore: until },
    describe: (picks) => {
      const last = lastInstant(picks);
      if (last === undefined || isBefore(last, parseInstant(before))) {
        return { text: `Allow releases published after ${before}`, change: { kind: "date" } };
      }
      return { text: `Allow releases published after ${before}, up to ${last}`, change: { kind: "date", until: last } };
    },
  };
}

/** When the last of some releases was published. */
function lastInstant(picks: Picks): string | undefined {
  const instants = [...picks.values()].flatMap(({ releasedAt }) => releasedAt ?? []);
  return instants.reduce<string | undefined>(
    (last, each) => (last === undefined || parseInstant(each) > parseInstant(last) ? each : last),
    undefined,
  );
}

/**
 * Play another version of the game, with the built-ins that come with it.
 *
 * @param text a line for its last version, or the first version that will do
 */
export function playing(request: SolveRequest, text: string): Attempt {
  const game = gameVersionOf(parseVersion(text));
  const isLine = gameLine(game) === text;
  const universe = { ...request.universe, game, builtIns: defaultBuiltIns(game) };
  const change: Change = { kind: "game", line: gameLine(game), ...(!isLine && { version: text }) };
  const described: Described = { text: `Use Factorio ${text}${isLine ? "" : " or a later one"}`, change };
  return { request: { ...request, universe }, describe: () => described };
}
