import { type Context, Hono } from "hono";
import { errorAnswer } from "../answers.ts";
import { METRICS_TYPE } from "./metrics.ts";
import { clientAddress } from "./passage.ts";
import { isLoopback } from "./trusted-proxies.ts";

/** An app with nothing but `GET /metrics`, for a listener of its own. */
export function createMetricsApp(read: () => Promise<string>): Hono {
  const app = new Hono();
  app.notFound(() => errorAnswer(404, "Not found"));
  app.get("/metrics", async () => metricsAnswer(await read()));
  return app;
}

/**
 * `GET /metrics` beside the API: for this machine alone, and not for what a proxy brings.
 *
 * @see rule HTTP-32
 */
export function addLocalMetrics(app: Hono, read: () => Promise<string>): void {
  app.get("/metrics", async (context) =>
    isLocal(context) ? metricsAnswer(await read()) : errorAnswer(404, "Not found"),
  );
}

const MARKS_OF_A_PROXY = ["Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP"];

function isLocal(context: Context): boolean {
  return isLoopback(clientAddress(context)) && MARKS_OF_A_PROXY.every((name) => context.req.header(name) === undefined);
}

function metricsAnswer(text: string): Response {
  return new Response(text, { headers: { "Cache-Control": "no-store", "Content-Type": METRICS_TYPE } });
}
