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

/** Where the zips are here; the contract knows that of the file server alone, which is any path. */
const ZIP = "/download/{name}/{release}/{file}";

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
  const known = document["paths"] as Readonly<Record<string, Json>>;
  const paths = new Map<string, Json>();
  for (const [path, item] of Object.entries({ ...known, [ZIP]: zipItem(known["/{path}"]) })) {
    const operations = Object.entries(item).filter(([method]) => isServed(method, path));
    if (operations.length > 0) paths.set(path, Object.fromEntries(operations));
  }
  for (const own of OWN) paths.set(own.path, ownItem(own));
  const { tags: _others, ...rest } = document;
  return { ...rest, servers: [{ url: "/" }], paths: Object.fromEntries(paths) };
}

function zipItem(item: Json | undefined): Json {
  const operation = item?.["get"] as { readonly parameters?: readonly { readonly in: string }[] } | undefined;
  const query = operation?.parameters?.filter(({ in: place }) => place === "query") ?? [];
  const path = ["name", "release", "file"].map((name) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
  return { get: { ...operation, parameters: [...path, ...query] } };
}

function ownItem({ id, summary, statuses }: OwnEndpoint): Json {
  const answer = { description: summary, content: { "application/json": { schema: { type: "object" } } } };
  const responses = Object.fromEntries(statuses.map((status) => [status, answer]));
  return { get: { operationId: id, tags: ["server"], summary, responses } };
}
