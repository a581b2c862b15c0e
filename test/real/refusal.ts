import type { Game } from "./checker.ts";
import { readDependency } from "./game-rules.ts";
import { isPossible, type Offer } from "./no-checker.ts";
import { gameForLine } from "./pack-game.ts";

/** What `add --json` prints when nothing satisfies the request. */
export interface Refusal {
  readonly error: { readonly code: string };
  readonly conflicts: readonly {
    readonly core: readonly string[];
    readonly explanation: readonly Sentence[];
  }[];
  readonly suggestions: readonly Suggestion[];
}

interface Sentence {
  readonly text: string;
  readonly mod?: string;
  readonly releases?: readonly string[];
  readonly dependency?: string;
  readonly sources?: readonly Omit<Sentence, "text" | "sources">[];
}

interface Change {
  readonly kind: string;
  readonly mods?: readonly string[];
  readonly mod?: string;
  readonly to?: string;
  readonly line?: string;
}

interface Suggestion {
  readonly text: string;
  readonly change: Change;
  readonly and?: readonly Change[];
}

/** What was asked, and what there was to choose from. */
export interface Question {
  readonly roots: readonly string[];
  readonly offer: Offer;
  readonly game: Game;
}

/** Whatever is not true of a refusal, in sentences; none when the "no" and all it says can be believed. */
export function findUntruths(refusal: Refusal, question: Question): readonly string[] {
  const { conflicts, suggestions, error } = refusal;
  return [
    ...(error.code === "NO_SOLUTION" ? [] : [`ended with ${error.code}`]),
    ...(conflicts.length > 0 ? [] : ["names no conflict"]),
    ...conflicts.flatMap(({ core }) => findInCore(core, question)),
    ...conflicts.flatMap(({ explanation }) => explanation.flatMap((each) => findInSentence(each, question))),
    ...suggestions.filter((each) => !wouldHelp(each, question)).map(({ text }) => `would not help: ${text}`),
  ];
}

/** A core is of what was asked for, and impossible. */
function findInCore(core: readonly string[], { roots, offer, game }: Question): readonly string[] {
  const names = `the core ${core.join(", ")}`;
  const foreign = core.filter((name) => !roots.includes(name) && !game.builtIns.has(name));
  if (foreign.length > 0) return [`${names} holds ${foreign.join(", ")}, which was not asked for`];
  return isPossible(core, offer, game) ? [`${names} is possible`] : [];
}

/** Cores that are as impossible without one of the mods in them: true, but they blame more than they must. */
export function findLooseCores({ conflicts }: Refusal, { roots, offer, game }: Question): readonly string[] {
  return conflicts.flatMap(({ core }) => {
    const asked = core.filter((name) => roots.includes(name));
    const idle = asked.filter(
      (name) =>
        !isPossible(
          asked.filter((other) => other !== name),
          offer,
          game,
        ),
    );
    return idle.length > 0 ? [`${core.join(", ")} (without ${idle.join(", ")})`] : [];
  });
}

/** Every release a sentence speaks of is there and asks for what is said, one of them in these words. */
function findInSentence({ text, sources = [], ...only }: Sentence, question: Question): readonly string[] {
  return [only, ...sources].flatMap((source) => findInSource({ text, ...source }, question));
}

function findInSource({ text, mod, releases, dependency }: Sentence, { offer }: Question): readonly string[] {
  if (mod === undefined || releases === undefined || dependency === undefined) return [];
  const target = readDependency(dependency)?.name;
  const listed = releases.map((version) => offer[mod]?.releases.filter((each) => each.version === version) ?? []);
  const texts = listed.map((twins) => twins.flatMap(({ dependencies }) => dependencies ?? ["base"]));
  const speaking = texts.filter((all) => all.some((each) => readDependency(each)?.name === target));
  if (speaking.length < releases.length) return [`not so of every release: ${text}`];
  return texts.flat().includes(dependency) ? [] : [`nowhere in these words: ${text}`];
}

/** Whether a suggestion helps, as far as it is about mods and games. */
function wouldHelp({ change, and = [] }: Suggestion, { roots, offer, game }: Question): boolean {
  const changes = [change, ...and];
  if (changes.some(({ kind }) => !["drop", "game", "rename"].includes(kind))) return true;
  const dropped = new Set(changes.flatMap(({ kind, mods = [] }) => (kind === "drop" ? mods : [])));
  const names = new Map(changes.flatMap(({ mod = "", to }) => (to === undefined ? [] : [[mod, to] as const])));
  const left = roots.filter((name) => !dropped.has(name)).map((name) => names.get(name) ?? name);
  const line = changes.find(({ kind }) => kind === "game")?.line;
  return isPossible(left, offer, line === undefined ? game : gameForLine(line));
}
