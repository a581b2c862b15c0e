import { exitCodeOf, isRoboportError, RoboportError } from "../../errors.ts";
import type { Prepared, Unsolvable } from "../../operations/prepare.ts";
import type { RunEnd } from "../../operations/run-server.ts";
import type { Session } from "../../operations/session.ts";
import { defineCommand, many, switchFlag } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { networkFlags } from "../network-flags.ts";
import { summariseDone } from "../show-plan.ts";

interface RunFlags {
  readonly locked: boolean;
  readonly strict: boolean;
  readonly noRollback: boolean;
}

export const command = defineCommand({
  details:
    "Makes the mods folder equal the lockfile, also what --stage prepared, starts the server, and passes on its output, its exit code and the signals that are for it. Where the network keeps new mods away the server starts with those that are there. When it does not come up with a new set, it is started once more with the last set it did come up with.",
  flags: {
    locked: switchFlag("Refuse to solve: roboport.lock has to answer roboport.json as it is"),
    strict: switchFlag("Do not start with any other set than the one that is wanted, or one that audit refuses"),
    noRollback: switchFlag("Leave a set with which the server does not come up where it is"),
    ...networkFlags,
  },
  positional: many("COMMAND", "The server with its arguments, behind --"),
  examples: [
    ["roboport run -- bin/x64/factorio --start-server-load-latest", "For systemd, or at the end of an entrypoint"],
    [
      "roboport run --locked --offline -- bin/x64/factorio --start-server saves/world.zip",
      "Exactly what is locked, from the store alone",
    ],
  ],
  async run(context, flags, ...argv) {
    requireText(context);
    const session = await context.openSession(flags);
    await requireAlone(session);
    const { requireProgram } = await import("../../operations/run-program.ts");
    await requireProgram({ ...context, command: argv });
    await requirePort(argv);
    await synchronise(context, session, flags);
    await preflight(context, session, flags);
    const end = await start(context, session, argv);
    if (!(await isReturned(context, session, { end, noRollback: flags.noRollback }))) return end.exitCode;
    const again = await start(context, session, argv);
    if (!again.wasInGame && !again.isStopped && again.exitCode !== 0) tellEnd(context, again);
    return again.exitCode;
  },
});

/** @throws {RoboportError} `USAGE` */
function requireText({ output }: CommandContext): void {
  if (!output.json) return;
  throw new RoboportError("USAGE", "Cannot use --json with run: stdout belongs to the server", {
    hint: 'Leave it out; "roboport install --json" before the run says what changed.',
  });
}

/** @throws {RoboportError} `SERVER_RUNNING` */
async function requireAlone(session: Session): Promise<void> {
  const { isServerRunning } = await import("../../installation/running.ts");
  const { running, because } = await isServerRunning(await session.installation());
  if (!running) return;
  throw new RoboportError("SERVER_RUNNING", `Cannot start a second server here: ${because}`, {
    hint: "Stop the server that runs, or give this one a folder of its own.",
    data: { because },
  });
}

/** @throws {RoboportError} `CANNOT_LISTEN` */
async function requirePort(command: readonly string[]): Promise<void> {
  const { findGamePort, requireFreePort } = await import("../../operations/run-port.ts");
  const port = findGamePort(command);
  if (port) await requireFreePort(port);
}

/** @see rules RUNNER-8 and RUNNER-9 */
async function synchronise(context: CommandContext, session: Session, flags: RunFlags): Promise<void> {
  const { planToInstall } = await import("../../operations/install.ts");
  const { commit } = await import("../../operations/commit.ts");
  const { findCurrentGeneration } = await import("../../operations/run-loaded.ts");
  try {
    const answer = requireSolved(await planToInstall(session, { locked: flags.locked }));
    const { plan, generation } = await commit(session, answer);
    if (generation !== undefined) context.output.note(summariseDone(plan));
  } catch (error) {
    const { root } = await session.installation();
    const isPassing = isRoboportError(error) && [3, 5, 7].includes(exitCodeOf(error.code));
    if (!isPassing || flags.strict || (await findCurrentGeneration(root)) === undefined) throw error;
    context.output.warn(`${error.message}; the server starts with the mods that are there`);
    if (error.hint !== undefined) context.output.note(error.hint);
  }
}

/** @throws {RoboportError} `NO_SOLUTION` */
function requireSolved(answer: Prepared | Unsolvable): Prepared {
  if (answer.ok) return answer;
  throw new RoboportError("NO_SOLUTION", "No set of releases satisfies every requirement", {
    hint: 'Run "roboport plan" to see why.',
    data: { explanation: answer.failure.explanation },
  });
}

/** The game has the last word about its mods; what it will say is worth knowing before. */
async function preflight({ output }: CommandContext, session: Session, { strict }: RunFlags): Promise<void> {
  const { auditModsFolder } = await import("../../operations/audit.ts");
  const { ok, findings } = await auditModsFolder(session);
  for (const { severity, text } of findings) if (severity === "error") output.warn(text);
  if (ok || !strict) return;
  throw new RoboportError("AUDIT_FAILED", "Cannot start the server: the game would refuse its mods", {
    hint: 'Run "roboport audit" to see why.',
  });
}

async function start(context: CommandContext, session: Session, command: readonly string[]): Promise<RunEnd> {
  const { runServer } = await import("../../operations/run-server.ts");
  const { findCurrentGeneration, keepLoadedGeneration } = await import("../../operations/run-loaded.ts");
  const { afterwards } = await import("../../operations/afterwards.ts");
  const { root } = await session.installation();
  const generation = await findCurrentGeneration(root);
  context.signal.throwIfAborted();
  let kept: Promise<void> | undefined;
  const onInGame = () => {
    if (generation === undefined) return;
    kept = afterwards(session, () => keepLoadedGeneration(session, root, generation));
    // The server goes on whatever became of it; it is looked at when that has ended.
    kept.catch(() => {});
  };
  const end = await runServer({ ...context, command, onInGame });
  await kept;
  return end;
}

interface Ended {
  readonly end: RunEnd;
  readonly noRollback: boolean;
}

/** @returns true when the mods are those of the last set that came up, and another start is worth it */
async function isReturned(context: CommandContext, session: Session, { end, noRollback }: Ended): Promise<boolean> {
  const { planAfterRun, returnTo } = await import("../../operations/run-rollback.ts");
  const after = await planAfterRun(session, end);
  if (!after) return false;
  tellEnd(context, end);
  const { output } = context;
  if (after.do === "nothing" || noRollback) {
    const why = after.do === "nothing" ? after.why : "--no-rollback was given";
    output.note(`The mods stay as they are: ${why}`);
    return false;
  }
  await returnTo(session, after.to);
  output.warn(`Generation ${after.from} does not come up: back to generation ${after.to}, and starting once more`);
  return true;
}

function tellEnd({ output }: CommandContext, { exitCode, failure }: RunEnd): void {
  const mod = failure?.mod === undefined ? "" : ` because of ${failure.mod}`;
  output.warn(`The server did not come up${mod}; it ended with exit code ${exitCode}`);
  if (failure) output.note(failure.text);
}
