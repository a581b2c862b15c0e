import { RoboportError } from "../../errors.ts";
import { nodeFileSystem } from "../../store/file-system.ts";
import { openPlainFile } from "../../store/plain-file.ts";
import { type Pieces, streamPieces } from "../byte-pieces.ts";

/** A part of a file that is not empty; both places are included. */
export interface FileSpan {
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

/** The bytes as a stream. The file is opened with the first read. */
export function streamSpan(span: FileSpan): ReadableStream<Uint8Array> {
  return streamPieces(() => openSpan(span));
}

/**
 * Open a part of a file to be read.
 *
 * @throws {RoboportError} `STATE_SHAPE`, from reading, when the file ends early.
 */
export async function openSpan({ path, start, end }: FileSpan): Promise<Pieces> {
  const file = await openPlainFile(nodeFileSystem, path);
  let at = start;
  return {
    read: async (room) => {
      if (at > end) return 0;
      const length = await file.read(room.subarray(0, end + 1 - at), at);
      if (length === 0) throw endsEarly();
      at += length;
      return length;
    },
    close: file.close,
  };
}

function endsEarly(): RoboportError {
  return new RoboportError("STATE_SHAPE", "A zip in the store ends early", {
    hint: "Run `roboport serve check` to see what is missing or damaged.",
  });
}
