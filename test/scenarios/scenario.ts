import { type BuiltIn, defaultBuiltIns } from "../../src/game/built-ins.ts";
import { gameLine, gameVersionOf } from "../../src/game/game-version.ts";
import { parseVersion, type Version } from "../../src/game/version.ts";
import { parseRequirement } from "../../src/plan/requirement.ts";
import type { FixedMod, Mod, Release, Resolution, SolveRequest, Universe } from "../../src/resolve/index.ts";

/** A release in a scenario: its dependencies, or an object when there is more to say. */
export type ReleaseText =
  | readonly string[]
  | {
      /** Its dependencies; none when absent. */
      readonly needs?: readonly string[];
      /** Its `factorio_version`; the line of the scenario's game when absent. */
      readonly for?: string;
      /** When it was published. */
      readonly at?: string;
    };

/** A question to the resolver as it stands in a file. */
export interface Question {
  readonly game: string;
  /** Those of the game when absent. */
  readonly builtIns?: Readonly<Record<string, { readonly version: string; readonly needs?: readonly string[] }>>;
  /** Built-ins that are switched off. */
  readonly disabled?: readonly string[];
  /** Releases by version by mod. */
  readonly mods: Readonly<Record<string, Readonly<Record<string, ReleaseText>>>>;
  readonly deprecated?: readonly string[];
  /** Lines of the manifest, each `NAME` or `NAME@REQ`. */
  readonly ask: readonly string[];
  readonly options?: {
    readonly locked?: Readonly<Record<string, string>>;
    readonly free?: readonly string[];
    readonly prefer?: "newest" | "oldest";
    readonly without?: readonly string[];
    readonly at?: string;
    /** Mods put there by hand. */
    readonly fixed?: Readonly<
      Record<string, { readonly version: string; readonly needs?: readonly string[]; readonly for?: string }>
    >;
  };
}

/** The yes, without what is empty, or the no. */
export type Expectation =
  | {
      readonly picks: Readonly<Record<string, string>>;
      readonly loadOrder?: readonly string[];
      readonly findings?: readonly string[];
    }
  | { readonly no: readonly string[]; readonly suggestions?: readonly string[] };

export interface Scenario extends Question {
  readonly about: string;
  readonly expect: Expectation;
}

function universeOf({ game, builtIns, mods, deprecated = [] }: Question): Universe {
  const version = gameVersionOf(parseVersion(game));
  const entries = Object.entries(mods).map(([name, releases]): [string, Mod] => [
    name,
    {
      name,
      deprecated: deprecated.includes(name),
      releases: Object.entries(releases).map(([text, release]) => releaseOf(text, release, gameLine(version))),
    },
  ]);
  return { game: version, builtIns: builtInsOf(version, builtIns), mods: new Map(entries) };
}

function releaseOf(version: string, text: ReleaseText, line: string): Release {
  const { needs = [], for: factorioVersion = line, at } = "length" in text ? { needs: text } : text;
  const release = { version: parseVersion(version), factorioVersion, dependencies: needs };
  return at === undefined ? release : { ...release, releasedAt: at };
}

function builtInsOf(game: Version, given: Question["builtIns"]): readonly BuiltIn[] {
  const usual = defaultBuiltIns(game);
  if (!given) return usual;
  return Object.entries(given).map(([name, { version, needs }]) => ({
    name,
    version: parseVersion(version),
    dependencies: needs ?? usual.find((each) => each.name === name)?.dependencies ?? [],
  }));
}

export function requestOf(question: Question): SolveRequest {
  const { locked = {}, free = [], prefer = "newest", without = [], at, fixed = {} } = question.options ?? {};
  const request: SolveRequest = {
    universe: universeOf(question),
    requirements: question.ask.map(parseRequirement),
    locked: versionsOf(locked),
    free: new Set(free),
    prefer,
    without: new Set(without),
    disabledBuiltIns: new Set(question.disabled),
    fixed: new Map(Object.entries(fixed).map(([name, each]) => [name, fixedMod(each)])),
  };
  return at === undefined ? request : { ...request, releasedBefore: at };
}

function versionsOf(texts: Readonly<Record<string, string>>): ReadonlyMap<string, Version> {
  return new Map(Object.entries(texts).map(([name, text]) => [name, parseVersion(text)]));
}

type FixedText = NonNullable<NonNullable<Question["options"]>["fixed"]>[string];

function fixedMod({ version, needs = [], for: factorioVersion }: FixedText): FixedMod {
  const mod = { version: parseVersion(version), dependencies: needs };
  return factorioVersion === undefined ? mod : { ...mod, factorioVersion };
}

/** Picks by name, as a scenario writes them. */
export function picksOf(picks: ReadonlyMap<string, Release>): Readonly<Record<string, string>> {
  const texts = [...picks].map(([name, { version }]) => [name, version.text] as const);
  return Object.fromEntries(texts.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** An answer in the words of a scenario. */
export function answerOf(answer: Resolution) {
  if (answer.ok) {
    const findings = answer.findings.map(({ rule, severity, text }) => `${rule} ${severity}: ${text}`);
    return { picks: picksOf(answer.picks), loadOrder: answer.loadOrder, findings };
  }
  return {
    no: answer.explanation.map(({ text }) => text),
    suggestions: answer.suggestions.map(({ text }) => text),
  };
}
