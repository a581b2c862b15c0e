import { isRoboportError } from "../src/errors.ts";
import { writeAtomic } from "../src/store/atomic-file.ts";
import { openStore } from "../src/store/blob-store.ts";
import { createDigester } from "../src/store/digest.ts";
import { CREATE_NEW, closing, type FileSystem, writeAll } from "../src/store/file-system.ts";
import { type MemoryFileSystem, memoryFileSystem } from "../src/store/memory-file-system.ts";
import {
  AFTER,
  AFTER_BACK,
  BEFORE,
  changeBack,
  changeSet,
  changeSetAhead,
  isKept,
  isLeft,
  laidOut,
  recoverSet,
  requireOneOf,
} from "./set-change.ts";

/** Something that is done to a disk, and what has to be true whenever the power fails meanwhile. */
export interface Story {
  readonly name: string;
  /** The disk before, everything on it for good. */
  lay(): Promise<MemoryFileSystem>;
  /** One after the other; each that returned is a promise given. */
  readonly acts: readonly ((fs: FileSystem) => Promise<void>)[];
  /**
   * Start again on what the power cut left.
   *
   * @throws when the disk is none of the legal ones
   */
  check(disk: MemoryFileSystem, legal: Legal): Promise<void>;
  /** What `check` does first and may be cut short itself. */
  recover?(fs: FileSystem): Promise<void>;
  /** True when an act that failed promises that it changed nothing. */
  isUndone?(failure: unknown): boolean;
}

/** How many acts may show on the disk. */
export interface Legal {
  /** So many had returned. */
  readonly from: number;
  /** One more where one was under way. */
  readonly to: number;
}

const [OLD, NEW] = ["the old text", "the new text, which is longer than the old one"];

function rewriting(name: string, write: (fs: FileSystem) => Promise<void>): Story {
  return {
    name,
    lay: async () => {
      const disk = memoryFileSystem();
      await writeAtomic("/list", OLD, { fs: disk });
      return disk;
    },
    acts: [write],
    check: async (disk, { from, to }) => {
      const text = disk.dump()["/list"] ?? "nothing";
      if (![OLD, NEW].slice(from, to + 1).includes(text)) throw new Error(`The file holds ${JSON.stringify(text)}`);
    },
  };
}

const keeping: Story = {
  name: "a zip is taken into the store",
  lay: async () => {
    const disk = memoryFileSystem();
    await writeAtomic("/put", OLD, { fs: disk });
    return disk;
  },
  acts: [
    async (fs) => {
      const store = openStore({ dir: "/cache", fs });
      await store.adopt("/put");
      await store.settle();
    },
    async (fs) => {
      const store = openStore({ dir: "/cache", fs });
      const draft = (text: string) =>
        store.draft(async (file) => {
          const digester = createDigester();
          digester.update(Buffer.from(text));
          await writeAll(file, Buffer.from(text));
          return digester.digests();
        });
      await store.keep([await draft(NEW), await draft(OLD)]);
      await store.settle();
    },
  ],
  check: async (disk, { from }) => {
    for (const content of [OLD, NEW].slice(0, from)) {
      if (!isKept(disk, content)) throw new Error(`The store has lost ${content}`);
    }
    const broken = Object.entries(disk.dump()).filter(
      ([path, text]) => path.startsWith("/cache/blobs-v1/") && !path.endsWith("/") && ![OLD, NEW].includes(text),
    );
    if (broken.length > 0) throw new Error(`A blob is not whole: ${JSON.stringify(broken)}`);
  },
};

const SETS = [BEFORE, AFTER, AFTER_BACK] as const;

/** After a crash the next recovery makes it the set before the last promise or the one after. */
async function requireLegalSet(disk: MemoryFileSystem, { from, to }: Legal): Promise<void> {
  await recoverSet(disk);
  requireOneOf(disk, SETS.slice(from, to + 1));
  if (await isLeft(disk)) throw new Error("Something is left to be recovered");
  if (from > 0 && !["old", "rotten"].every((content) => isKept(disk, content))) {
    throw new Error("What was removed or replaced is lost");
  }
}

/** The change failed and says that nothing has changed. */
function isUndone(failure: unknown): boolean {
  return isRoboportError(failure) && failure.data?.["undone"] !== false;
}

const changing: Story = {
  name: "a set is changed, and changed back",
  lay: laidOut,
  acts: [changeSet, changeBack],
  check: requireLegalSet,
  recover: recoverSet,
  isUndone,
};

const changingAhead: Story = {
  ...changing,
  name: "a set is changed by zips that were copied ahead",
  acts: [changeSetAhead],
};

/** A change that meets a file it cannot replace, and is taken back. */
const takingBack: Story = {
  name: "a change is taken back",
  lay: laidOut,
  acts: [
    async (fs) => {
      const stuck: FileSystem = {
        ...fs,
        rename: (from, to) =>
          from.endsWith(".new") && to.endsWith("roboport.lock")
            ? Promise.reject(Object.assign(new Error("EBUSY: stuck"), { code: "EBUSY", errno: -16 }))
            : fs.rename(from, to),
      };
      const failure = await changeSet(stuck).catch((error: unknown) => error);
      if (!isUndone(failure)) throw failure;
    },
  ],
  check: async (disk, { from }) => {
    await recoverSet(disk);
    requireOneOf(disk, from > 0 ? [BEFORE] : [BEFORE, AFTER]);
  },
  recover: recoverSet,
};

export const STORIES: readonly Story[] = [
  rewriting("a file is replaced", (fs) => writeAtomic("/list", NEW, { fs })),
  keeping,
  changing,
  changingAhead,
  takingBack,
];

/** What a careless writer leaves out. */
interface Care {
  readonly syncsFile: boolean;
  readonly syncsFolder: boolean;
  readonly looksAtCount: boolean;
}

function writeCarelessly({ syncsFile, syncsFolder, looksAtCount }: Care): (fs: FileSystem) => Promise<void> {
  return async (fs) => {
    await closing(await fs.open("/.list.tmp", CREATE_NEW, 0o644), async (file) => {
      if (looksAtCount) await writeAll(file, Buffer.from(NEW));
      else await file.write(Buffer.from(NEW));
      if (syncsFile) await file.sync();
    });
    await fs.rename("/.list.tmp", "/list");
    if (syncsFolder) await closing(await fs.open("/", 0), (folder) => folder.sync());
  };
}

const CAREFUL: Care = { syncsFile: true, syncsFolder: true, looksAtCount: true };

/** Writers that break a promise: a laboratory that does not see it proves nothing. */
export const PLANTED: readonly Story[] = [
  rewriting("without synchronising the file", writeCarelessly({ ...CAREFUL, syncsFile: false })),
  rewriting("without synchronising the folder", writeCarelessly({ ...CAREFUL, syncsFolder: false })),
  rewriting("without looking how much was written", writeCarelessly({ ...CAREFUL, looksAtCount: false })),
];

/** The same with all the care there is: the difference is the fault, not the harness. */
export const CAREFUL_WRITER: Story = rewriting("with all care", writeCarelessly(CAREFUL));
