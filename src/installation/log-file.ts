import { open } from "node:fs/promises";
import { dirname } from "node:path";
import { RoboportError } from "../errors.ts";
import { findLogRecord, type LogRecord } from "../game/factorio-log.ts";
import { diskError } from "../store/disk-error.ts";
import { errnoOf } from "../store/file-system.ts";

/** Longer lines are cut: mods write whole tables into a log. */
const LINE_MAX = 64 * 1024;
/** Further lines of one entry are dropped. */
const MORE_MAX = 100;

/**
 * Walk over the entries of a log, whatever its size.
 *
 * @throws {RoboportError} `LOG_SHAPE` for a file without any, `USAGE` when there is no such file, `PERMISSION`, `DISK_ERROR`
 * @see reference/formats.md §13, rules LOG-1 and LOG-6
 */
export async function* readLog(path: string): AsyncGenerator<LogRecord> {
  let current: LogRecord | undefined;
  let number = 0;
  for await (const line of readLines(path)) {
    number++;
    const record = findLogRecord(line, number);
    if (record) {
      if (current) yield current;
      current = record;
    } else if (current && current.more.length < MORE_MAX) current = { ...current, more: [...current.more, line] };
  }
  if (!current) {
    throw new RoboportError("LOG_SHAPE", `Cannot read ${path}: it is no log of the game`, {
      hint: "Pass factorio-current.log or factorio-previous.log from the folder the game writes to.",
      data: { path },
    });
  }
  yield current;
}

async function* readLines(path: string): AsyncGenerator<string> {
  let rest = "";
  try {
    const file = await open(path);
    for await (const piece of file.createReadStream({ encoding: "utf8" })) {
      const lines = (rest + String(piece)).split("\n");
      rest = (lines.pop() ?? "").slice(0, LINE_MAX);
      for (const line of lines) yield line.slice(0, LINE_MAX).replace(/\r$/, "");
    }
  } catch (error) {
    throw await readingFailed(error, path);
  }
  if (rest !== "") yield rest;
}

async function readingFailed(error: unknown, path: string): Promise<unknown> {
  if (!["ENOENT", "ENOTDIR", "EISDIR"].includes(errnoOf(error) ?? "")) {
    return await diskError(error, { message: `Cannot read ${path}`, folder: dirname(path) });
  }
  const hint = "Check the path; the game writes factorio-current.log beside its saves/ folder.";
  return new RoboportError("USAGE", `Cannot read ${path} (${errnoOf(error)})`, { hint, data: { path }, cause: error });
}
