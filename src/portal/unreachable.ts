import { isRoboportError, RoboportError } from "../errors.ts";
import { safeUrl } from "./secret.ts";
import type { HttpRequest } from "./transport.ts";

/** What the codes of Node's and undici's errors mean, in half a sentence. */
const IN_WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: "the connection broke off",
  EPIPE: "the connection broke off",
  UND_ERR_SOCKET: "the connection broke off",
  ETIMEDOUT: "it did not answer in time",
  UND_ERR_CONNECT_TIMEOUT: "it did not answer in time",
  UND_ERR_HEADERS_TIMEOUT: "it did not answer in time",
  UND_ERR_BODY_TIMEOUT: "it stopped sending",
  ENOTFOUND: "its name is not known",
  EAI_AGAIN: "its name could not be looked up",
  EHOSTUNREACH: "there is no way to it",
  ENETUNREACH: "there is no network",
  Z_DATA_ERROR: "what it sent is damaged",
  Z_BUF_ERROR: "the connection broke off",
};

/** Codes by what they begin with. */
const FAMILIES: readonly (readonly [prefix: string, words: string])[] = [
  ["HPE_", "what it sent is not HTTP"],
  // Brotli's.
  ["ERR__ERROR_FORMAT_", "what it sent is damaged"],
];

const HINT = "Check the address and the network, then try again.";

export interface UnreachableOptions {
  readonly hint?: string;
  /** True when trying again at once cannot help. */
  readonly lasting?: boolean;
  /** True when a time limit ended it. */
  readonly timedOut?: boolean;
}

/** No answer came, or not all of it, and why in half a sentence. The one place that words it, so no URL gets out whole. */
export function unreachableError(url: string | URL, why: string, options: UnreachableOptions = {}): RoboportError {
  const shown = safeUrl(url);
  return new RoboportError("PORTAL_UNREACHABLE", `Cannot reach ${shown}: ${why}`, {
    hint: options.hint ?? HINT,
    data: {
      url: shown,
      why,
      ...(options.lasting === true && { lasting: true }),
      ...(options.timedOut === true && { timedOut: true }),
    },
  });
}

/** What to throw for what a network layer threw: our own errors as they are, the signal's reason once it aborted. */
export function wrapError({ url, signal }: HttpRequest, error: unknown): unknown {
  if (signal?.aborted) return signal.reason;
  return isRoboportError(error) ? error : networkError(url, error);
}

/**
 * The same for an error of the network layer. Only its code is looked at: its message may quote the URL, and what hangs on
 * it may hold what the other side sent.
 */
export function networkError(url: string | URL, error: unknown): RoboportError {
  const code = findCode(error) ?? "";
  if (isCertificateCode(code)) {
    return unreachableError(url, `its certificate is not trusted (${code})`, {
      hint: "Check the clock of this machine and the certificate of the server.",
      lasting: true,
    });
  }
  const timedOut = code.includes("TIMEOUT") || code === "ETIMEDOUT";
  const words = IN_WORDS[code] ?? FAMILIES.find(([prefix]) => code.startsWith(prefix))?.[1] ?? "the connection failed";
  return unreachableError(url, code === "" ? words : `${words} (${code})`, { timedOut });
}

function isCertificateCode(code: string): boolean {
  return /^(?:ERR_TLS_CERT|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_)/.test(code);
}

/** The first system code in an error, its causes and its parts. */
function findCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("code" in error && typeof error.code === "string" && /^[A-Z][A-Z0-9_]*$/.test(error.code)) return error.code;
  const [part] = error instanceof AggregateError ? error.errors : [];
  return findCode(part ?? error.cause);
}
