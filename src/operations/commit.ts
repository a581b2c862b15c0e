import { join } from "node:path";
import {
  formatGeneration,
  type Generation,
  generationFile,
  getGeneration,
  listGenerationNumbers,
  nextGenerationNumber,
  pruneGenerations,
} from "../apply/generations.ts";
import { applySteps, type KeptFile, type Step } from "../apply/transaction.ts";
import { isRoboportError, RoboportError } from "../errors.ts";
import { mapVersionOf } from "../game/map-version.ts";
import { formatModSettings, modSettingsOf } from "../game/mod-settings.ts";
import type { Installation } from "../installation/installation.ts";
import { findSettingsFile, MOD_SETTINGS_FILE } from "../installation/settings-file.ts";
import type { PresentMod } from "../plan/actual.ts";
import { LOCKFILE_FILE, type LockedMod } from "../plan/lockfile.ts";
import { MANIFEST_FILE } from "../plan/manifest.ts";
import { isEmptyPlan, type Plan, planTexts } from "../plan/plan.ts";
import { withSettingValues } from "../plan/wanted-settings.ts";
import { makeFolder, requireWritable } from "../store/ownership.ts";
import { afterwards } from "./afterwards.ts";
import { alone } from "./alone.ts";
import { fetchReleases } from "./fetch-releases.ts";
import { readText } from "./files.ts";
import { look, type Looked } from "./look.ts";
import { digestOfActual, type Prepared } from "./prepare.ts";
import { requireStopped } from "./require-stopped.ts";
import type { Session } from "./session.ts";
import { writeStamp } from "./stamp.ts";

/** What a commit did. */
export interface Committed {
  /** The plan as it was carried out, its lockfile complete with digests. */
  readonly plan: Plan;
  /** Files that had been changed by hand before they were replaced; their bytes are in the store. */
  readonly kept: readonly KeptFile[];
  /** Number of the generation this made; none when nothing had to change. */
  readonly generation: number | undefined;
}

/** How many states `rollback` can return to. */
const GENERATIONS_KEPT = 50;

/** What is committed, and what else becomes true with it or not at all. */
export interface Order extends Pick<Prepared, "plan" | "actual" | "command" | "looking" | "savesTexts"> {
  /**
   * Called under the lock with the number of the generation that `act` makes, undefined when it has nothing to do.
   *
   * @see rule SWITCH-1
   */
  readonly alongside?: <T>(generation: number | undefined, act: () => Promise<T>) => Promise<T>;
}

/**
 * Carry out a plan: fetch and prove every release first, then change mods folder, manifest and lockfile as one.
 *
 * @throws {RoboportError} `PLAN_STALE`, `SERVER_RUNNING`, `LOCKED_OUT`, `APPLY_FAILED`, `PERMISSION`, `DISK_FULL`, and
 *   whatever fetching throws; the mods folder is as it was then.
 * @see rules OPS-1 to OPS-4
 */
export async function commit(session: Session, order: Order): Promise<Committed> {
  const { modsDir } = await session.installation();
  await requirePossible(session, order.plan);
  try {
    const lockfile = await fetchReleases(session, order.plan, modsDir);
    return await changeSet(session, { ...order, plan: { ...order.plan, lockfile } });
  } finally {
    await session.store().dropCopies();
  }
}

/** Change mods folder, manifest and lockfile as one; every release is in the store. */
async function changeSet(session: Session, order: Order): Promise<Committed> {
  const installation = await session.installation();
  const { plan } = order;
  return await alone(session, async (lock) => {
    const looked = await requireFresh(session, order);
    const { root, modsDir } = installation;
    const at = session.clock().toISOString();
    const edited = order.savesTexts ? await findEdited(root, looked, at) : undefined;
    const number = edited ? edited.number + 1 : await nextGenerationNumber(root);
    const generation = generationOf(plan, looked, { number, at, reason: order.command });
    const steps = await stepsOf(plan, installation, edited ? [edited, generation] : [generation]);
    const { alongside = (_, act) => act() } = order;
    if (steps.length === 0) {
      await alongside(undefined, async () => {});
      await afterwards(session, () => writeStamp(session, plan.lockfile));
      return { plan, kept: [], generation: undefined };
    }
    const store = session.store();
    // A game that never ran has no mods folder yet.
    await makeFolder(store.fs, modsDir, session.owner);
    const options = { root, modsDir, store, lock, owner: session.owner };
    const { kept } = await alongside(number, () => applyMending(session, plan, () => applySteps(steps, options)));
    await afterwards(session, () => pruneGenerations(root, GENERATIONS_KEPT));
    await afterwards(session, () => writeStamp(session, plan.lockfile));
    return { plan, kept, generation: number };
  });
}

/** A damaged zip in the store was set aside when it was found out: fetched once more, it is right. */
async function applyMending<T>(session: Session, plan: Plan, apply: () => Promise<T>): Promise<T> {
  try {
    return await apply();
  } catch (error) {
    if (!isRoboportError(error, "STORE_DAMAGED")) throw error;
    await fetchReleases(session, plan);
    return await apply();
  }
}

