import { factorioLine, gameLine, runsOn } from "../game/game-version.ts";
import { computeLoadOrder } from "../game/load-order.ts";
import { compareModNames } from "../game/mod-name.ts";
import { auditDependencies } from "./audit-dependencies.ts";
import { type AuditedMod, type AuditedSet, type AuditFinding, type AuditRequest, sortSet } from "./audited-set.ts";
import { readDependencies, unreadableDependencies } from "./dependency-texts.ts";
import { shortList } from "./explain/wording.ts";
import { cycleFinding } from "./findings.ts";

const SEVERITIES = ["error", "warning", "note"] as const;

/**
 * Everything there is to say about an exact set of mods: the game loads all of it when no finding is an error.
 *
 * Errors come first, then warnings, then notes, each ordered by the mod they are about.
 *
 * @see rules AUDIT-1 to AUDIT-20, AUDIT-27 and AUDIT-28
 */
export function audit(request: AuditRequest): readonly AuditFinding[] {
  const set = sortSet(request);
  const findings = [
    ...baseFindings(request),
    ...set.mods.filter((mod) => !runsOn(mod.factorioVersion, set.game)).map((mod) => misfitFinding(mod, set)),
    ...auditDependencies(set),
    ...cycleFindings(set),
    ...unreadableFindings(set),
    ...copyFindings(request, set),
    ...set.mods.filter((mod) => mod.deprecated).map(deprecatedFinding),
    ...expansionFindings(set),
    ...licenceFindings(set),
  ];
  return [...new Map(findings.map((finding) => [finding.text, finding])).values()].sort(compareFindings);
}

function compareFindings(a: AuditFinding, b: AuditFinding): number {
  const bySeverity = SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity);
  return bySeverity || compareModNames(a.mods[0] ?? "", b.mods[0] ?? "") || (a.text < b.text ? -1 : 1);
}

/** @see rule AUDIT-28 */
function baseFindings({ disabledBuiltIns }: AuditRequest): readonly AuditFinding[] {
  if (!disabledBuiltIns?.has("base")) return [];
  const text = "base is switched off, which only a game in its minimal mode allows.";
  return [{ rule: "AUDIT-28", severity: "error", mods: ["base"], text, hint: "Switch base on." }];
}

/** @see rule AUDIT-12 */
function misfitFinding({ name, version, factorioVersion }: AuditedMod, { game }: AuditedSet): AuditFinding {
  return {
    rule: "AUDIT-12",
    severity: "error",
    mods: [name],
    text: `${name} ${version.text} is for Factorio ${factorioLine(factorioVersion)}, but the game is ${game.text}.`,
    hint: `Take a release of ${name} for Factorio ${gameLine(game)}, or leave it out.`,
  };
}

/** @see rules AUDIT-15, FIND-1 and FIND-2 */
function cycleFindings({ loaded }: AuditedSet): readonly AuditFinding[] {
  const { cycles } = computeLoadOrder(
    [...loaded.values()].map(({ name, dependencies }) => ({
      name,
      dependencies: readDependencies(dependencies).map(({ dependency }) => dependency),
    })),
  );
  return cycles.map((cycle) => ({ ...cycleFinding(cycle), hint: "Leave one of them out." }));
}

/** @see rule AUDIT-16 */
function unreadableFindings({ loaded }: AuditedSet): readonly AuditFinding[] {
  return [...loaded.values()].flatMap(({ name, version, dependencies }) =>
    unreadableDependencies(dependencies).map((text) => ({
      rule: "AUDIT-16",
      severity: "warning" as const,
      mods: [name],
      text: `${name} ${version.text} has a dependency that cannot be read: ${JSON.stringify(text)}.`,
      hint: `Take another release of ${name} if the game refuses this one.`,
    })),
  );
}

/** @see rules AUDIT-13 and AUDIT-14 */
function copyFindings({ mods }: AuditRequest, { shipped, loaded }: AuditedSet): readonly AuditFinding[] {
  const copies = new Map<string, number>();
  for (const { name } of mods) copies.set(name, (copies.get(name) ?? 0) + 1);
  return [...copies].flatMap(([name, count]): readonly AuditFinding[] => {
    const about = { mods: [name], hint: `Remove what you do not need of ${name}.` };
    const version = loaded.get(name)?.version.text;
    if (shipped.has(name)) {
      const text = `${name} ships with the game, so that a mod of this name never loads.`;
      return [{ rule: "AUDIT-14", severity: "warning", text, ...about }];
    }
    if (count === 1 || version === undefined) return [];
    const text = `${name} is there ${count} times, and only ${version} loads.`;
    return [{ rule: "AUDIT-13", severity: "note", text, ...about }];
  });
}

/** @see rule AUDIT-17 */
function deprecatedFinding({ name }: AuditedMod): AuditFinding {
  return {
    rule: "AUDIT-17",
    severity: "warning",
    mods: [name],
    text: `${name} is deprecated by its author.`,
    hint: `Look for a mod that takes the place of ${name}.`,
  };
}

/**
 * Everything that ships beside base belongs to the expansion, which players own and a server need not.
 *
 * @see rule AUDIT-18
 */
function expansionFindings({ builtIns, mods }: AuditedSet): readonly AuditFinding[] {
  const names = [
    ...builtIns.filter(({ name }) => name !== "base"),
    ...mods.filter(({ needsExpansion }) => needsExpansion),
  ].map(({ name }) => name);
  if (names.length === 0) return [];
  const text = `Players need Space Age because of ${shortList(names)}.`;
  return [{ rule: "AUDIT-18", severity: "note", mods: names, text }];
}

/** @see rule AUDIT-27 */
function licenceFindings({ mods }: AuditedSet): readonly AuditFinding[] {
  const licences = new Set(mods.flatMap(({ licence }) => licence ?? []));
  return [...licences].map((licence) => {
    const names = mods.filter((mod) => mod.licence === licence).map(({ name }) => name);
    const text = `The licence of ${shortList(names)} is ${licence}.`;
    return { rule: "AUDIT-27", severity: "note", mods: names, text };
  });
}
