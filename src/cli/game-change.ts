import { resolve } from "node:path";
import { exitCodeOf, RoboportError } from "../errors.ts";
import { gameLine } from "../game/game-version.ts";
import { compareVersions, type Version } from "../game/version.ts";
import type { GamePlan } from "../operations/game-plan.ts";
import type { GamePlace } from "../operations/game-place.ts";
import type { Prepared, Unsolvable } from "../operations/prepare.ts";
import type { Session } from "../operations/session.ts";
import { formatPlanDocument } from "../plan/plan-file.ts";
import { isEmptyPlan } from "../plan/plan.ts";
import type { CommandContext } from "./context.ts";
import { formatCount } from "./quantity.ts";
import { showConflict } from "./show-conflict.ts";
import { showFindings, showPlan, summarisePlan } from "./show-plan.ts";
import { bold, dim, lines, styled, type Text } from "./styled.ts";
import { formatTable } from "./table.ts";

/** How a change of the game was asked for. */
export interface GameChangeFlags {
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly stage: boolean;
  readonly skipMissing: boolean;
  readonly unverified: boolean;
}

interface WantedGame extends GameChangeFlags {
  readonly action: "install" | "update";
  /** As {@link parseGameChoice} reads it. */
  readonly wanted: string;
}

/** Solve the mods for another game, show what it takes, bring the game, and switch both. */
export async function changeGame(context: CommandContext, session: Session, flags: WantedGame): Promise<number | void> {
  const { findGamePlace, requireOurGame } = await import("../operations/game-place.ts");
  const { chooseGameVersion, parseGameChoice } = await import("../operations/game-versions.ts");
  const { planGame } = await import("../operations/game-plan.ts");
  const choice = parseGameChoice(flags.wanted);
  const place = await findGamePlace(session, flags.action === "install" ? newRoot(context) : undefined);
  await requireOurGame(session, place);
  if (flags.action === "update" && !place.version) throw noGame(place);
  const to = await chooseGameVersion(session, choice, place);
  if (isThere(place, to, flags)) return showNothing(context, place);
  const request = { to, command: `game ${flags.action} ${to.text}` };
  const replan = () => planGame(session, place, request);
  return await carryOut(context, session, { ...flags, place, plan: await replan(), replan });
}

/** Return to the last state that had another game. */
export async function goBackToEarlierGame(
  context: CommandContext,
  session: Session,
  flags: GameChangeFlags,
): Promise<number | void> {
  const { findGamePlace, requireOurGame } = await import("../operations/game-place.ts");
  const { getEarlierGame, planGameRollback } = await import("../operations/game-rollback.ts");
  const place = await findGamePlace(session);
  await requireOurGame(session, place);
  const earlier = await getEarlierGame(place);
  const replan = () => planGameRollback(session, place, earlier);
  return await carryOut(context, session, { ...flags, place, plan: await replan(), replan });
}

function noGame({ root }: GamePlace): RoboportError {
  return new RoboportError("NO_GAME_VERSION", `Cannot update the game: there is none in ${root}`, {
    hint: 'Run "roboport game install stable" to put one there.',
    data: { root },
  });
}

/** A new server comes into the folder that was named, else into the one we are in. */
function newRoot({ cwd, globals }: CommandContext): string {
  return resolve(cwd, globals.serverDir ?? ".");
}

/** An update to a channel never goes back. */
function isThere({ version }: GamePlace, to: Version, { action, wanted }: WantedGame): boolean {
  if (!version) return false;
  const isChannel = wanted === "stable" || wanted === "experimental";
  return action === "update" && isChannel ? compareVersions(version, to) >= 0 : version.key === to.key;
}

function showNothing({ output }: CommandContext, { version }: GamePlace): void {
  const text = version?.text ?? "";
  output.outcome({ ok: true, applied: false, from: text, to: text }, `Nothing to do: Factorio ${text} is here`);
}

interface Change extends GameChangeFlags {
  readonly place: GamePlace;
  readonly plan: GamePlan;
  /** Once more, when it is known what ships with the game. */
  readonly replan: () => Promise<GamePlan>;
}

async function carryOut(context: CommandContext, session: Session, change: Change): Promise<number | void> {
  const { output } = context;
  const { plan, dryRun, stage } = change;
  const refusal = findRefusal(context, change);
  if (refusal !== undefined) return refusal;
  if (plan.mods?.ok) showFindings(plan.mods.findings, output);
  if (dryRun) return output.data(documentOf(change, { applied: false }), () => lines(describe(change, output.columns)));
  if (!(await isWanted(context, change))) return output.note("Nothing was changed");
  const brought = await bring(context, session, change);
  const late = findRefusal(context, brought);
  if (late !== undefined) return late;
  return await (stage ? prepareOnly(context, session, brought) : install(context, session, brought));
}