/** Everything that can be refused before a byte is fetched. */
async function requirePossible(session: Session, plan: Plan): Promise<void> {
  const [blocked] = plan.blocked;
  if (blocked) throw inTheWay(blocked.file, blocked.mod);
  if (isEmptyPlan(plan)) return;
  const installation = await session.installation();
  await requireStopped(installation);
  await makeFolder(session.store().fs, installation.modsDir, session.owner);
  await requireWritable(session.store().fs, installation.modsDir);
}

function inTheWay(file: string, mod: LockedMod): RoboportError {
  return new RoboportError("APPLY_FAILED", `Cannot install ${mod.name} ${mod.version.text}: another ${file} is there`, {
    hint: `Move mods/${file} away if the portal's release is wanted; Roboport did not put it there and leaves it alone.`,
    data: { file, mod: mod.name, version: mod.version.text },
  });
}

/** @throws {RoboportError} `PLAN_STALE` when the mods folder is no longer what the plan was made for. */
async function requireFresh(session: Session, { actual, looking }: Order): Promise<Looked> {
  const looked = await look(session, looking);
  if (digestOfActual(looked) === actual) return looked;
  throw new RoboportError(
    "PLAN_STALE",
    "Cannot apply the plan: mods folder, roboport.json or roboport.lock changed since",
    {
      hint: "Another command was faster: run this one again, with a plan that is made anew if it carries one out.",
    },
  );
}

/** Manifest and lockfile as they are on disk, when no generation holds them: a state to return to. */
async function findEdited(root: string, { texts }: Looked, at: string): Promise<Generation | undefined> {
  const newest = (await listGenerationNumbers(root)).at(-1);
  const last = newest === undefined ? undefined : await getGeneration(root, newest);
  const isSaved = last?.manifest === texts.manifest && last?.lockfile === texts.lockfile;
  return last && !isSaved ? { ...last, ...texts, number: last.number + 1, at, reason: "edited by hand" } : undefined;
}

function generationOf(plan: Plan, { actual }: Looked, about: Pick<Generation, "number" | "at" | "reason">): Generation {
  const ours = new Set(plan.lockfile.mods.map((mod) => mod.file));
  const texts = planTexts(plan);
  return {
    ...about,
    manifest: texts.manifest,
    lockfile: texts.lockfile,
    modList: texts.modList,
    mods: plan.lockfile.mods.flatMap(({ file, sha256, size }) =>
      sha256 === undefined || size === undefined ? [] : [{ file, sha256, size }],
    ),
    byHand: actual.mods.filter((mod) => !mod.owned && !ours.has(mod.file)).map((mod) => mod.file),
  };
}

/** The plan as steps; none when every file is as it is to be. */
async function stepsOf(
  plan: Plan,
  { root, modsDir }: Installation,
  generations: readonly Generation[],
): Promise<readonly Step[]> {
  const texts = planTexts(plan);
  const wanted = [
    { path: join(root, MANIFEST_FILE), content: texts.manifest },
    { path: join(root, LOCKFILE_FILE), content: texts.lockfile },
    ...(isEmptyPlan(plan) ? [] : [{ path: join(modsDir, "mod-list.json"), content: texts.modList }]),
  ];
  const writes: Step[] = [];
  for (const { path, content } of wanted) {
    if ((await readText(path)) !== content) writes.push({ do: "write", path, content });
  }
  const steps = [...zipSteps(plan), ...writes, ...(await settingsSteps(plan, modsDir))];
  if (steps.length === 0) return [];
  const records = generations.map(
    (each): Step => ({ do: "write", path: generationFile(root, each.number), content: formatGeneration(each) }),
  );
  return [...steps, ...records];
}

/** Other settings stay as the game left them, also when it did so after the plan was made. */
async function settingsSteps({ settings, lockfile }: Plan, modsDir: string): Promise<readonly Step[]> {
  if (settings.length === 0) return [];
  const stored = (await findSettingsFile(modsDir))?.settings ?? modSettingsOf(mapVersionOf(lockfile.factorio));
  const content = formatModSettings(withSettingValues(stored, settings));
  return [{ do: "write", path: join(modsDir, MOD_SETTINGS_FILE), content }];
}

function zipSteps({ actions, lockfile }: Plan): readonly Step[] {
  const locked = new Map(lockfile.mods.map((mod) => [mod.name, mod]));
  return actions.flatMap((action): readonly Step[] => {
    if (action.do === "remove") return [removal(action.from)];
    const { file = action.mod.file, sha256 } = locked.get(action.mod.name) ?? action.mod;
    if (sha256 === undefined) throw new Error(`${file} was fetched without a digest`);
    if (action.do === "add") return [{ do: "place", file, sha256 }];
    if (action.from.file === file) return [{ do: "place", file, sha256, replaces: action.from.recorded }];
    return [{ do: "place", file, sha256 }, removal(action.from)];
  });
}

function removal(from: PresentMod): Step {
  return { do: "remove", file: from.file, sha256: from.recorded ?? from.sha256 };
}
