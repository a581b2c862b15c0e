import { BUILT_IN_NAMES } from "../game/built-ins.ts";
import { mustBePresent, satisfies } from "../game/dependency.ts";
import { gameLine } from "../game/game-version.ts";
import type { AuditedSet, AuditFinding, Member } from "./audited-set.ts";
import { CORE } from "./candidates.ts";
import { readDependencies, type WrittenDependency } from "./dependency-texts.ts";
import { capitalised, listed } from "./explain/wording.ts";

/** A dependency and whose it is. */
interface Demand extends WrittenDependency {
  readonly by: Member;
}

/**
 * Every dependency that does not hold in a set, and those of mods on themselves.
 *
 * @see rules AUDIT-2 to AUDIT-11
 */
export function auditDependencies(set: AuditedSet): readonly AuditFinding[] {
  const demands = [...set.loaded.values()].flatMap((by) =>
    readDependencies(by.dependencies).map((written): Demand => ({ ...written, by })),
  );
  const others = demands.filter(({ dependency, by }) => dependency.name !== by.name);
  return [
    ...demands.filter(({ dependency, by }) => dependency.name === by.name).map(selfFinding),
    ...others.map((demand) => demandFinding(demand, set)).filter((finding) => finding !== undefined),
    ...Array.from(findExclusions(others, set), (exclusion) => exclusionFinding(exclusion, set)),
  ];
}

/** @see rules AUDIT-10 and AUDIT-11 */
function selfFinding({ by, dependency, text }: Demand): AuditFinding {
  const holds = dependency.kind !== "incompatible" && satisfies(by.version, dependency.constraint);
  const mods = [by.name];
  return holds
    ? { rule: "AUDIT-11", severity: "note", mods, text: `${nameOf(by)} depends on itself: "${text}".` }
    : {
        rule: "AUDIT-10",
        severity: "error",
        mods,
        text: `${nameOf(by)} excludes itself: "${text}".`,
        hint: `Take another release of ${by.name}, or leave it out.`,
      };
}

function demandFinding(demand: Demand, set: AuditedSet): AuditFinding | undefined {
  const { kind, name, constraint } = demand.dependency;
  if (kind === "incompatible") return undefined;
  const other = findLoaded(name, set);
  if (!other) return mustBePresent(kind) ? absentFinding(demand, set) : undefined;
  return satisfies(other.version, constraint) ? undefined : boundFinding(demand, other, set);
}

/** What a set has under this name; core is there in any case. */
function findLoaded(name: string, { loaded }: AuditedSet): Member | undefined {
  return name === CORE.name ? CORE : loaded.get(name);
}

/** @see rules AUDIT-2 to AUDIT-6 */
function absentFinding(demand: Demand, set: AuditedSet): AuditFinding {
  const { name } = demand.dependency;
  const without = leavingOut(demand.by.name, set);
  const finding = (rule: string, clause: string, hint: string) => demandError(demand, { rule, clause, hint });
  if (set.shipped.has(name)) {
    return finding("AUDIT-5", ", which comes with the game but is switched off", `Switch ${name} on, or ${without}.`);
  }
  if (set.off.has(name)) return finding("AUDIT-4", ", which is switched off", `Switch ${name} on, or ${without}.`);
  if (BUILT_IN_NAMES.has(name)) {
    const hint = `${capitalised(without)}, or use a game that has ${name}.`;
    return finding("AUDIT-6", `, which Factorio ${gameLine(set.game)} does not have`, hint);
  }
  const spelling = [...set.loaded.keys()].find((each) => each.toLowerCase() === name.toLowerCase());
  if (spelling === undefined) return finding("AUDIT-2", ", which is not there", `Install ${name}, or ${without}.`);
  const hint = `${capitalised(without)}, or ask its author to spell the name as ${spelling} does.`;
  return finding("AUDIT-3", `, which is not there; names differ by case, and ${spelling} is there`, hint);
}

/** @see rules AUDIT-7 and AUDIT-8 */
function boundFinding(demand: Demand, other: Member, set: AuditedSet): AuditFinding {
  const release = `Take another release of ${demand.by.name}`;
  if (!set.shipped.has(other.name)) {
    const clause = `, but ${other.name} is ${other.version.text}`;
    return demandError(demand, { rule: "AUDIT-7", clause, hint: `${release} or of ${other.name}.` });
  }
  const subject = other.name === "base" ? "the game" : `${other.name} of this game`;
  const clause = `, but ${subject} is ${other.version.text}`;
  return demandError(demand, { rule: "AUDIT-8", clause, hint: `${release}, or another version of the game.` });
}

interface Complaint {
  readonly rule: string;
  /** The rest of the sentence: begins with a comma. */
  readonly clause: string;
  readonly hint: string;
}

function demandError({ by, dependency, text }: Demand, { rule, clause, hint }: Complaint): AuditFinding {
  const verb = mustBePresent(dependency.kind) ? "needs" : "only goes with";
  const mods = [by.name, dependency.name];
  return { rule, severity: "error", mods, text: `${nameOf(by)} ${verb} "${text}"${clause}.`, hint };
}

/** Two mods that are there, and who says that they may not be. */
interface Exclusion {
  readonly one: Member;
  readonly other: Member;
  readonly reasons: Set<string>;
}

/** One exclusion for two mods, whichever of them says so. */
function findExclusions(demands: readonly Demand[], set: AuditedSet): Iterable<Exclusion> {
  const exclusions = new Map<string, Exclusion>();
  for (const { by, dependency, text } of demands) {
    const other = dependency.kind === "incompatible" ? findLoaded(dependency.name, set) : undefined;
    if (!other) continue;
    const pair = [by.name, other.name].sort().join("\n");
    const exclusion = exclusions.get(pair) ?? { one: by, other, reasons: new Set() };
    exclusion.reasons.add(`${by.name} says "${text}"`);
    exclusions.set(pair, exclusion);
  }
  return exclusions.values();
}

/** @see rule AUDIT-9 */
function exclusionFinding({ one, other, reasons }: Exclusion, set: AuditedSet): AuditFinding {
  const waysOut = [one, other].filter((each) => each !== CORE).map(({ name }) => leavingOut(name, set));
  return {
    rule: "AUDIT-9",
    severity: "error",
    mods: [one.name, other.name],
    text: `${nameOf(one)} and ${nameOf(other)} cannot be together: ${listed([...reasons])}.`,
    hint: `${capitalised(waysOut.join(", or "))}.`,
  };
}

function leavingOut(name: string, { shipped }: AuditedSet): string {
  return shipped.has(name) ? `switch ${name} off` : `leave ${name} out`;
}

function nameOf({ name, version }: Member): string {
  return `${name} ${version.text}`;
}
