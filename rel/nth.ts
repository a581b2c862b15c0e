import { rmSync } from "node:fs";
import { join } from "node:path";
import { isRoboportError } from "../src/errors.ts";
import { type Fault, faultFileSystem, Killed } from "../src/store/fault-file-system.ts";
import { type FileSystem, nodeFileSystem } from "../src/store/file-system.ts";
import type { MemoryFileSystem } from "../src/store/memory-file-system.ts";
import { seededRandom } from "../test/faults/seeded-random.ts";
import { endingOf, requireWhole } from "./aftermath.ts";
import { STORIES, type Story } from "./crash-stories.ts";
import { onDisk } from "./interrupt.ts";
import { openLab, type Stage } from "./lab.ts";
import { runCases } from "./run-cases.ts";
import { SCENARIOS } from "./scenarios.ts";
import type { Scale, Suite, SuiteOptions } from "./suite.ts";

const ERRNOS = ["ENOSPC", "EDQUOT", "EIO", "EACCES", "EPERM", "EROFS", "EMFILE", "EXDEV", "ESTALE"];
const ERRORS: readonly Fault[] = ["short", "lie", ...ERRNOS.flatMap((errno) => [{ errno }, { errno, lasting: true }])];
const FAULTS: readonly Fault[] = ["kill", ...ERRORS];

/** Part of all operations that a run lets fail. */
type Part = Readonly<Record<Scale, number>>;
const IN_MEMORY: Part = { ci: 0.01, full: 0.3 };
const ON_DISK: Part = { ci: 0.001, full: 0.02 };

/** Something of which every operation can be made to fail. */
interface Subject {
  readonly name: string;
  readonly faults: readonly Fault[];
  readonly part: Part;
  /** Operations of a run without a fault. */
  readonly operations: number;
  /** @throws when a promise is broken */
  attempt(n: number, fault: Fault): Promise<void>;
}

export const suite: Suite = {
  name: "nth",
  goal: "Whichever operation on the disk fails, once or from then on, a command ends as it says and the next one finds the old set or the new one",
  run: async (options) => {
    await using lab = await openLab();
    const subjects: Subject[] = [];
    for (const story of STORIES) subjects.push(await acting(story), ...(await recovering(story)));
    for (const scenario of SCENARIOS) subjects.push(await commanding(await lab.open(scenario)));
    const tally = await runCases(casesOf(subjects, options), options, async ({ subject, n, fault }) => {
      await subject.attempt(n, fault).catch((error: unknown) => {
        const what = `${subject.name}, ${JSON.stringify(fault)} at operation ${n} of ${subject.operations}`;
        throw new Error(`${what}\n${error instanceof Error ? error.message : error}`, { cause: error });
      });
    });
    const operations = subjects.reduce((sum, subject) => sum + subject.operations, 0);
    return { ...tally, figures: { subjects: subjects.length, operations, faults: FAULTS.length }, skipped: [] };
  },
};

interface Case {
  readonly subject: Subject;
  readonly n: number;
  readonly fault: Fault;
}

function* casesOf(subjects: readonly Subject[], { seed, scale }: SuiteOptions): Generator<Case> {
  const random = seededRandom(seed);
  for (const subject of subjects) {
    for (const fault of subject.faults) {
      for (let n = 1; n <= subject.operations; n++) if (random() < subject.part[scale]) yield { subject, n, fault };
    }
  }
}

/** Doing it on a disk in memory. */
async function acting(story: Story): Promise<Subject> {
  return {
    name: story.name,
    faults: FAULTS,
    part: IN_MEMORY,
    operations: await countOperations(await story.lay(), (fs) => actOn(fs, story).then(() => undefined)),
    attempt: async (n, fault) => {
      const disk = await story.lay();
      const { done, failure } = await actOn(faultFileSystem(disk, n, fault), story);
      requireTyped(failure);
      const isOver = failure === undefined || (story.isUndone?.(failure) ?? false);
      await story.check(disk, { from: done, to: isOver ? done : done + 1 });
    },
  };
}

/** Where the changes were cut short whose recovery meets a fault, in parts of all operations. */
const CUTS = [0.3, 0.6, 0.8, 0.95];

/** Starting again after a kill. */
async function recovering(story: Story): Promise<readonly Subject[]> {
  const { recover } = story;
  if (!recover) return [];
  const operations = await countOperations(await story.lay(), (fs) => actOn(fs, story).then(() => undefined));
  const cut = async (part: number) => {
    const disk = await story.lay();
    const { done } = await actOn(faultFileSystem(disk, Math.ceil(operations * part), "kill"), story);
    return { disk, legal: { from: done, to: done + 1 } };
  };
  return Promise.all(
    CUTS.map(async (part) => ({
      name: `${story.name}, recovered from a kill at ${part}`,
      faults: FAULTS,
      part: IN_MEMORY,
      operations: await countOperations((await cut(part)).disk, recover),
      attempt: async (n: number, fault: Fault) => {
        const { disk, legal } = await cut(part);
        requireTyped(await recover(faultFileSystem(disk, n, fault)).catch((error: unknown) => error));
        await story.check(disk, legal);
      },
    })),
  );
}

async function countOperations(disk: MemoryFileSystem, run: (fs: FileSystem) => Promise<void>): Promise<number> {
  const counting = faultFileSystem(disk, 0, "kill");
  await run(counting);
  return counting.count();
}

async function actOn(fs: FileSystem, { acts }: Story): Promise<{ readonly done: number; readonly failure?: unknown }> {
  for (const [done, act] of acts.entries()) {
    try {
      await act(fs);
    } catch (failure) {
      return { done, failure };
    }
  }
  return { done: acts.length };
}

function requireTyped(failure: unknown): void {
  if (failure === undefined || failure instanceof Killed || isRoboportError(failure)) return;
  throw new Error(`It failed with no error of ours: ${String(failure)}`, { cause: failure });
}

/** A whole command on a real disk, in this process. */
async function commanding(stage: Stage): Promise<Subject> {
  const { server, scenario } = stage;
  const run = async (n: number, fault: Fault) => {
    await stage.reset();
    const faulty = faultFileSystem({ ...nodeFileSystem }, n, fault);
    const ended = await onDisk(faulty, () => server.run([...scenario.argv, "--json"]));
    // Its process would be gone, and this one is not.
    rmSync(join(server.root, ".roboport/lock.json"), { force: true });
    return { ended, operations: faulty.count() };
  };
  return {
    name: `roboport ${scenario.name}`,
    faults: ERRORS,
    part: ON_DISK,
    operations: (await run(0, "short")).operations,
    attempt: async (n, fault) => {
      const { ended } = await run(n, fault);
      await requireWhole(stage, endingOf(ended));
    },
  };
}
