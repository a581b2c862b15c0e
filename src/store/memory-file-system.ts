import { constants } from "node:fs";
import { basename, dirname } from "node:path";
import type { FileStatus, FileSystem, OpenFile } from "./file-system.ts";

/** A file or folder; names are elsewhere, so that one file may have several. */
export interface DiskNode {
  readonly ino: number;
  /** Numbers of what lies in a folder; undefined for a file. */
  readonly names: ReadonlyMap<string, number> | undefined;
  readonly bytes: Uint8Array;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeMs: number;
}

/** All files and folders of a disk by their numbers; the root has the smallest. */
export type DiskImage = ReadonlyMap<number, DiskNode>;

/** One step of a disk's life. */
export type DiskEvent =
  | { readonly kind: "made"; readonly node: DiskNode }
  /** Names that come, change and go together. */
  | { readonly kind: "named"; readonly entries: readonly DiskEntry[] }
  /** Bytes behind those that a file has. */
  | { readonly kind: "written"; readonly ino: number; readonly bytes: Uint8Array }
  | { readonly kind: "synced"; readonly ino: number };

/** What a name in a folder means from now on; nothing when there is no number. */
export interface DiskEntry {
  readonly folder: number;
  readonly name: string;
  readonly ino: number | undefined;
}

/** A disk in memory. */
export interface MemoryFileSystem extends FileSystem {
  /** Every file and its text, folders with `/` at the end and no text. */
  dump(): Readonly<Record<string, string>>;
  image(): DiskImage;
}

export interface MemoryFileSystemOptions {
  /** What the disk holds; an empty root when not given. */
  readonly image?: DiskImage;
  /** Told everything that happens to the disk. */
  readonly record?: (event: DiskEvent) => void;
}

const ROOT = 1;

/**
 * A disk that lives and ends with its process: absolute paths, hard links and errors as POSIX has them, no symbolic
 * links, no permissions, room for 1 TiB.
 */
export function memoryFileSystem({ image, record = () => {} }: MemoryFileSystemOptions = {}): MemoryFileSystem {
  const nodes = new Map<number, Node>([...(image ?? emptyImage())].map(([ino, node]) => [ino, openedNode(node)]));
  let last = Math.max(...nodes.keys());
  const find = (path: string): Node | undefined => {
    let node = nodes.get(ROOT);
    for (const name of path.split("/")) if (name !== "") node = nodes.get(node?.names?.get(name) ?? 0);
    return node;
  };
  const get = (path: string): Node => find(path) ?? fail("ENOENT", path);
  const getFolder = (path: string): Folder => {
    const node = get(path);
    return isFolder(node) ? node : fail("ENOTDIR", path);
  };
  const getFile = (path: string): Node => {
    const node = get(path);
    return node.names ? fail("EISDIR", path) : node;
  };
  const entry = (path: string, ino: number | undefined): DiskEntry => {
    return { folder: getFolder(dirname(path)).ino, name: basename(path), ino };
  };
  const rename = (...entries: readonly DiskEntry[]): void => {
    for (const { folder, name, ino } of entries) {
      const names = nodes.get(folder)?.names;
      if (ino === undefined) names?.delete(name);
      else names?.set(name, ino);
    }
    record({ kind: "named", entries });
  };
  const add = (path: string, node: Node): Node => {
    if (find(path)) fail("EEXIST", path);
    const added = entry(path, node.ino);
    if (!nodes.has(node.ino)) {
      nodes.set(node.ino, node);
      record({ kind: "made", node: { ...node, names: node.names && new Map() } });
    }
    rename(added);
    return node;
  };
  const memory: Synchronous = {
    open: (path, flags, mode = 0o666) => {
      const found = flags & constants.O_CREAT ? find(path) : get(path);
      if (found && flags & constants.O_CREAT && flags & constants.O_EXCL) fail("EEXIST", path);
      return openNode(found ?? add(path, makeNode(++last, { mode })), { flags, record });
    },
    rename: (from, to) => {
      if (to.endsWith("/.")) fail("EBUSY", to);
      const { ino } = get(from);
      const target = find(to);
      if (target?.ino === ino) return;
      if (target?.names) fail("EISDIR", to);
      rename(entry(from, undefined), entry(to, ino));
    },
    link: (from, to) => void add(to, getFile(from)),
    clone: (_, to) => fail("ENOTSUP", to),
    unlink: (path) => {
      getFile(path);
      rename(entry(path, undefined));
    },
    mkdir: (path) => void add(path, makeNode(++last, { mode: 0o755, names: new Map() })),
    rmdir: (path) => {
      if (getFolder(path).names.size > 0) fail("ENOTEMPTY", path);
      rename(entry(path, undefined));
    },
    chown: (path, uid, gid) => void Object.assign(get(path), { uid, gid }),
    readdir: (path) => [...getFolder(path).names.keys()],
    stat: (path) => statusOf(get(path)),
    lstat: (path) => statusOf(get(path)),
    access: (path) => void get(path),
    freeSpace: () => 2 ** 40,
  };
  return {
    ...promised(memory),
    dump: () => Object.fromEntries(list(nodes, ROOT, "")),
    image: () => new Map([...nodes].map(([ino, node]) => [ino, openedNode(node)])),
  };
}

