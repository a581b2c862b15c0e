import type { Hono } from "hono";
import { freshAnswer } from "../answers.ts";

/** Fails when a part of the server cannot do its work. */
export type ReadinessCheck = () => unknown;

export interface HealthOptions {
  /** By what they look at. */
  readonly checks: Readonly<Record<string, ReadinessCheck>>;
  /** True from the moment the server is told to stop. */
  readonly isClosing: () => boolean;
  /** Told why a check failed, which the answer does not say. */
  readonly onError?: ((error: Error) => void) | undefined;
}

/**
 * `GET /healthz`: the process answers. `GET /readyz`: it can do its work, and is not about to stop.
 *
 * @see rules HTTP-30 and HTTP-31
 */
export function addHealthRoutes(app: Hono, { checks, isClosing, onError }: HealthOptions): void {
  app.get("/healthz", () => freshAnswer({ status: "ok" }));
  app.get("/readyz", async () => {
    const results = await Promise.all(
      Object.entries(checks).map(
        async ([name, check]) => [name, (await passes(check, onError)) ? "ok" : "failed"] as const,
      ),
    );
    const isReady = !isClosing() && results.every(([, result]) => result === "ok");
    const status = isClosing() ? "closing" : isReady ? "ok" : "failed";
    return freshAnswer({ status, checks: Object.fromEntries(results) }, isReady ? 200 : 503);
  });
}

async function passes(check: ReadinessCheck, onError: HealthOptions["onError"]): Promise<boolean> {
  try {
    await check();
    return true;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    onError?.(error);
    return false;
  }
}
