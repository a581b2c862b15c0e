import { exitCodeOf } from "../errors.ts";
import type { Committed } from "../operations/commit.ts";
import type { Prepared, Unsolvable } from "../operations/prepare.ts";
import type { Session } from "../operations/session.ts";
import { describeAction, formatPlanDocument } from "../plan/plan-file.ts";
import { isEmptyPlan } from "../plan/plan.ts";
import { describeUpToDate, formatUpToDate } from "../plan/stamp.ts";
import type { CommandContext } from "./context.ts";
import { showConflict } from "./show-conflict.ts";
import { showFindings, showPlan, summariseDone, summarisePlan } from "./show-plan.ts";
import { lines } from "./styled.ts";

/** How a command that changes the installation was asked to do it. */
export interface CarryOutOptions {
  readonly dryRun: boolean;
  readonly yes: boolean;
  /** Write manifest and lockfile only. */
  readonly noApply?: boolean;
  /** Bring everything into the store, then write manifest and lockfile only. */
  readonly stage?: boolean;
  /** Where to keep what the portals offered, for replaying the decision. */
  readonly saveUniverse?: string | undefined;
}

/** Show a plan, ask where somebody can answer, carry it out, and say what happened. */
export async function carryOut(
  context: CommandContext,
  session: Session,
  { answer, ...options }: CarryOutOptions & { readonly answer: Prepared | Unsolvable },
): Promise<number | void> {
  const { output, prompt } = context;
  if (options.saveUniverse !== undefined && answer.universe) await saveUniverse(options.saveUniverse, answer, context);
  if (!answer.ok) return showConflict(answer, output);
  const { plan, findings } = answer;
  showFindings(findings, output);
  if (options.dryRun) return showDryRun(context, answer);
  if (!isEmptyPlan(plan)) {
    if (!output.json) output.note(lines(showPlan(plan, output)));
    const question = `Carry out: ${summarisePlan(plan)}?`;
    if (!(await prompt.confirm(question, { yes: options.yes, unattended: true }))) {
      output.note("Nothing was changed");
      return;
    }
  }
  if (options.stage) {
    const { stage } = await import("../operations/stage.ts");
    const prepared = { ...answer, plan: await stage(session, answer) };
    const text = isEmptyPlan(plan)
      ? "Nothing waits for the next install: the mods folder holds this set already"
      : 'Prepared: the next "roboport install" changes the mods folder, and needs no network';
    return output.outcome({ ok: true, applied: false, staged: true, ...documentOf(prepared) }, text);
  }
  if (options.noApply) {
    const { saveWanted } = await import("../operations/save-wanted.ts");
    await saveWanted(session, answer);
    const text = 'Wrote roboport.json and roboport.lock; run "roboport install" to change the mods folder';
    return output.outcome({ ok: true, applied: false, ...documentOf(answer) }, text);
  }
  const { commit } = await import("../operations/commit.ts");
  showDone(context, answer, await commit(session, answer));
}

function showDryRun({ output }: CommandContext, prepared: Prepared): number | void {
  const { plan } = prepared;
  output.data({ ok: true, applied: false, ...documentOf(prepared) }, () =>
    isEmptyPlan(plan) ? summariseDone(plan) : lines(showPlan(plan, output), `Would do: ${summarisePlan(plan)}`),
  );
  return plan.blocked.length > 0 ? exitCodeOf("APPLY_FAILED") : undefined;
}

/** The plan as `apply` takes it, with what is worth knowing about the picked set. */
function documentOf(prepared: Prepared) {
  return { ...formatPlanDocument(prepared.plan, prepared), findings: prepared.findings };
}

function showDone(
  { output }: CommandContext,
  { command, findings }: Prepared,
  { plan, kept, generation }: Committed,
): void {
  for (const { path, sha256 } of kept) {
    output.note(`${path} had been changed by hand; its bytes are kept in the store as ${sha256}`);
  }
  const { mods, factorio } = plan.lockfile;
  const summary = { mods: mods.length, factorio: factorio.text };
  if (generation === undefined) return output.outcome(describeUpToDate(summary), formatUpToDate(summary));
  const document = {
    ok: true,
    applied: true,
    command,
    generation,
    ...summary,
    empty: isEmptyPlan(plan),
    actions: plan.actions.map(describeAction),
    switches: plan.switches,
    findings,
    keptAside: kept,
  };
  output.outcome(document, summariseDone(plan));
}

async function saveUniverse(
  path: string,
  answer: Prepared | Unsolvable,
  { cwd, output }: CommandContext,
): Promise<void> {
  if (!answer.universe) return;
  const [{ resolve }, { formatUniverseFile }, { writeAtomic }] = await Promise.all([
    import("node:path"),
    import("../resolve/universe-file.ts"),
    import("../store/atomic-file.ts"),
  ]);
  await writeAtomic(resolve(cwd, path), formatUniverseFile(answer.universe));
  output.note(`Wrote what the portals offered to ${path}`);
}
