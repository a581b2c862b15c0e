import { constants } from "node:fs";
import { dirname } from "node:path";
import { isRoboportError, RoboportError } from "../errors.ts";
import { XZ_MAGIC } from "../installation/game-archive.ts";
import { type GameArchive, type GameFiles, openGameFiles } from "../portal/game-files.ts";
import { sha256OfOpenFile } from "../store/digest.ts";
import { closing, type FileSystem, unlessErrno, writeAll } from "../store/file-system.ts";
import { openPlainFile } from "../store/plain-file.ts";
import { reasonOf, untilBroken } from "../store/until-broken.ts";
import type { Session } from "./session.ts";

/** Which archive to bring where. */
export interface GameDownload {
  /** A full version. */
  readonly version: string;
  /** `linux64` or `linux-arm64`. */
  readonly distro: string;
  /** Take one whose digest the website does not list. */
  readonly unverified: boolean;
  /** The file to bring it to; what a broken-off download left there is gone on with. */
  readonly path: string;
}

/** Interruptions in a row of which none brought a byte, and times that all of it came and was wrong. */
const STALLS_MAX = 4;
const WRONG_MAX = 2;
/** No headless server comes near it. */
const LENGTH_MAX = 4 * 1024 ** 3;
/** The archive, and what is unpacked from it: a game takes some three times its archive. */
const SPACE_FACTOR = 5;
const APPEND = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | (constants.O_NOFOLLOW ?? 0);

/**
 * Bring an archive of the game onto the disk, proved by the SHA-256 that the website lists.
 *
 * @throws {RoboportError} `NO_SUCH_RELEASE`, `DOWNLOAD_DIGEST`, `DOWNLOAD_LENGTH`, `GAME_ARCHIVE` for what is no xz or not
 *   listed, `DISK_FULL`, and whatever asking throws.
 * @see reference/portal-api.md §5.4, rules GAMEFILE-1, GAMEFILE-6, GAMEFILE-7 and GAMEFILE-9
 */
export async function downloadGame(session: Session, wanted: GameDownload): Promise<void> {
  const { emit } = session;
  const id = idOf(wanted);
  const website = openGameFiles(session.service("website"));
  const digests = await website.getDigests({ signal: session.signal });
  emit({ kind: "download-queued", id, size: undefined });
  try {
    const size = await bringWhole(session, { ...wanted, website, digests });
    emit({ kind: "download-verified", id, size });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    emit({ kind: "download-failed", id, code: isRoboportError(error) ? error.code : "INTERNAL", message });
    throw error;
  }
}

interface Bringing extends GameDownload {
  readonly website: GameFiles;
  readonly digests: ReadonlyMap<string, string>;
}

/** @returns its bytes */
async function bringWhole(session: Session, bringing: Bringing): Promise<number> {
  const { fs } = session.store();
  const { path } = bringing;
  for (let [stalls, wrongs] = [0, 0]; ; ) {
    const before = await sizeOf(fs, path);
    const part = await bringPart(session, bringing, before);
    const size = await sizeOf(fs, path);
    if (part.broken !== undefined) {
      session.signal.throwIfAborted();
      stalls = size > before ? 0 : stalls + 1;
      if (stalls > STALLS_MAX) throw gaveUp(bringing, part.broken);
      session.emit({ kind: "download-restarted", id: idOf(bringing), received: size, why: reasonOf(part.broken) });
      continue;
    }
    const wrong = await findFault(fs, bringing, part.sha256);
    if (!wrong) return size;
    await fs.unlink(path);
    // What was gone on with may have been of another whole.
    if (before === 0 || ++wrongs === WRONG_MAX) throw wrong;
    session.emit({ kind: "download-restarted", id: idOf(bringing), received: 0, why: wrong.message });
  }
}

interface Part {
  /** Why it broke off. */
  readonly broken?: unknown;
  /** As the website lists it. */
  readonly sha256: string | undefined;
}

