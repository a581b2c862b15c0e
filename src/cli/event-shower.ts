import type { SessionEvent } from "../operations/session.ts";
import type { Output } from "./output.ts";
import { formatDuration } from "./quantity.ts";

/** Shows what happens on the way: downloads as progress, waits and notices as notes, requests with --verbose. */
export function eventShower(output: Output): (event: SessionEvent) => void {
  return (event) => {
    switch (event.kind) {
      case "notice":
        return output.note(event.text);
      case "retry-waiting":
        return output.note(`Waiting ${formatDuration(event.ms)} before asking ${event.url} again: ${event.why}`);
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
  };
}
