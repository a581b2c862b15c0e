import type { RequestMatch } from "../portal/contract/match-request.ts";
import { isOpaque, shownName } from "../portal/contract/gaps/shown-name.ts";
import { redactText } from "./redact-text.ts";
import { isSecretName } from "./secret-names.ts";

/**
 * The address of a request without secrets: of parameters the contract does not know only names and types stay, and of a
 * path that it does not know no part that can only be an id or a secret.
 *
 * @see rules CAPTURE-4 and CAPTURE-6
 */
export function redactUrl(url: URL, match: RequestMatch | undefined, learn: (value: string) => void): URL {
  const shown = new URL(url.origin);
  shown.pathname = match ? knownPath(url.pathname, match, learn) : unknownPath(url.pathname, learn);
  for (const [name, value] of url.searchParams) {
    const isKnown = match !== undefined && !match.unknown.includes(name);
    shown.searchParams.append(shownName(name), redactText(value, { name, isKnown, learn }));
  }
  return shown;
}

function knownPath(pathname: string, { endpoint }: RequestMatch, learn: (value: string) => void): string {
  const template = endpoint.path.split("/");
  const parts = pathname.replace(/^\/{2,}/, "/").split("/");
  const shown = parts.map((part, at) => {
    if (!/^\{\w+\}$/.test(template[at] ?? "") || !isSecretName(template[at] ?? "")) return part;
    learn(part);
    return "[redacted]";
  });
  return shown.join("/");
}

function unknownPath(pathname: string, learn: (value: string) => void): string {
  const parts = pathname.split("/").map((part) => {
    if (!isOpaque(part)) return part;
    learn(part);
    return "[redacted]";
  });
  return parts.join("/");
}