/** The same while it changes. */
interface Node extends DiskNode {
  readonly names: Map<string, number> | undefined;
  bytes: Uint8Array;
  mode: number;
  uid: number;
  gid: number;
  mtimeMs: number;
}

interface Folder extends Node {
  readonly names: Map<string, number>;
}

function isFolder(node: Node): node is Folder {
  return node.names !== undefined;
}

function emptyImage(): DiskImage {
  return new Map([[ROOT, makeNode(ROOT, { mode: 0o755, names: new Map() })]]);
}

function makeNode(ino: number, { mode, names }: { readonly mode: number; readonly names?: Map<string, number> }): Node {
  return { ino, names, bytes: new Uint8Array(), mode, uid: 0, gid: 0, mtimeMs: ino };
}

/** A copy that may change; bytes are replaced as a whole and can be shared. */
function openedNode(node: DiskNode): Node {
  return { ...node, names: node.names && new Map(node.names) };
}

/** The same methods without promises. */
type Synchronous = {
  readonly [K in keyof FileSystem]: (...args: Parameters<FileSystem[K]>) => Awaited<ReturnType<FileSystem[K]>>;
};

function promised(memory: Synchronous): FileSystem {
  const methods = Object.entries(memory).map(([name, method]) => [
    name,
    async (...args: readonly unknown[]) => Reflect.apply(method, undefined, args),
  ]);
  return Object.fromEntries(methods);
}

interface Opening {
  readonly flags: number;
  record(event: DiskEvent): void;
}

function openNode(node: Node, { flags, record }: Opening): OpenFile {
  return {
    read: async (buffer, position) => {
      if (node.names) fail("EISDIR", "read");
      const piece = node.bytes.subarray(position, position + buffer.byteLength);
      buffer.set(piece);
      return piece.byteLength;
    },
    write: async (bytes) => {
      if (!(flags & (constants.O_WRONLY | constants.O_RDWR))) fail("EBADF", "write");
      appendBytes(node, bytes);
      record({ kind: "written", ino: node.ino, bytes: bytes.slice() });
      return bytes.byteLength;
    },
    stat: async () => statusOf(node),
    sync: async () => record({ kind: "synced", ino: node.ino }),
    chown: async (uid, gid) => void Object.assign(node, { uid, gid }),
    chmod: async (mode) => void Object.assign(node, { mode }),
    close: async () => {},
  };
}

function appendBytes(node: Node, bytes: Uint8Array): void {
  node.bytes = Buffer.concat([node.bytes, bytes]);
  node.mtimeMs++;
}

function statusOf({ ino, mode, uid, gid, bytes, mtimeMs, names }: Node): FileStatus {
  const isDirectory = names !== undefined;
  const size = bytes.byteLength;
  return { dev: 1, ino, mode, uid, gid, size, mtimeMs, isFile: () => !isDirectory, isDirectory: () => isDirectory };
}

function list(nodes: DiskImage, ino: number, path: string): readonly (readonly [path: string, text: string])[] {
  return [...(nodes.get(ino)?.names ?? [])].flatMap(([name, number]) => {
    const node = nodes.get(number);
    if (!node) return [];
    if (!node.names) return [[`${path}/${name}`, Buffer.from(node.bytes).toString("utf8")] as const];
    return [[`${path}/${name}/`, ""] as const, ...list(nodes, number, `${path}/${name}`)];
  });
}

function fail(code: string, path: string): never {
  throw Object.assign(new Error(`${code}: in memory, ${path}`), { code, errno: -1 });
}