async function bringPart(session: Session, bringing: Bringing, before: number): Promise<Part> {
  const { version, distro, website, path } = bringing;
  const { fs } = session.store();
  const { signal, emit } = session;
  const archive = await website.download({ version, build: "headless", distro }, { start: before, signal });
  try {
    const sha256 = requireListed(bringing, archive);
    if (archive.start === 0) await unlessErrno(["ENOENT"], fs.unlink(path));
    await requireSpace(fs, bringing, archive);
    const file = await fs.open(path, APPEND, 0o644);
    let received = archive.start;
    emit({ kind: "download-started", id: idOf(bringing), size: archive.length });
    const cause = await closing(file, async () => {
      const { pieces, broken } = untilBroken(archive.body);
      for await (const piece of pieces) {
        signal.throwIfAborted();
        received += piece.byteLength;
        if (received > (archive.length ?? LENGTH_MAX)) throw wrongLength(bringing, received, archive.length);
        await writeAll(file, piece);
        emit({ kind: "download-progress", id: idOf(bringing), received, size: archive.length });
      }
      return broken()?.cause;
    });
    const isShort = archive.length !== undefined && received < archive.length;
    return { sha256, broken: cause ?? (isShort ? wrongLength(bringing, received, archive.length) : undefined) };
  } finally {
    archive.discard();
  }
}

async function findFault(
  fs: FileSystem,
  bringing: GameDownload,
  expected: string | undefined,
): Promise<RoboportError | undefined> {
  return await closing(await openPlainFile(fs, bringing.path), async (file) => {
    const head = new Uint8Array(XZ_MAGIC.byteLength);
    await file.read(head, 0);
    if (Buffer.compare(head, XZ_MAGIC) !== 0) return refused(bringing, "what came is no xz");
    const actual = await sha256OfOpenFile(file);
    if (expected === undefined || actual === expected) return undefined;
    return new RoboportError(
      "DOWNLOAD_DIGEST",
      `Cannot use ${idOf(bringing)}: its SHA-256 is ${actual}, not ${expected}`,
      {
        hint: "Run the command again; if it stays so, the website serves other bytes than it lists.",
        data: { version: bringing.version, actual, expected },
      },
    );
  });
}

/** @throws {RoboportError} `GAME_ARCHIVE` when there is nothing to prove it by. */
function requireListed({ digests, ...wanted }: Bringing, { fileName }: GameArchive): string | undefined {
  const sha256 =
    digests.get(fileName) ??
    usualNames(wanted)
      .map((name) => digests.get(name))
      .find(Boolean);
  if (sha256 !== undefined || wanted.unverified) return sha256;
  throw new RoboportError("GAME_ARCHIVE", `Cannot prove ${fileName}: the website lists no digest of it`, {
    hint: "Choose another version, or pass --unverified to take it as it comes.",
    data: { fileName, version: wanted.version },
  });
}

/** What the archive is called where its address does not tell. */
function usualNames({ version, distro }: GameDownload): readonly string[] {
  if (distro !== "linux64") return [];
  return [`factorio-headless_linux_${version}.tar.xz`, `factorio_headless_x64_${version}.tar.xz`];
}

async function requireSpace(fs: FileSystem, wanted: GameDownload, { start, length }: GameArchive): Promise<void> {
  if (length === undefined) return;
  const needed = length * SPACE_FACTOR - start;
  const free = await fs.freeSpace(dirname(wanted.path));
  if (free >= needed) return;
  throw new RoboportError(
    "DISK_FULL",
    `Cannot install ${idOf(wanted)}: it needs ${needed} bytes, and ${free} are free`,
    {
      hint: `Free some space on the file system of ${dirname(wanted.path)} and run the command again.`,
      data: { needed, free },
    },
  );
}

async function sizeOf(fs: FileSystem, path: string): Promise<number> {
  return (await unlessErrno(["ENOENT"], fs.lstat(path)))?.size ?? 0;
}

function idOf({ version }: Pick<GameDownload, "version">): string {
  return `Factorio ${version}`;
}

function wrongLength(wanted: GameDownload, actual: number, expected = LENGTH_MAX): RoboportError {
  return new RoboportError("DOWNLOAD_LENGTH", `Cannot download ${idOf(wanted)}: ${actual} bytes came of ${expected}`, {
    hint: "Run the command again; what came is kept.",
    data: { version: wanted.version, actual, expected },
  });
}

function refused(wanted: GameDownload, why: string): RoboportError {
  return new RoboportError("GAME_ARCHIVE", `Cannot use ${idOf(wanted)}: ${why}`, {
    hint: "Check whether a proxy or login page stands between here and the game's website.",
    data: { version: wanted.version },
  });
}

function gaveUp(wanted: GameDownload, cause: unknown): RoboportError {
  return new RoboportError(
    "PORTAL_UNREACHABLE",
    `Cannot download ${idOf(wanted)}: it keeps breaking off (${reasonOf(cause)})`,
    { hint: "Check the network and run the command again; what came is kept.", cause },
  );
}
