import { type CrashFileSystem, crashFileSystem } from "../src/store/crash-file-system.ts";
import { type Fault, faultFileSystem } from "../src/store/fault-file-system.ts";
import { type DiskImage, type DiskNode, memoryFileSystem } from "../src/store/memory-file-system.ts";
import { type Random, seededRandom } from "../test/faults/seeded-random.ts";
import { CAREFUL_WRITER, type Legal, PLANTED, STORIES, type Story } from "./crash-stories.ts";
import { runCases } from "./run-cases.ts";
import { sha256 } from "./sha256.ts";
import type { Scale, Suite, SuiteOptions } from "./suite.ts";

/** One disk that a power cut may leave. */
interface CrashState {
  readonly story: Story;
  readonly image: DiskImage;
  readonly legal: Legal;
  /** What happened before, and at which of how many events it ended. */
  readonly where: string;
}

export const suite: Suite = {
  name: "crash",
  goal: "Whatever a power cut leaves of unsynchronised bytes and names, the next command makes it the old set or the new one, and what was reported done is there",
  run: async (options) => {
    const start = performance.now();
    const tally = await runCases(distinct(statesOf(options)), options, checkState);
    const states = tally.passed + tally.failed;
    const perSecond = Math.round((states * 1000) / (performance.now() - start));
    const missed = options.case === undefined ? await findMissed() : [];
    return {
      passed: tally.passed,
      failed: tally.failed + missed.length,
      failures: [...tally.failures, ...missed.map((text) => ({ case: 0, text }))],
      figures: { states, "states per second": perSecond, "planted faults caught": PLANTED.length - missed.length },
      skipped: [],
    };
  },
};

async function checkState({ story, image, legal, where }: CrashState): Promise<void> {
  try {
    await story.check(memoryFileSystem({ image }), legal);
  } catch (error) {
    throw new Error(`${story.name}, ${where}: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}

/** Part of the states after which the recovery is cut short, too. */
const RECOVERIES: Readonly<Record<Scale, number>> = { ci: 0.001, full: 0.02 };
/** Part of the operations that fail before the power does. */
const FAULTY: Readonly<Record<Scale, number>> = { ci: 0.003, full: 0.05 };
const FAULTS: readonly Fault[] = [{ errno: "EIO" }, { errno: "EIO", lasting: true }, { errno: "ENOSPC" }];

async function* statesOf({ seed, scale }: SuiteOptions): AsyncGenerator<CrashState> {
  const random = seededRandom(seed);
  for (const story of STORIES) {
    for (const state of crashesOf(await record(story), story)) {
      yield state;
      if (story.recover && random() < RECOVERIES[scale]) yield* recoveriesOf(state);
    }
  }
  for (const story of STORIES)
    for (const fault of FAULTS) yield* faultyStatesOf({ story, fault, random, part: FAULTY[scale] });
}

async function* recoveriesOf({ story, image, legal, where }: CrashState): AsyncGenerator<CrashState> {
  const disk = crashFileSystem(image);
  await story.recover?.(disk);
  const ended = { disk, operations: 0, returns: [], from: 0, isUndone: false };
  for (const state of crashesOf(ended, story)) yield { ...state, legal, where: `${where}, then ${state.where}` };
}

interface Faulty {
  readonly story: Story;
  readonly fault: Fault;
  readonly random: Random;
  readonly part: number;
}

/** An operation fails first, and then the power does. */
async function* faultyStatesOf({ story, fault, random, part }: Faulty): AsyncGenerator<CrashState> {
  const { operations } = await record(story);
  for (let n = 1; n <= operations; n++) {
    if (random() > part) continue;
    for (const state of crashesOf(await record(story, { n, fault }), story)) {
      yield { ...state, where: `${JSON.stringify(fault)} at operation ${n}, ${state.where}` };
    }
  }
}

/** What was done to a disk. */
interface Recording {
  readonly disk: CrashFileSystem;
  readonly operations: number;
  /** How many events there were when each act returned. */
  readonly returns: readonly number[];
  /** Crashes before are those of another recording. */
  readonly from: number;
  /** The last act failed and says that it changed nothing. */
  readonly isUndone: boolean;
}

/** No operation has this number. */
const NEVER = 0;

async function record(
  story: Story,
  { n, fault }: { readonly n: number; readonly fault: Fault } = { n: NEVER, fault: "kill" },
): Promise<Recording> {
  const disk = crashFileSystem((await story.lay()).image());
  const fs = faultFileSystem(disk, n, fault);
  const returns: number[] = [];
  const recorded = { disk, returns };
  for (const act of story.acts) {
    try {
      await act(fs);
    } catch (failure) {
      if (n === NEVER) throw failure;
      const isUndone = story.isUndone?.(failure) ?? false;
      return { ...recorded, operations: fs.count(), from: returns.at(-1) ?? 0, isUndone };
    }
    returns.push(disk.events.length);
  }
  return { ...recorded, operations: fs.count(), from: 0, isUndone: false };
}

function* crashesOf({ disk, returns, from, isUndone }: Recording, story: Story): Generator<CrashState> {
  const end = disk.events.length;
  for (let at = from; at <= end; at++) {
    const done = returns.filter((count) => count <= at).length;
    const legal = { from: done, to: isUndone && at === end ? done : Math.min(done + 1, story.acts.length) };
    const where = `after event ${at} of ${end}`;
    for (const image of disk.crashes(at)) yield { story, image, legal, where };
  }
}

/** Each disk once for each thing that is to be true of it. */
async function* distinct(states: AsyncIterable<CrashState>): AsyncGenerator<CrashState> {
  const seen = new Set<string>();
  for await (const state of states) {
    const { story, legal, image } = state;
    const key = sha256(`${story.name} ${legal.from} ${legal.to}\n${describeImage(image)}`);
    if (!seen.has(key)) yield state;
    seen.add(key);
  }
}

/** All that can be reached, as a text. */
function describeImage(image: DiskImage): string {
  const lines: string[] = [];
  const walk = (path: string, { ino, names, bytes, mtimeMs }: DiskNode): void => {
    lines.push(`${path} ${ino} ${mtimeMs} ${Buffer.from(bytes).toString("latin1")}`);
    for (const [name, number] of names ?? []) {
      const node = image.get(number);
      if (node) walk(`${path}/${name}`, node);
    }
  };
  const root = image.get(1);
  if (root) walk("", root);
  return lines.sort().join("\n");
}

/** Faults in this laboratory: a planted writer that no crash shows, or a careful one that some crash does. */
async function findMissed(): Promise<readonly string[]> {
  const missed: string[] = [];
  for (const story of PLANTED) {
    if ((await countBroken(story)) === 0) missed.push(`The planted writer ${story.name} was not caught`);
  }
  if ((await countBroken(CAREFUL_WRITER)) > 0) missed.push("The careful writer was taken for a planted one");
  return missed;
}

async function countBroken(story: Story): Promise<number> {
  const states: CrashState[] = [...crashesOf(await record(story), story)];
  for await (const state of faultyStatesOf({ story, fault: "short", random: () => 0, part: 1 })) states.push(state);
  return (await runCases(states, {}, checkState)).failed;
}
