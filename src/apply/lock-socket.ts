import { constants } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { join } from "node:path";
import { errnoOf } from "../store/file-system.ts";

/** A socket that the kernel closes when its process ends, however it ends. */
export interface Listener {
  close(): Promise<void>;
}

/**
 * Listen where only one process of this machine can: an abstract socket on Linux, a named pipe on Windows.
 *
 * @returns undefined when another process does; elsewhere, where there is no such place, a listener that guards nothing
 */
export async function listenAsOnly(folder: string): Promise<Listener | undefined> {
  const { dev, ino } = await stat(folder);
  const name = `roboport-${dev}-${ino}`;
  if (process.platform === "linux") return listen(`\0${name}`, ["EADDRINUSE"]);
  if (process.platform === "win32") return listen(`\\\\.\\pipe\\${name}`, ["EADDRINUSE", "EACCES"]);
  return { close: async () => {} };
}

/** File systems that hold no sockets answer one of these. */
const NO_SOCKETS = ["EPERM", "EACCES", "ENOTSUP", "EOPNOTSUPP", "EINVAL"];

/**
 * Listen in the folder itself, where processes of other containers can reach it: abstract sockets end at a container.
 *
 * @returns undefined where that cannot be done
 */
export async function listenAsOwner(folder: string, nonce: string): Promise<Listener | undefined> {
  const handle = await openShortcut(folder);
  if (!handle) return undefined;
  try {
    const listener = await listen(shortcut(handle, nonce), NO_SOCKETS);
    if (listener) return { close: () => listener.close().finally(() => handle.close()) };
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  return undefined;
}

/** Whether the process that listened as this owner lives; undefined where that cannot be asked. */
export async function answersAt(folder: string, nonce: string): Promise<boolean | undefined> {
  const handle = await openShortcut(folder);
  if (!handle) return undefined;
  try {
    return await isAnswered(shortcut(handle, nonce));
  } finally {
    await handle.close();
  }
}

/** The file name of an owner's socket. */
function socketName(nonce: string): string {
  return `lock-${nonce}.sock`;
}

/** The path of a socket takes 107 bytes at most; through an open folder it always fits. */
function openShortcut(folder: string): Promise<FileHandle> | undefined {
  return process.platform === "linux" ? open(folder, constants.O_RDONLY | constants.O_DIRECTORY) : undefined;
}

function shortcut(handle: FileHandle, nonce: string): string {
  return join(`/proc/self/fd/${handle.fd}`, socketName(nonce));
}

/** @returns undefined when it fails with one of these codes */
function listen(path: string, expected: readonly string[]): Promise<Listener | undefined> {
  const server = createServer((socket) => socket.destroy());
  server.unref();
  return new Promise((resolve, reject) => {
    server.once("error", (error) => (expected.includes(errnoOf(error) ?? "") ? resolve(undefined) : reject(error)));
    server.listen(path, () => resolve({ close: () => closed(server) }));
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve, reject) => server.close((error) => (error ? reject(error) : resolve())));
}

function isAnswered(path: string): Promise<boolean | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", (error) => {
      const errno = errnoOf(error) ?? "";
      if (["ECONNREFUSED", "ENOENT"].includes(errno)) resolve(false);
      // Too many ask it at this moment.
      else if (errno === "EAGAIN") resolve(true);
      else if (["EACCES", "EPERM"].includes(errno)) resolve(undefined);
      else reject(error);
    });
  });
}
