type Json = Readonly<Record<string, unknown>>;

/** A route as the app knows it: `/api/mods/:name`. */
interface Route {
  readonly method: string;
  readonly path: string;
}

/** What this server has beside the portal's API. */
const OWN = {
  "/healthz": ["isAlive", "The process answers"],
  "/readyz": ["isReady", "Every part works; 503 when one does not, or the server is about to stop"],
  "/openapi.json": ["getOpenApi", "This document"],
} as const;

/**
 * The contract reduced to what a server answers, as an OpenAPI document about that server.
 *
 * @param routes all there are; the document never names another
 * @see rule HTTP-60
 */
export async function serverOpenApi(routes: readonly Route[], version: string): Promise<Json> {
  const { formatOpenApi } = await import("../../portal/contract/openapi.ts");
  const document = formatOpenApi(version);
  const served = new Set(routes.map(({ method, path }) => `${method.toLowerCase()} ${path.replace(/:\w+/g, "{}")}`));
  const paths = Object.entries(document["paths"] as Readonly<Record<string, Json>>).flatMap(
    ([path, { servers: _, ...item }]) => {
      const kept = Object.entries(item).filter(([method]) => served.has(`${method} ${path.replace(/\{\w+\}/g, "{}")}`));
      return kept.length > 0 ? [[path, Object.fromEntries(kept.map(withLimits))] as const] : [];
    },
  );
  return {
    ...document,
    servers: [{ url: "/" }],
    tags: undefined,
    paths: { ...Object.fromEntries(paths), ...ownPaths() },
  };
}

function withLimits([method, operation]: readonly [string, unknown]): readonly [string, Json] {
  const { responses, ...rest } = operation as Readonly<Record<string, unknown>>;
  const tooMany = { description: "Too many requests; `Retry-After` says for how many seconds to wait." };
  return [method, { ...rest, responses: { ...(responses as Json), 429: tooMany } }];
}

function ownPaths(): Json {
  const entries = Object.entries(OWN).map(([path, [operationId, summary]]) => {
    const content = { "application/json": { schema: { type: "object" } } };
    const responses = {
      200: { description: summary, content },
      ...(path === "/readyz" && { 503: { description: "Not ready", content } }),
    };
    return [path, { get: { operationId, tags: ["server"], summary, responses } }];
  });
  return Object.fromEntries(entries) as Json;
}
