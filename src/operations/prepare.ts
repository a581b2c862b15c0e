import { createHash } from "node:crypto";
import type { ModListEntry } from "../game/mod-list.ts";
import type { Lockfile } from "../plan/lockfile.ts";
import { parseManifest } from "../plan/manifest.ts";
import { findSettingsFile } from "../installation/settings-file.ts";
import { type ActualTexts, describeActual } from "../plan/actual.ts";
import { type Plan, planInstall } from "../plan/plan.ts";
import { planSettings, type SettingValue } from "../plan/wanted-settings.ts";
import type { Finding } from "../resolve/finding.ts";
import type { Failure } from "../resolve/request.ts";
import type { Requirement, Universe } from "../resolve/universe.ts";
import { decide, type Freedom } from "./decide.ts";
import { hashForComparison, look, type Looked, type LookOptions } from "./look.ts";
import type { Session } from "./session.ts";
import type { TimeLimits } from "./time-limits.ts";

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
  /** How the state was looked at, to look at it again in the same way. */
  readonly looking: LookOptions;
  /** False when the lockfile answered as it was. */
  readonly solved?: boolean;
  /** True when texts that were edited by hand and never applied are kept as a generation first. */
  readonly savesTexts?: boolean;
}

/** Nothing satisfies the request. */
export interface Unsolvable {
  readonly ok: false;
  readonly failure: Failure;
  readonly universe: Universe;
}

export interface PrepareRequest extends TimeLimits {
  readonly command: string;
  /** The manifest as it is to be. */
  readonly manifestText: string;
  readonly previous: Lockfile | undefined;
  /** What the wish was read from, where that is not what looking will find. */
  readonly texts?: ActualTexts;
  readonly freedom: Freedom;
  /** Entries of mod-list.json that change for mods that are not ours. */
  readonly entries?: readonly ModListEntry[];
  readonly extra?: readonly Requirement[];
  /** Settings to change this once; those of the manifest come after them. */
  readonly settings?: readonly SettingValue[] | undefined;
}

/** Look, decide and plan; nothing is changed. */
export async function prepare(session: Session, request: PrepareRequest): Promise<Prepared | Unsolvable> {
  const manifest = parseManifest(request.manifestText);
  const { previous, freedom, extra = [], releasedBefore, settledBefore } = request;
  const looking = { entries: request.entries };
  const found = await look(session, looking);
  // Whoever writes between reading and looking must not be overwritten.
  const looked = { ...found, texts: request.texts ?? found.texts };
  const limits = { releasedBefore, settledBefore };
  const decision = await decide(session, { manifest, previous, look: looked, freedom, extra, ...limits });
  if (!decision.ok) return decision;
  const planned = await planFor(session, { ...request, lockfile: decision.lockfile, looked, looking });
  const { lockfile, findings, universe } = decision;
  return { ...planned, findings, previous, universe, solved: lockfile !== previous };
}

/** The plan that makes exactly this lockfile true. */
export async function planFor(
  session: Session,
  request: {
    readonly manifestText: string;
    readonly lockfile: Lockfile;
    readonly looked: Looked;
    readonly looking?: LookOptions;
    readonly command: string;
    readonly settings?: readonly SettingValue[] | undefined;
  },
): Promise<Omit<Prepared, "findings" | "previous">> {
  const { manifestText, lockfile, looked, looking = {}, command } = request;
  const actual = await hashForComparison(session, looked.actual, lockfile);
  const settings = await settingsFor(session, [
    ...(request.settings ?? []),
    ...(parseManifest(manifestText).settings ?? []),
  ]);
  const plan = planInstall({ manifestText, lockfile, actual, entries: looking.entries, settings });
  return { ok: true, plan, actual: digestOfActual(looked), command, looking };
}

async function settingsFor(session: Session, wanted: readonly SettingValue[]): Promise<readonly SettingValue[]> {
  if (wanted.length === 0) return [];
  const { modsDir } = await session.installation();
  return planSettings(wanted, (await findSettingsFile(modsDir))?.settings);
}

/** @see rule PLAN-3 */
export function digestOfActual({ actual, texts }: Pick<Looked, "actual" | "texts">): string {
  return createHash("sha256").update(describeActual(actual, texts)).digest("hex");
}
