import type { Incompatibility } from "../pubgrub/incompatibility.ts";
import type { SolveRequest } from "../request.ts";
import { coreNames } from "./core.ts";
import type { Conflict } from "./explanation.ts";
import { stateClaim } from "./narrate.ts";
import { type Lost, stateNeed, stateNeeds } from "./narrate-need.ts";
import type { Protocol } from "./protocol.ts";
import { type Absent, groupStories, type Need, type Story, storyOf } from "./stories.ts";
import { tellConflict } from "./tell-conflict.ts";
import { longList } from "./wording.ts";

/**
 * Tell conflicts, each by the claims it rests on: what is true of several is said of all of them at once, the plainest
 * first.
 *
 * @returns the conflicts in the order in which they were given
 */
export function tellStories(
  conflicts: readonly (readonly Incompatibility[])[],
  request: SolveRequest,
  protocol: Protocol,
): readonly Conflict[] {
  const stories = conflicts.map((claims) => storyOf(claims, request));
  const told = new Map<Story, Conflict>();
  const teller = new Teller(request, protocol);
  for (const group of groupStories(stories, request)) {
    teller.tell(group);
    const explanation = protocol.close();
    for (const story of group) told.set(story, { core: coreNames(story.claims), explanation });
  }
  return stories.flatMap((story) => told.get(story) ?? []);
}

class Teller {
  /** The mods of which it was said why they cannot be had, whatever else is asked for. */
  private readonly lost = new Map<string, Lost>();
  private readonly request: SolveRequest;
  private readonly protocol: Protocol;

  constructor(request: SolveRequest, protocol: Protocol) {
    this.request = request;
    this.protocol = protocol;
  }

  /** Tell stories of one group. */
  tell([first, ...others]: readonly Story[]): void {
    if (first?.kind === "absent") this.tellAbsent([first, ...others.filter((each) => each.kind === "absent")]);
    else if (first?.kind === "need") this.tellNeeds([first, ...others.filter((each) => each.kind === "need")]);
    else if (first) tellConflict(first.claims, this.request, this.protocol);
  }

  private tellAbsent([first, ...others]: readonly [Absent, ...Absent[]]): void {
    const [claim] = first.claims;
    const mods = [...new Set([first, ...others].map(({ line }) => line.name))];
    if (mods.length > 1) this.protocol.say({ text: `You ask for ${longList(mods)}${first.together}`, mods });
    else if (claim) this.protocol.say(stateClaim(claim, this.request));
  }

  private tellNeeds(needs: readonly [Need, ...Need[]]): void {
    const [first, ...others] = needs;
    const known = this.lost.get(first.need.target?.package.name ?? "");
    const lost = known && known.because.join("\n") === first.tail.join("\n") ? known : undefined;
    const opening = others.length > 0 ? stateNeeds(needs, lost, this.request) : stateNeed(first, lost, this.request);
    if (first.tail.length === 0 || lost) this.protocol.say(opening, lost && [lost.number]);
    else tellConflict(first.claims, this.request, this.protocol, { opening, about: needs });
    for (const { line, own, tail } of needs) {
      const because = [stateClaim(own, this.request).text, ...tail].sort();
      this.lost.set(line.name, { number: this.protocol.latest, because });
    }
  }
}
