import { parseHar } from "../capture/har-read.ts";
import { RoboportError } from "../errors.ts";
import { findText, parseAt } from "../installation/text-file.ts";
import { openApiDocument } from "../portal/contract/gaps/api-document.ts";
import { type GapReport, openGapFinder } from "../portal/contract/gaps/find-gaps.ts";

/** What captures have that the contract does not. */
export interface ApiDiff extends GapReport {
  /** Entries that tell no request over HTTP. */
  readonly unreadable: number;
}

const HAR_BYTES_MAX = 256 * 1024 * 1024;

/**
 * Compare captures with the contract.
 *
 * @param paths HAR files
 * @param portals hosts that are mod portals too
 * @throws {RoboportError} `USAGE` when there is no such file, `HAR_SHAPE`, `PERMISSION`, `DISK_ERROR`
 * @see rules GAP-1 to GAP-6 and HAR-1
 */
export async function diffApi(paths: readonly string[], portals: ReadonlySet<string>): Promise<ApiDiff> {
  const finder = openGapFinder(openApiDocument(), portals);
  let unreadable = 0;
  for (const path of paths) {
    const har = parseAt(path, await textOf(path), parseHar);
    unreadable += har.unreadable;
    for (const exchange of har.exchanges) finder.add(exchange);
  }
  return { ...finder.report(), unreadable };
}

async function textOf(path: string): Promise<string> {
  const text = await findText(path, HAR_BYTES_MAX);
  if (text !== undefined) return text;
  throw new RoboportError("USAGE", `Cannot read ${path}: there is no such file`, {
    hint: "Check the path.",
    data: { path },
  });
}
