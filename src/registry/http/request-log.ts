import type { Observer, Outcome } from "./front.ts";
import type { Passage } from "./passage.ts";

/** How requests are written down. */
export type LogFormat = "json" | "text";

/** How and where requests are written down. */
export interface RequestLogOptions {
  readonly format: LogFormat;
  /** Takes one line without its end. */
  readonly write: (line: string) => void;
  readonly clock: () => Date;
}

/** Asked every few seconds by whoever watches over the server. */
const PROBES = new Set(["/healthz", "/readyz", "/metrics"]);

/**
 * One line for each request. Of its URL the path alone, because queries carry tokens and signatures; never a header, but who
 * it turned out to be.
 *
 * @see rules HTTP-34 and HTTP-35
 */
export function openRequestLog({ format, write, clock }: RequestLogOptions): Observer {
  const lineOf = format === "json" ? jsonLine : textLine;
  return (passage, outcome) => {
    const path = loggedPath(passage.target);
    if (!PROBES.has(path) || outcome.status >= 400) write(lineOf({ at: clock(), path, passage, outcome }));
  };
}

/** A path that does no harm: the last part of an upload URL is a secret, and a terminal obeys some characters. */
function loggedPath(target: string): string {
  const path = target.replace(/^[a-z]+:\/\/[^/?#]*/i, "").split(/[?#]/, 1)[0] ?? "";
  return path
    .slice(0, 500)
    .replace(/(\/finish_[a-z]+\/)[^/]*/, "$1…")
    .replace(/[^!-~…]/g, "?");
}

/** What stands in a line. */
interface Logged {
  readonly at: Date;
  readonly path: string;
  readonly passage: Passage;
  readonly outcome: Outcome;
}

function jsonLine({ at, path, passage, outcome }: Logged): string {
  const { method, status, milliseconds, bytes, isWhole } = outcome;
  const { id, user, address } = passage;
  return JSON.stringify({
    time: at.toISOString(),
    level: levelOf(status),
    msg: "request",
    id,
    method,
    path,
    status,
    ms: Math.round(milliseconds * 1000) / 1000,
    bytes,
    address,
    user,
    aborted: isWhole ? undefined : true,
  });
}

function levelOf(status: number): "info" | "warn" | "error" {
  if (status >= 500) return "error";
  return status >= 400 ? "warn" : "info";
}

function textLine({ at, path, passage, outcome }: Logged): string {
  const { method, status, milliseconds, bytes, isWhole } = outcome;
  const { id, user = "-", address } = passage;
  const end = isWhole ? "" : " aborted";
  return `${at.toISOString()} ${address} ${user} ${method} ${path} ${status} ${milliseconds.toFixed(1)}ms ${bytes}B ${id}${end}`;
}
