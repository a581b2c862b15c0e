import type { SessionEvent } from "../operations/session.ts";
import type { Output } from "./output.ts";
import { formatDuration } from "./quantity.ts";
import { escapeJsonText } from "./term-text.ts";

/**
 * Shows what happens on the way: downloads as progress, waits and notices as notes, requests with --verbose; with --json
 * and --verbose every event as one line of JSON.
 */
export function eventShower(output: Output): (event: SessionEvent) => void {
  return output.json && output.verbose ? showJson(output) : (event) => show(output, event);
}

/** Bytes of a file between two lines that tell how far it is. */
const TELL_EVERY = 8 * 1024 * 1024;

function showJson(output: Output): (event: SessionEvent) => void {
  const told = new Map<string, number>();
  return (event) => {
    if (event.kind === "download-started" || event.kind === "download-restarted") told.set(event.id, 0);
    if (event.kind === "download-progress") {
      if (event.received - (told.get(event.id) ?? 0) < TELL_EVERY) return;
      told.set(event.id, event.received);
    }
    output.detail(escapeJsonText(JSON.stringify(event)));
  };
}

function show(output: Output, event: SessionEvent): void {
  switch (event.kind) {
    case "notice":
      return output.note(event.text);
    case "retry-waiting":
      return output.note(
        `Waiting ${formatDuration(Math.max(1000, event.ms))} before asking ${event.url} again: ${event.why}`,
      );
    case "request-finished":
      return output.detail(`${event.method} ${event.url}: ${event.status} in ${Math.round(event.ms)} ms`);
    case "request-failed":
      return output.detail(`${event.method} ${event.url}: ${event.why}`);
    case "answered-from-cache":
      return output.detail(`${event.url}: from the cache${event.stale ? ", which is out of date" : ""}`);
    case "request-started":
    case "universe-grew":
      return undefined;
    default:
      return output.progress.onEvent(event);
  }
}
