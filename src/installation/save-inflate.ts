import { constants, inflateRawSync, inflateSync } from "node:zlib";
import { RoboportError } from "../errors.ts";

/** Inflated bytes in which the head of a map has to lie: the size of a chunk. */
const HEAD_MAX = 1024 * 1024;

/** True for a chunk of a map, which is a zlib stream; a map itself begins with the number of a game version below 100. */
export function isZlib(bytes: Uint8Array): boolean {
  return bytes[0] === 0x78;
}

/**
 * Inflate what is there of a stream that is cut off anywhere, at most a megabyte of it.
 *
 * @throws {RoboportError} `SAVE_SHAPE` when it is no such stream.
 */
export function inflatePrefix(packed: Uint8Array, format: "raw" | "zlib"): Buffer {
  const inflate = format === "raw" ? inflateRawSync : inflateSync;
  try {
    return inflate(packed, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: HEAD_MAX });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    // A shorter beginning inflates to less; at most to a thousand times its size.
    if (code === "ERR_BUFFER_TOO_LARGE") return inflatePrefix(packed.subarray(0, packed.byteLength >> 1), format);
    if (!code.startsWith("Z_")) throw error;
    throw new RoboportError("SAVE_SHAPE", `Cannot read the save: its map cannot be inflated (${code})`, {
      hint: "The file is damaged: copy it again, or use an older _autosave.",
      data: { reason: "damaged" },
      cause: error,
    });
  }
}
