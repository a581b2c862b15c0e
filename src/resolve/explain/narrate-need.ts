import type { SolveRequest } from "../request.ts";
import { quoted, sourceOf, stateDependency } from "./narrate.ts";
import type { Statement } from "./protocol.ts";
import { findNeedAbsence, isNeeded, type Need } from "./stories.ts";
import { longList, nameReleases, nameRequirement } from "./wording.ts";

/** Where it was said that a mod cannot be had. */
export interface Lost {
  readonly number: number;
  /** Why, in words. */
  readonly because: readonly string[];
}

/** Say that a line of the manifest needs a mod that cannot be had. */
export function stateNeed({ line, need, tail }: Need, lost: Lost | undefined, request: SolveRequest): Statement {
  const subject = nameReleases(need.mine.package, need.mine.set, request.universe.game);
  const what = stateDependency(need, subject.plural, request);
  const isAlone = tail.length === 0 || lost !== undefined;
  const asked = `You ask for ${nameRequirement(line.name, line.constraints)}${isAlone ? ", but" : ", and"}`;
  return { text: `${asked} ${subject.text} ${what}${seeWhy(lost)}`, ...sourceOf(need) };
}

/** Say that several lines of the manifest need one mod that cannot be had. */
export function stateNeeds(needs: readonly Need[], lost: Lost | undefined, request: SolveRequest): Statement {
  const mods = needs.map(({ line }) => line.name);
  const sources = needs.flatMap(({ need }) => sourceOf(need));
  const [first] = needs;
  if (!first) throw new Error("No line needs anything");
  const texts = [
    ...new Map(needs.flatMap(({ need }) => need.texts.map((each) => [each.text, each] as const))).values(),
  ];
  const asked = `You ask for ${longList(mods)}`;
  if (!isNeeded(first.need)) {
    const what = stateDependency({ ...first.need, texts }, true, request).replace(/^do not go/, "goes");
    return { text: `${asked}, ${mods.length === 2 ? "neither" : "none"} of which ${what}`, mods, sources };
  }
  const needed = `${mods.length === 2 ? "both" : "all"} need ${first.need.target?.package.name} (${quoted(texts)})`;
  const absence = first.tail.length === 0 ? findNeedAbsence(first.need, request) : undefined;
  return { text: `${asked}, which ${needed}${absence ?? ""}${seeWhy(lost)}`, mods, sources };
}

function seeWhy(lost: Lost | undefined): string {
  return lost ? `, which cannot be installed (see ${lost.number})` : "";
}
