import { createHash } from "node:crypto";
import type { Lockfile } from "../plan/lockfile.ts";
import { parseManifest } from "../plan/manifest.ts";
import { describeActual } from "../plan/actual.ts";
import { type Plan, planInstall } from "../plan/plan.ts";
import type { Finding } from "../resolve/finding.ts";
import type { Failure } from "../resolve/request.ts";
import type { Requirement, Universe } from "../resolve/universe.ts";
import { decide, type Freedom } from "./decide.ts";
import { hashForComparison, look, type Looked } from "./look.ts";
import type { Session } from "./session.ts";

/** A plan that is ready to be shown and committed. */
export interface Prepared {
  readonly ok: true;
  readonly plan: Plan;
  /** Digest of the state it was made for, 64 hex digits. */
  readonly actual: string;
  /** The command it stands for, as the history will name it. */
  readonly command: string;
  readonly findings: readonly Finding[];
  /** What the lockfile was before. */
  readonly previous: Lockfile | undefined;
  readonly universe?: Universe | undefined;
}

/** Nothing satisfies the request. */
export interface Unsolvable {
  readonly ok: false;
  readonly failure: Failure;
  readonly universe: Universe;
}

export interface PrepareRequest {
  readonly command: string;
  /** The manifest as it is to be. */
  readonly manifestText: string;
  readonly previous: Lockfile | undefined;
  readonly freedom: Freedom;
  readonly extra?: readonly Requirement[];
  readonly releasedBefore?: string | undefined;
}

/** Look, decide and plan; nothing is changed. */
export async function prepare(session: Session, request: PrepareRequest): Promise<Prepared | Unsolvable> {
  const manifest = parseManifest(request.manifestText);
  const { previous, freedom, extra = [], releasedBefore } = request;
  const looked = await look(session, { manifestText: request.manifestText, lockfile: previous });
  const decision = await decide(session, { manifest, previous, look: looked, freedom, extra, releasedBefore });
  if (!decision.ok) return decision;
  const planned = await planFor(session, { ...request, lockfile: decision.lockfile, looked });
  return { ...planned, findings: decision.findings, previous, universe: decision.universe };
}

/** The plan that makes exactly this lockfile true. */
export async function planFor(
  session: Session,
  request: {
    readonly manifestText: string;
    readonly lockfile: Lockfile;
    readonly looked: Looked;
    readonly command: string;
  },
): Promise<Omit<Prepared, "findings" | "previous">> {
  const { manifestText, lockfile, command } = request;
  const actual = await hashForComparison(session, request.looked.actual, lockfile);
  const plan = planInstall({ manifestText, lockfile, actual });
  return { ok: true, plan, actual: digestOfActual(actual), command };
}

/** @see rule PLAN-3 */
function digestOfActual(actual: Looked["actual"]): string {
  return createHash("sha256").update(describeActual(actual)).digest("hex");
}
