import { RoboportError } from "../errors.ts";
import { isJsonObject, parseLenientJson } from "../game/json-text.ts";
import { type Lockfile, formatLockfile, parseLockfile } from "./lockfile.ts";
import type { Action, Plan } from "./plan.ts";

/** A plan that left the process: what to make true, and the state it was made for. */
export interface PlanFile {
  /** Digest of the actual state ({@link describeActual}) the plan was made for, 64 hex digits. */
  readonly actual: string;
  /** The command it stands for, for the history. */
  readonly command: string;
  readonly manifestText: string;
  readonly lockfile: Lockfile;
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
    empty: plan.actions.length + plan.switches.length + plan.blocked.length === 0,
    actions: plan.actions.map(describeAction),
    switches: plan.switches,
    blocked: plan.blocked.map(({ file }) => file),
    kept: plan.keep.length,
    files: { "roboport.json": plan.manifestText, "roboport.lock": formatLockfile(plan.lockfile) },
  };
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
  if (typeof manifest !== "string" || typeof lockfile !== "string") throw shape('"files" is incomplete');
  return {
    actual,
    command: typeof command === "string" ? command : "apply",
    manifestText: manifest,
    lockfile: parseLockfile(lockfile),
  };
}

function shape(why: string, cause?: unknown): RoboportError {
  return new RoboportError("PLAN_SHAPE", `Cannot read the plan: ${why}`, {
    hint: 'Make it with "roboport plan --json > plan.json".',
    cause,
  });
}
