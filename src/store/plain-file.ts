import { RoboportError } from "../errors.ts";
import { closing, errnoOf, type FileSystem, type OpenFile, READ_PLAIN, unlessErrno } from "./file-system.ts";

/**
 * Open a plain file for reading: a symbolic link, pipe, socket or device is refused without waiting for it.
 *
 * @throws Node's error, or a RoboportError `DISK_ERROR` for what is not a plain file.
 * @see reference/reliability.md §0, finding 13, rule DISK-6
 */
export async function openPlainFile(fs: FileSystem, path: string): Promise<OpenFile> {
  const file = await fs.open(path, READ_PLAIN).catch((error: unknown) => {
    throw isNoPlainFile(error) ? notPlain(path, error) : error;
  });
  try {
    if ((await file.stat()).isFile()) return file;
    throw notPlain(path);
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** What opening a symbolic link, a socket or a folder says. */
function isNoPlainFile(error: unknown): boolean {
  return ["ELOOP", "ENXIO", "EISDIR"].includes(errnoOf(error) ?? "");
}

function notPlain(path: string, cause?: unknown): RoboportError {
  return new RoboportError("DISK_ERROR", `Cannot read ${path}: it is not a plain file`, {
    hint: `Move ${path} away, or replace it by the file it stands for.`,
    cause,
  });
}

const PIECE = 512 * 1024;

/**
 * Read an open file from its beginning, piece by piece, the next one while `take` works on the last; a piece is overwritten
 * by the one after the next.
 */
export async function readPieces(file: OpenFile, take: (piece: Uint8Array) => unknown): Promise<void> {
  const { size } = await file.stat();
  const room = () => Buffer.allocUnsafeSlow(Math.min(PIECE, size + 1));
  let [filled, free] = [room(), room()];
  let position = 0;
  for (let length = await file.read(filled, 0); length > 0; [filled, free] = [free, filled]) {
    position += length;
    const reading = file.read(free, position);
    // Nobody closes the file meanwhile.
    const [taken, next] = await Promise.allSettled([Promise.resolve(filled.subarray(0, length)).then(take), reading]);
    if (taken.status === "rejected") throw taken.reason;
    if (next.status === "rejected") throw next.reason;
    length = next.value;
  }
}

/** More than any file that is read as a whole. */
const WHOLE_MAX = 256 * 1024 * 1024;

/**
 * All bytes of a plain file, undefined when there is none.
 *
 * @throws Node's error, or a RoboportError `DISK_ERROR` for what is not a plain file, or is larger than 256 MiB.
 */
export async function findBytes(fs: FileSystem, path: string): Promise<Buffer | undefined> {
  const file = await unlessErrno(["ENOENT", "ENOTDIR"], openPlainFile(fs, path));
  if (!file) return undefined;
  const pieces: Buffer[] = [];
  await closing(file, async () => {
    if ((await file.stat()).size > WHOLE_MAX) throw tooLarge(path);
    await readPieces(file, (piece) => pieces.push(Buffer.from(piece)));
  });
  return Buffer.concat(pieces);
}

function tooLarge(path: string): RoboportError {
  return new RoboportError("DISK_ERROR", `Cannot read ${path}: it is larger than ${WHOLE_MAX} bytes`, {
    hint: `Move ${path} away, or put the right file in its place.`,
    data: { path },
  });
}
