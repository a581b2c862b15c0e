import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { defaultBuiltIns } from "../../src/game/built-ins.ts";
import { gameVersionOf } from "../../src/game/game-version.ts";
import { parseVersion } from "../../src/game/version.ts";
import {
  type Change,
  type Mod,
  type Resolution,
  solve,
  type SolveRequest,
  type Suggestion,
} from "../../src/resolve/index.ts";
import { answerOf, picksOf, requestOf, type Scenario } from "./scenario.ts";

const FOLDER = fileURLToPath(new URL(".", import.meta.url));
const themes = readdirSync(FOLDER, { withFileTypes: true }).filter((each) => each.isDirectory());
const readScenario = (theme: string, file: string) =>
  JSON.parse(readFileSync(join(FOLDER, theme, file), "utf8")) as Scenario;

describe.each(themes.map(({ name }) => name).sort())("%s", (theme) => {
  const files = readdirSync(join(FOLDER, theme)).sort();
  const stories = files.map((file) => ({ file, story: readScenario(theme, file) }));

  it.each(stories)("$file: $story.about", ({ story }) => {
    const request = requestOf(story);
    const answer = solve(request);
    const told = answerOf(answer);
    if ("no" in story.expect) expect(told).toMatchObject(story.expect);
    else expect(told).toMatchObject({ findings: [], ...story.expect });

    expect(answerOf(solve(reversed(request))), "mods, releases and built-ins in another order").toEqual(told);
    expect(answerOf(solve(withStrangers(request))), "with mods that nobody asks for").toEqual(told);
    if (answer.ok) expect(lockedAgain(request, answer), "with the answer as locked").toEqual(told.picks);
    else for (const each of answer.suggestions) expect(solve(afterAll(each, request)).ok, each.text).toBe(true);
  });
});

it("has at least 150 stories", () => {
  expect(themes.flatMap(({ name }) => readdirSync(join(FOLDER, name))).length).toBeGreaterThanOrEqual(150);
});

function reversed({ universe, ...rest }: SolveRequest): SolveRequest {
  const mods = [...universe.mods].reverse();
  const turned = mods.map(([name, mod]): [string, Mod] => [name, { ...mod, releases: mod.releases.toReversed() }]);
  return { ...rest, universe: { ...universe, builtIns: universe.builtIns.toReversed(), mods: new Map(turned) } };
}

/** Mods that nobody asks for, although they have much to say about all others. */
function withStrangers({ universe, ...rest }: SolveRequest): SolveRequest {
  const [mod] = universe.mods.values();
  const [release] = mod?.releases ?? [];
  if (!release) return { ...rest, universe };
  const names = [...universe.mods.keys()];
  const stranger = (name: string, prefix: string): [string, Mod] => {
    const dependencies = names.map((other) => `${prefix}${other}`);
    const version = parseVersion("9.9.9");
    return [name, { name, deprecated: false, releases: [{ ...release, version, dependencies }] }];
  };
  const mods = new Map([stranger("0-stranger", "! "), ...universe.mods, stranger("zz-stranger", "+ ")]);
  return { ...rest, universe: { ...universe, mods } };
}

function lockedAgain(request: SolveRequest, answer: Extract<Resolution, { ok: true }>) {
  const locked = new Map([...answer.picks].map(([name, { version }]) => [name, version]));
  const again = solve({ ...request, locked });
  return again.ok ? picksOf(again.picks) : again.explanation;
}

/** The request as a suggestion would have it. */
function afterAll({ change, and = [] }: Suggestion, request: SolveRequest): SolveRequest {
  return [change, ...and].reduce((changed, each) => after(each, changed), request);
}

function renamed(
  line: SolveRequest["requirements"][number],
  { mod, to }: { readonly mod: string; readonly to: string },
) {
  return line.name === mod ? { ...line, name: to } : line;
}

function after(change: Change, request: SolveRequest): SolveRequest {
  const { requirements, universe, disabledBuiltIns: off = new Set<string>() } = request;
  switch (change.kind) {
    case "drop":
      return { ...request, requirements: requirements.filter(({ name }) => !change.mods.includes(name)) };
    case "rename":
      return { ...request, requirements: requirements.map((each) => renamed(each, change)) };
    case "allow": {
      const constraints = [{ operator: "=" as const, version: parseVersion(change.version) }];
      const allowed = requirements.map((each) => (each.name === change.mod ? { ...each, constraints } : each));
      return { ...request, requirements: allowed };
    }
    case "enable":
      return { ...request, disabledBuiltIns: new Set([...off].filter((each) => !change.builtIns.includes(each))) };
    case "disable":
      return { ...request, disabledBuiltIns: new Set([...off, ...change.builtIns]) };
    case "game": {
      const game = gameVersionOf(parseVersion(change.version ?? change.line));
      return { ...request, universe: { ...universe, game, builtIns: defaultBuiltIns(game) } };
    }
    case "date": {
      const { releasedBefore: _, ...rest } = request;
      if (change.until === undefined) return rest;
      return { ...rest, releasedBefore: new Date(Date.parse(change.until) + 1).toISOString() };
    }
    case "take-out":
      return { ...request, fixed: new Map([...(request.fixed ?? [])].filter(([name]) => name !== change.mod)) };
  }
}