async function isWanted({ output, prompt }: CommandContext, change: Change): Promise<boolean> {
  const { place, plan, stage, yes } = change;
  const { requireIdleGame } = await import("../operations/game-install.ts");
  if (!stage) await requireIdleGame(place);
  if (!output.json) output.note(lines(describe(change, output.columns)));
  const question = `${stage ? "Bring here" : "Install"} Factorio ${plan.to.text}?`;
  return await prompt.confirm(question, { yes, unattended: true });
}

/** Once the game is here it is known what ships with it, which may call for other mods. */
async function bring({ runtime }: CommandContext, session: Session, change: Change): Promise<Change> {
  const { place, plan, replan } = change;
  const { fetchGame } = await import("../operations/game-fetch.ts");
  const { builtInsOf } = await import("../operations/game-plan.ts");
  const distro = runtime.endsWith(" arm64") ? "linux-arm64" : "linux64";
  await fetchGame(session, { ...change, root: place.root, version: plan.to, distro });
  const shipped = await builtInsOf(place.root, plan.to);
  const isAsExpected = JSON.stringify(shipped) === JSON.stringify(plan.builtIns);
  return isAsExpected ? change : { ...change, plan: await replan() };
}

/** @returns an exit code when it cannot be */
function findRefusal({ output }: CommandContext, change: Change): number | undefined {
  const { dropped, mods, to } = change.plan;
  if (mods && !mods.ok) return showConflict(mods, output);
  if (dropped.length === 0 || change.skipMissing) return undefined;
  const message = `Factorio ${to.text} would drop ${formatCount(dropped.length, "mod")}`;
  const hint = "Pass --skip-missing to switch them off, or wait for releases that fit.";
  const document = {
    ...documentOf(change, { applied: false }),
    ok: false,
    error: { code: "NO_SOLUTION", message, hint },
  };
  const others = mods && !isEmptyPlan(mods.plan) ? ["", bold("Without them:"), showPlan(mods.plan, output)] : [];
  output.data(document, () => lines(bold(`${message}:`), describeDropped(change.plan), others, "", hint));
  return exitCodeOf("NO_SOLUTION");
}

async function prepareOnly({ output }: CommandContext, session: Session, change: Change): Promise<void> {
  const { fetchReleases } = await import("../operations/fetch-releases.ts");
  const { plan } = change;
  if (plan.mods?.ok) await fetchReleases(session, plan.mods.plan);
  output.outcome(
    documentOf(change, { applied: false, staged: true }),
    `Prepared: stop the server and run "roboport game install ${plan.to.text}", which needs no download`,
  );
}

async function install({ output }: CommandContext, session: Session, change: Change): Promise<void> {
  const { installGame } = await import("../operations/game-install.ts");
  const { place, plan } = change;
  const done = await installGame(session, place, { ...plan, mods: preparedOf(plan) });
  const next = plan.mods ? "" : '; "roboport init" takes charge of its mods';
  output.outcome(
    documentOf(change, { applied: true, generation: done?.generation ?? null }),
    `Factorio ${plan.to.text} is installed${place.version ? `, ${place.version.text} is kept` : ""}${next}`,
  );
}

function preparedOf({ mods }: { readonly mods: Prepared | Unsolvable | undefined }): Prepared | undefined {
  if (!mods || mods.ok) return mods;
  throw new RoboportError("NO_SOLUTION", "The mods cannot be with this game");
}

function documentOf({ place, plan }: Change, state: Readonly<Record<string, unknown>>) {
  const mods = preparedOf(plan);
  const game = { from: place.version?.text ?? null, to: plan.to.text, dropped: plan.dropped };
  return { ok: true, ...state, ...game, plan: mods ? formatPlanDocument(mods.plan, mods) : null };
}

function describe({ place, plan }: Change, columns: number | undefined): readonly Text[] {
  const mods = preparedOf(plan);
  const versions = place.version ? `${place.version.text} -> ${plan.to.text}` : plan.to.text;
  return [
    styled`${bold("Factorio")} ${versions}`,
    ...(mods ? [showPlan(mods.plan, { columns }), dim(`Mods: ${summarisePlan(mods.plan)}`)] : []),
    ...(plan.dropped.length > 0 ? [bold("Switched off, because they cannot be with it:")] : []),
    ...describeDropped(plan),
  ];
}

/** Where the mod itself has a release for the game, the reason lies elsewhere. */
function describeDropped({ dropped, to }: Pick<GamePlan, "dropped" | "to">): readonly Text[] {
  const rows = dropped.map(({ name, installed, newest }): readonly Text[] => [
    bold(name),
    installed ?? "",
    newest ? dim(`newest: ${newest.version} for ${newest.factorio}`) : dim("no release on any portal"),
  ]);
  const reasons = dropped.filter(({ newest }) => newest?.factorio === gameLine(to)).flatMap(({ why }) => why);
  return [...formatTable(rows, { indent: 2 }), ...[...new Set(reasons)].map((text) => dim(`  ${text}`))];
}
