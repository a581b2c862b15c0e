import { RoboportError } from "../errors.ts";
import { isJsonObject, parseLenientJson } from "../game/json-text.ts";
import { type Lockfile, formatLockfile, parseLockfile } from "./lockfile.ts";
import { type Action, isEmptyPlan, type Plan } from "./plan.ts";
import { findSettingValues, type SettingValue } from "./wanted-settings.ts";

/** A plan that left the process: what to make true, and the state it was made for. */
export interface PlanFile {
  /** Digest of the actual state ({@link describeActual}) the plan was made for, 64 hex digits. */
  readonly actual: string;
  /** The command it stands for, for the history. */
  readonly command: string;
  readonly manifestText: string;
  readonly lockfile: Lockfile;
  /** Settings to change, whatever the manifest says of settings. */
  readonly settings: readonly SettingValue[];
}

const PLAN_VERSION = 1;

/** A plan as `plan --json` prints it: the part `apply` reads, and the part people and scripts read. */
export interface PlanDocument {
  readonly planVersion: number;
  readonly actual: string;
  readonly command: string;
  readonly factorio: string;
  readonly empty: boolean;
  readonly actions: readonly ActionDocument[];
  readonly switches: Plan["switches"];
  readonly blocked: readonly string[];
  readonly kept: number;
  /** Section to name to value; absent when none changes. */
  readonly settings?: Readonly<Record<string, Readonly<Record<string, SettingValue["value"]>>>>;
  readonly files: { readonly "roboport.json": string; readonly "roboport.lock": string };
}

export interface ActionDocument {
  readonly do: Action["do"];
  readonly name: string;
  readonly from?: string;
  readonly to?: string;
  readonly file: string;
  readonly size?: number;
}

/** @see rule PLAN-9 */
export function formatPlanDocument(plan: Plan, about: { actual: string; command: string }): PlanDocument {
  return {
    planVersion: PLAN_VERSION,
    actual: about.actual,
    command: about.command,
    factorio: plan.lockfile.factorio.text,
    empty: isEmptyPlan(plan),
    actions: plan.actions.map(describeAction),
    switches: plan.switches,
    blocked: plan.blocked.map(({ file }) => file),
    kept: plan.keep.length,
    ...(plan.settings.length > 0 && { settings: describeSettings(plan.settings) }),
    files: { "roboport.json": plan.manifestText, "roboport.lock": formatLockfile(plan.lockfile) },
  };
}

function describeSettings(settings: readonly SettingValue[]): NonNullable<PlanDocument["settings"]> {
  const sections = new Set(settings.map(({ section }) => section));
  return Object.fromEntries(
    [...sections].map((section) => {
      const values = settings.filter((each) => each.section === section);
      return [section, Object.fromEntries(values.map(({ name, value }) => [name, value]))];
    }),
  );
}

/** An action in plain fields. */
export function describeAction(action: Action): ActionDocument {
  if (action.do === "remove") {
    return { do: "remove", name: action.from.name, from: action.from.version.text, file: action.from.file };
  }
  const { mod } = action;
  return {
    do: action.do,
    name: mod.name,
    ...(action.do !== "add" && { from: action.from.version.text }),
    to: mod.version.text,
    file: mod.file,
    ...(mod.size !== undefined && { size: mod.size }),
  };
}

/**
 * Read what `plan --json` printed.
 *
 * @throws {RoboportError} `PLAN_SHAPE`, or the error of the manifest or lockfile inside it.
 * @see rule PLAN-9
 */
export function parsePlanFile(text: string): PlanFile {
  let value: unknown;
  try {
    value = parseLenientJson(text);
  } catch (error) {
    throw shape(error instanceof Error ? error.message : String(error), error);
  }
  if (!isJsonObject(value)) throw shape("it is not an object");
  if (value["planVersion"] !== PLAN_VERSION) throw shape(`it is not a plan of format ${PLAN_VERSION}`);
  const { actual, command, files } = value;
  if (typeof actual !== "string" || !/^[0-9a-f]{64}$/.test(actual)) throw shape('"actual" is not a digest');
  if (!isJsonObject(files)) throw shape('"files" is missing');
  const { "roboport.json": manifest, "roboport.lock": lockfile } = files;
  const settings = findSettingValues(value["settings"] ?? {});
  if (!settings) throw shape('"settings" is not what a plan has');
  if (typeof manifest !== "string" || typeof lockfile !== "string") throw shape('"files" is incomplete');
  return {
    actual,
    command: typeof command === "string" ? command : "apply",
    manifestText: manifest,
    lockfile: parseLockfile(lockfile),
    settings,
  };
}

function shape(why: string, cause?: unknown): RoboportError {
  return new RoboportError("PLAN_SHAPE", `Cannot read the plan: ${why}`, {
    hint: 'Make it with "roboport plan --json > plan.json".',
    cause,
  });
}
