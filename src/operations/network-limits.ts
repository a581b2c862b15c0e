import { RoboportError } from "../errors.ts";
import type { RetryOptions } from "../portal/retry.ts";
import type { NodeTransportOptions } from "../portal/node-transport.ts";

/** How long to wait for a portal. */
export interface NetworkLimits {
  readonly transport: Pick<NodeTransportOptions, "connectTimeoutMs" | "answerTimeoutMs" | "idleTimeoutMs">;
  readonly retry: Pick<RetryOptions, "totalMs">;
}

const VARIABLE = "ROBOPORT_HTTP_TIMEOUT";
const DEFAULT_SECONDS = 30;

/**
 * All limits follow one number: how long a portal may be silent. Connecting gets a third of it, and a question ten times
 * as much with everything it takes.
 *
 * @throws {RoboportError} `USAGE` when the environment's number is none.
 * @see rule NET-12
 */
export function networkLimits(env: Readonly<Record<string, string | undefined>>): NetworkLimits {
  const silentMs = readSeconds(env[VARIABLE]) * 1000;
  return {
    transport: { connectTimeoutMs: silentMs / 3, answerTimeoutMs: silentMs, idleTimeoutMs: silentMs },
    retry: { totalMs: silentMs * 10 },
  };
}

function readSeconds(text: string | undefined): number {
  if (!text) return DEFAULT_SECONDS;
  const seconds = /^\d{1,4}(?:\.\d{1,3})?$/.test(text) ? Number(text) : 0;
  if (seconds >= 0.1 && seconds <= 3600) return seconds;
  throw new RoboportError("USAGE", `Cannot use ${VARIABLE}=${text.slice(0, 40)}: it is no number of seconds`, {
    hint: `Set ${VARIABLE} to a number from 0.1 to 3600, or unset it.`,
  });
}
