type Json = Readonly<Record<string, unknown>>;

/** A route as the app knows it: `GET`, `/api/mods/:name`. */
interface Route {
  readonly method: string;
  readonly path: string;
}

/** What this server has beside the portal's API. */
const OWN: readonly OwnEndpoint[] = [
  { path: "/healthz", id: "isAlive", summary: "The process answers.", statuses: [200] },
  { path: "/readyz", id: "isReady", summary: "Whether every part works; 503 when one does not.", statuses: [200, 503] },
  { path: "/openapi.json", id: "getOpenApi", summary: "This document.", statuses: [200] },
];

interface OwnEndpoint {
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  readonly statuses: readonly number[];
}

const TOO_MANY = { description: "Too many requests; `Retry-After` says for how many seconds to wait." };

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
  const isServed = (method: string, path: string) => served.has(`${method} ${path.replace(/\{\w+\}/g, "{}")}`);
  const paths = new Map<string, Json>();
  for (const [path, item] of Object.entries(document["paths"] as Readonly<Record<string, Json>>)) {
    const operations = Object.entries(item).filter(([method]) => isServed(method, path));
    if (operations.length > 0) paths.set(path, Object.fromEntries(operations.map(withLimit)));
  }
  for (const own of OWN) paths.set(own.path, ownItem(own));
  const { tags: _others, ...rest } = document;
  return { ...rest, servers: [{ url: "/" }], paths: Object.fromEntries(paths) };
}

function withLimit([method, operation]: readonly [string, unknown]): readonly [string, Json] {
  const { responses, ...rest } = operation as Json;
  return [method, { ...rest, responses: { ...(responses as Json), 429: TOO_MANY } }];
}

function ownItem({ id, summary, statuses }: OwnEndpoint): Json {
  const answer = { description: summary, content: { "application/json": { schema: { type: "object" } } } };
  const responses = Object.fromEntries(statuses.map((status) => [status, answer]));
  return { get: { operationId: id, tags: ["server"], summary, responses } };
}
