import type { Package } from "../pubgrub/package.ts";
import type { SolveRequest } from "../request.ts";
import type { Search } from "../search.ts";
import type { Conflict } from "./explanation.ts";
import { lemmaClause } from "./narrate.ts";
import { Protocol } from "./protocol.ts";
import { shortList } from "./wording.ts";

/** How many mods are named, and how many of the shortest lessons. */
const MODS_NAMED = 12;
const LESSONS_NAMED = 5;

/** What is known of a request when the time is over: where the conflicts are, and what they taught so far. */
export function tellUndecided(request: SolveRequest, search: Search): Conflict {
  const { engine, packages } = search;
  const busiest = [...packages.all()].filter(({ activity }) => activity > 0).sort(byActivity);
  const lines = packages.requests.filter((line) => line.activity > 0 || (packages.find(line.name)?.activity ?? 0) > 0);
  const protocol = new Protocol();
  protocol.say({
    text: `The time was over after ${engine.conflicts} conflicts, with no answer and no proof that there is none`,
  });
  if (busiest.length > 0) {
    const names = busiest.slice(0, MODS_NAMED).map(({ name }) => name);
    protocol.say({ text: `Most conflicts are among the releases of ${shortList(names)}` });
  }
  for (const { terms } of engine.shortestLessons(LESSONS_NAMED)) {
    protocol.say({ text: `With what you ask for, ${lemmaClause(terms, request)}` });
  }
  const core = [...new Set(lines.sort(byActivity).map(({ name }) => name))];
  return { core, explanation: protocol.close() };
}

function byActivity(a: Package, b: Package): number {
  return b.activity - a.activity || (a.name < b.name ? -1 : 1);
}
