import { defaultBuiltIns } from "../../game/built-ins.ts";
import { factorioLine, gameLine } from "../../game/game-version.ts";
import { findVersion, type Version, versionOf } from "../../game/version.ts";
import { isSwitchedOn } from "../candidates.ts";
import type { SolveRequest } from "../request.ts";
import type { Mod, Requirement } from "../universe.ts";
import type { Suggestion } from "./explanation.ts";
import { nameRequirement, shortList } from "./wording.ts";

/** A change and the request it leads to. */
export interface Attempt {
  readonly suggestion: Suggestion;
  readonly request: SolveRequest;
}

/** Leave mods out of the manifest. */
export function dropping(request: SolveRequest, mods: readonly string[]): Attempt {
  const requirements = request.requirements.filter(({ name }) => !mods.includes(name));
  return {
    suggestion: { text: `Drop ${shortList(mods)}.`, change: { kind: "drop", mods } },
    request: { ...request, requirements },
  };
}

/** Ask for a mod without its bounds. The version is filled in once it is known. */
export function loosening(request: SolveRequest, { name, constraints }: Requirement, version: string): Attempt {
  const requirements = request.requirements.map((each) => (each.name === name ? { name, constraints: [] } : each));
  const text = `Allow ${name} ${version} instead of ${nameRequirement(name, constraints)}.`;
  return { suggestion: { text, change: { kind: "allow", mod: name, version } }, request: { ...request, requirements } };
}

/** Switch a built-in on that is off, or off that is on. */
export function switching(request: SolveRequest, builtIn: string): Attempt {
  const isOn = isSwitchedOn(builtIn, request);
  const off = new Set(request.disabledBuiltIns);
  if (isOn) off.add(builtIn);
  else off.delete(builtIn);
  const suggestion: Suggestion = isOn
    ? { text: `Switch ${builtIn} off.`, change: { kind: "disable", builtIn } }
    : { text: `Switch ${builtIn} on.`, change: { kind: "enable", builtIn } };
  return { suggestion, request: { ...request, disabledBuiltIns: off } };
}

/** Take a mod out of the mods folder that was put there by hand. */
export function takingOut(request: SolveRequest, mod: string): Attempt {
  const fixed = new Map(request.fixed);
  fixed.delete(mod);
  const suggestion: Suggestion = {
    text: `Take ${mod} out of the mods folder.`,
    change: { kind: "take-out", mod },
  };
  return { suggestion, request: { ...request, fixed } };
}

/** Take newer releases too. */
export function ignoringDate(request: SolveRequest): Attempt {
  const { releasedBefore: before, ...rest } = request;
  const text = `Allow releases published after ${before}.`;
  return { suggestion: { text, change: { kind: "date" } }, request: rest };
}

/** Play another line of the game, in its last version, with the built-ins that come with it. */
export function playing(request: SolveRequest, line: string): Attempt {
  const [major, minor] = line.split(".").map(Number);
  const game: Version = { ...versionOf(major ?? 0, minor ?? 0, 65535), text: line };
  const universe = { ...request.universe, game, builtIns: defaultBuiltIns(game) };
  const suggestion: Suggestion = { text: `Use Factorio ${line}.`, change: { kind: "game", line } };
  return { suggestion, request: { ...request, universe } };
}

/** The lines of the game for which each of these mods has a release, newest first, other than the present one. */
export function commonLines(mods: readonly Mod[], game: Version): readonly string[] {
  const [first, ...others] = mods.map(
    ({ releases }) => new Set(releases.map(({ factorioVersion }) => factorioLine(factorioVersion))),
  );
  const common = [...(first ?? [])].filter(
    (line) => line !== gameLine(game) && others.every((lines) => lines.has(line)),
  );
  return common.sort((a, b) => (findVersion(b)?.key ?? 0) - (findVersion(a)?.key ?? 0));
}
