import {
  type DiskEntry,
  type DiskEvent,
  type DiskImage,
  type DiskNode,
  memoryFileSystem,
  type MemoryFileSystem,
} from "./memory-file-system.ts";

/** A disk in memory that remembers how it came to be what it is. */
export interface CrashFileSystem extends MemoryFileSystem {
  /** Everything that happened since it was opened. */
  readonly events: readonly DiskEvent[];
  /**
   * What the disk may hold when the power fails after the first `at` events: all that was synchronised; of other bytes
   * all, none, half or zeros; of other names the first so many, the last so many, all but one, or one. ext4 and XFS,
   * which bring names to the disk in their order, leave no other state than these. The same may come more than once.
   */
  crashes(at: number): Generator<DiskImage>;
}

/** What becomes of bytes that were written and not synchronised, by how many there are. */
const DATA_FATES: readonly ((bytes: Uint8Array) => Uint8Array)[] = [
  (bytes) => bytes,
  () => new Uint8Array(),
  (bytes) => bytes.subarray(0, Math.floor(bytes.byteLength / 2)),
  (bytes) => new Uint8Array(bytes.byteLength),
];

/**
 * A disk of which every crash can be had.
 *
 * @param image what is on the disk for good
 * @see reference/reliability.md §1 (SQLite), §3.3
 */
export function crashFileSystem(image?: DiskImage): CrashFileSystem {
  const events: DiskEvent[] = [];
  const memory = memoryFileSystem({ ...(image && { image }), record: (event) => events.push(event) });
  const base = image ?? memoryFileSystem().image();
  return {
    ...memory,
    events,
    *crashes(at) {
      const past = events.slice(0, at);
      const syncs = lastSyncs(past);
      const entries = namings(past);
      const pending = entries.filter((naming) => !isDurable(naming, syncs));
      for (const fate of hasUnsyncedData(past, syncs) ? DATA_FATES : DATA_FATES.slice(0, 1)) {
        const written = withBytes(base, { past, syncs, fate });
        for (const lost of losses(pending)) {
          const kept = entries.filter((naming) => !lost.has(naming));
          yield withNames(
            written,
            kept.flatMap((naming) => naming.entries),
          );
        }
      }
    },
  };
}

/** When each file and folder was synchronised last. */
type Syncs = ReadonlyMap<number, number>;

function lastSyncs(past: readonly DiskEvent[]): Syncs {
  return new Map(past.flatMap((event, at) => (event.kind === "synced" ? [[event.ino, at]] : [])));
}

/** A change of names, and when it happened. */
interface Naming {
  readonly at: number;
  readonly entries: readonly DiskEntry[];
}

function namings(past: readonly DiskEvent[]): readonly Naming[] {
  return past.flatMap((event, at) => (event.kind === "named" ? [{ at, entries: event.entries }] : []));
}

function isDurable({ at, entries }: Naming, syncs: Syncs): boolean {
  return entries.some(({ folder }) => isSynced(folder, at, syncs));
}

function isSynced(ino: number, at: number, syncs: Syncs): boolean {
  return (syncs.get(ino) ?? -1) > at;
}

function hasUnsyncedData(past: readonly DiskEvent[], syncs: Syncs): boolean {
  return past.some((event, at) => event.kind === "written" && !isSynced(event.ino, at, syncs));
}

/** Which of the changes that are not synchronised may be lost together. */
function losses(pending: readonly Naming[]): readonly ReadonlySet<Naming>[] {
  const tails = Array.from({ length: pending.length + 1 }, (_, from) => new Set(pending.slice(from)));
  const one = pending.map((naming) => new Set([naming]));
  const allButOne = pending.map((naming) => new Set(pending.filter((each) => each !== naming)));
  const heads = pending.map((_, to) => new Set(pending.slice(0, to)));
  return [...tails, ...one, ...allButOne, ...heads];
}

interface Writes {
  readonly past: readonly DiskEvent[];
  readonly syncs: Syncs;
  /** What becomes of bytes that were not synchronised. */
  fate(bytes: Uint8Array): Uint8Array;
}

function withBytes(base: DiskImage, { past, syncs, fate }: Writes): DiskImage {
  const nodes = new Map<number, DiskNode>(base);
  for (const [at, event] of past.entries()) {
    if (event.kind === "made") nodes.set(event.node.ino, event.node);
    const node = event.kind === "written" ? nodes.get(event.ino) : undefined;
    if (event.kind !== "written" || !node) continue;
    const bytes = isSynced(event.ino, at, syncs) ? event.bytes : fate(event.bytes);
    nodes.set(event.ino, { ...node, bytes: Buffer.concat([node.bytes, bytes]), mtimeMs: node.mtimeMs + 1 });
  }
  return nodes;
}

function withNames(base: DiskImage, entries: readonly DiskEntry[]): DiskImage {
  const changed = new Map<number, Map<string, number>>();
  for (const { folder, name, ino } of entries) {
    const names = changed.get(folder) ?? new Map(base.get(folder)?.names);
    changed.set(folder, names);
    if (ino === undefined) names.delete(name);
    else names.set(name, ino);
  }
  const nodes = new Map<number, DiskNode>(base);
  for (const [ino, names] of changed) {
    const folder = base.get(ino);
    if (folder) nodes.set(ino, { ...folder, names });
  }
  return nodes;
}
