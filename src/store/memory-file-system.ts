import { constants } from "node:fs";
import { basename, dirname } from "node:path";
import type { FileStatus, FileSystem, OpenFile } from "./file-system.ts";

/** A file or folder; names are elsewhere, so that one file may have several. */
interface Node {
  readonly ino: number;
  /** Undefined for a file. */
  readonly names: Map<string, Node> | undefined;
  bytes: Uint8Array;
  mode: number;
  uid: number;
  gid: number;
  mtimeMs: number;
}

/** A disk in memory. */
export interface MemoryFileSystem extends FileSystem {
  /** Every file and its text, folders with `/` at the end and no text. */
  dump(): Readonly<Record<string, string>>;
}

/**
 * A disk that lives and ends with its process: absolute paths, hard links and errors as POSIX has them, no symbolic
 * links, no permissions, room for 1 TiB.
 */
export function memoryFileSystem(): MemoryFileSystem {
  let inodes = 0;
  const makeNode = (isFolder: boolean, mode: number): Node => ({
    ino: ++inodes,
    names: isFolder ? new Map() : undefined,
    bytes: new Uint8Array(),
    mode,
    uid: 0,
    gid: 0,
    mtimeMs: inodes,
  });
  const root = makeNode(true, 0o755);
  const findNode = (path: string): Node | undefined =>
    path.split("/").reduce<Node | undefined>((node, name) => (name === "" ? node : enter(node, name)), root);
  const getNode = (path: string): Node => findNode(path) ?? fail("ENOENT", path);
  const getNames = (path: string): Map<string, Node> => getNode(path).names ?? fail("ENOTDIR", path);
  const getFile = (path: string): Node => {
    const node = getNode(path);
    return node.names ? fail("EISDIR", path) : node;
  };
  const add = (path: string, node: Node): void => {
    const names = getNames(dirname(path));
    if (names.has(basename(path))) fail("EEXIST", path);
    names.set(basename(path), node);
  };
  const memory: Synchronous = {
    open: (path, flags, mode = 0o666) => {
      if (!(flags & constants.O_CREAT)) return openNode(getNode(path), flags);
      const found = findNode(path);
      if (found && flags & constants.O_EXCL) fail("EEXIST", path);
      if (found) return openNode(found, flags);
      const node = makeNode(false, mode);
      add(path, node);
      return openNode(node, flags);
    },
    rename: (from, to) => {
      if (to.endsWith("/.")) fail("EBUSY", to);
      const node = getNode(from);
      const target = findNode(to);
      if (target === node) return;
      if (target?.names) fail("EISDIR", to);
      getNames(dirname(to)).set(basename(to), node);
      getNames(dirname(from)).delete(basename(from));
    },
    link: (from, to) => add(to, getFile(from)),
    clone: (_, to) => fail("ENOTSUP", to),
    unlink: (path) => {
      getFile(path);
      getNames(dirname(path)).delete(basename(path));
    },
    mkdir: (path) => add(path, makeNode(true, 0o755)),
    rmdir: (path) => {
      if (getNames(path).size > 0) fail("ENOTEMPTY", path);
      getNames(dirname(path)).delete(basename(path));
    },
    chown: (path, uid, gid) => void Object.assign(getNode(path), { uid, gid }),
    readdir: (path) => [...getNames(path).keys()],
    stat: (path) => statusOf(getNode(path)),
    lstat: (path) => statusOf(getNode(path)),
    access: (path) => void getNode(path),
    freeSpace: () => 2 ** 40,
  };
  return { ...promised(memory), dump: () => Object.fromEntries(list(root, "")) };
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

function enter(node: Node | undefined, name: string): Node | undefined {
  return node?.names?.get(name);
}

function openNode(node: Node, flags: number): OpenFile {
  return {
    read: async (buffer, position) => {
      if (node.names) fail("EISDIR", "read");
      const piece = node.bytes.subarray(position, position + buffer.byteLength);
      buffer.set(piece);
      return piece.byteLength;
    },
    write: async (bytes) => {
      if (!(flags & (constants.O_WRONLY | constants.O_RDWR))) fail("EBADF", "write");
      node.bytes = Buffer.concat([node.bytes, bytes]);
      node.mtimeMs++;
      return bytes.byteLength;
    },
    stat: async () => statusOf(node),
    sync: async () => {},
    chown: async (uid, gid) => void Object.assign(node, { uid, gid }),
    chmod: async (mode) => void Object.assign(node, { mode }),
    close: async () => {},
  };
}

function statusOf({ ino, mode, uid, gid, bytes, mtimeMs, names }: Node): FileStatus {
  const isFolder = names !== undefined;
  const size = bytes.byteLength;
  return { dev: 1, ino, mode, uid, gid, size, mtimeMs, isFile: () => !isFolder, isDirectory: () => isFolder };
}

function list(folder: Node, path: string): readonly (readonly [path: string, text: string])[] {
  return [...(folder.names ?? [])].flatMap(([name, node]) =>
    node.names
      ? [[`${path}/${name}/`, ""] as const, ...list(node, `${path}/${name}`)]
      : [[`${path}/${name}`, Buffer.from(node.bytes).toString("utf8")] as const],
  );
}

function fail(code: string, path: string): never {
  throw Object.assign(new Error(`${code}: in memory, ${path}`), { code, errno: -1 });
}
