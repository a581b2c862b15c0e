import type { ErrorCode } from "../src/errors.ts";
import type { Fault, NamedFault, Service } from "../src/testing/index.ts";

/** What may come of it: `ok`, or the code of an error. */
export type Outcome = ErrorCode | "ok";

/** When a fault strikes the first answer only, and when it strikes all of them. */
export interface Outcomes {
  readonly once: readonly Outcome[];
  readonly always: readonly Outcome[];
}

/** What may come of a fault in the answers of a service. */
export function outcomesOf({ name, fault, onResume }: NamedFault, service: Service): Outcomes {
  if (onResume) return whenResuming(fault);
  if (fault.fault === "change")
    return isZip(service) ? passing(...(CHANGED_ZIPS[name] ?? (["ok"] as const))) : changedJson(name, service);
  switch (fault.fault) {
    case "status":
      return byStatus(fault, service);
    case "redirect":
    case "redirects":
      return byRedirect(fault, service);
    case "headers":
      return fault.add ? passing("PORTAL_UNREACHABLE") : lasting("ok");
    case "replace":
    case "gzip":
    case "bomb":
    case "part":
    case "endless":
    case "flip":
      return byBody(fault, service);
    case "cut":
      if (service === "file" && fault.framing === "none") return passing("DOWNLOAD_DIGEST", "DOWNLOAD_NOT_ZIP");
      return passing("PORTAL_UNREACHABLE");
    case "reset":
      // A redirect has no body to lose, if its head came through.
      return service === "download" ? passing("PORTAL_UNREACHABLE", "ok") : passing("PORTAL_UNREACHABLE");
    default:
      return passing("PORTAL_UNREACHABLE");
  }
}

const CHANGED_ZIPS: Readonly<Record<string, readonly Outcome[]>> = {
  "other bytes of the same length": ["DOWNLOAD_NOT_ZIP"],
  // Once it is locked, the length alone tells that it is another file.
  "more bytes than there are": ["DOWNLOAD_DIGEST", "RELEASE_MUTATED"],
  nothing: ["DOWNLOAD_NOT_ZIP"],
};

/** Strikes objects; the bookmarks are a list. */
const DEEP = "a field 100,000 levels deep";

function changedJson(name: string, service: Service): Outcomes {
  const isRefused = name === "nothing" || (name === DEEP && service !== "bookmarks");
  return lasting(isRefused ? "PORTAL_SHAPE" : "ok");
}

function passing(...always: readonly Outcome[]): Outcomes {
  return { once: ["ok"], always };
}

function lasting(...outcomes: readonly Outcome[]): Outcomes {
  return { once: outcomes, always: outcomes };
}

function whenResuming(fault: Fault): Outcomes {
  if (fault.fault === "status") return passing("PORTAL_STATUS", "DOWNLOAD_LENGTH");
  return fault.fault === "headers" && fault.set?.["content-range"] ? lasting("PORTAL_SHAPE") : lasting("ok");
}

function byStatus(fault: Extract<Fault, { fault: "status" }>, service: Service): Outcomes {
  const { status, retryAfter } = fault;
  if (status === 404) return notFound(service);
  if (status === 401 || status === 403) return refused(service);
  if (retryAfter === "3600" || String(retryAfter).includes("2100")) return lasting("PORTAL_RATE_LIMITED");
  return passing(status === 429 ? "PORTAL_RATE_LIMITED" : "PORTAL_STATUS");
}

function notFound(service: Service): Outcomes {
  switch (service) {
    case "full":
      return lasting("NO_SUCH_MOD");
    case "download":
      return lasting("NO_SUCH_RELEASE");
    case "file":
      return lasting("PORTAL_STATUS");
    case "list":
      // A portal that does not know POST is asked by GET.
      return passing("PORTAL_STATUS");
    default:
      // A portal may lack search and bookmarks.
      return lasting("ok");
  }
}

function refused(service: Service): Outcomes {
  if (service === "bookmarks" || service === "download") return lasting("CREDENTIALS_REFUSED");
  return service === "file" ? passing("PORTAL_STATUS") : lasting("PORTAL_STATUS");
}

const isZip = (service: Service) => service === "download" || service === "file";
const isPost = (service: Service) => service === "list" || service === "search";

function byRedirect(fault: Extract<Fault, { fault: "redirect" | "redirects" }>, service: Service): Outcomes {
  const to = fault.fault === "redirect" ? fault.to : undefined;
  if (fault.fault === "redirect" && fault.status === 307) return byPage(service);
  if (isPost(service)) return lasting("PORTAL_REDIRECT");
  if (to === undefined) return passing("PORTAL_REDIRECT");
  if (to.endsWith(".invalid/")) return passing("PORTAL_UNREACHABLE");
  if (to !== "/login") return lasting("PORTAL_REDIRECT");
  if (service === "file") return lasting("PORTAL_STATUS");
  return lasting(service === "full" ? "PORTAL_SHAPE" : "CREDENTIALS_REFUSED");
}

/** Where a zip or JSON was promised, a web page came, or an error in JSON. */
function byPage(service: Service): Outcomes {
  return isZip(service) ? passing("DOWNLOAD_NOT_ZIP") : lasting("PORTAL_SHAPE");
}

type OtherBody = "replace" | "gzip" | "bomb" | "part" | "endless" | "flip";

function byBody(fault: Extract<Fault, { fault: OtherBody }>, service: Service): Outcomes {
  switch (fault.fault) {
    case "replace":
      return byPage(service);
    case "endless":
      return service === "file" ? passing("DOWNLOAD_LENGTH") : tooMuch(service);
    case "flip":
      return passing("DOWNLOAD_DIGEST", "DOWNLOAD_NOT_ZIP");
    case "bomb":
      return tooMuch(service);
    default:
      return lasting("PORTAL_SHAPE");
  }
}

/** A list may be so long that a slow machine runs out of time before it has enough. */
function tooMuch(service: Service): Outcomes {
  return service === "list" ? lasting("PORTAL_SHAPE", "PORTAL_UNREACHABLE") : lasting("PORTAL_SHAPE");
}
