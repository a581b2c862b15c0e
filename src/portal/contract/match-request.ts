import { ENDPOINTS } from "./api.ts";
import { type Endpoint, OTHER_HOSTS, SERVICES, type ServiceName } from "./endpoint.ts";
import { IGNORED_LIST_PARAMETERS } from "./endpoints/mods.ts";

/** A request as a log or a capture shows it. */
export interface SeenRequest {
  readonly method: string;
  readonly url: URL;
  /** Names of the fields of its form, or keys of its JSON object. */
  readonly fields?: readonly string[] | undefined;
}

/** What the contract knows of a request. */
export interface RequestMatch {
  readonly endpoint: Endpoint;
  /** Values of the path's parameters, decoded. */
  readonly path: Readonly<Record<string, string>>;
  /** Query parameters and fields the contract does not know, each once. */
  readonly unknown: readonly string[];
}

/** Sent by anyone to any endpoint; the portal passes over what it does not need. */
const EVERYWHERE: ReadonlySet<string> = new Set(["username", "token", "lang", "version"]);

/**
 * Find the endpoint a request goes to.
 *
 * @param service who is asked, where the host does not tell: another portal, a mirror
 * @returns undefined when the contract has no such endpoint; for a known path asked by another method, that endpoint.
 * @see rules CONTRACT-4 to CONTRACT-6
 */
export function findEndpoint(request: SeenRequest, service = serviceOf(request.url)): RequestMatch | undefined {
  if (!service) return undefined;
  const pathname = request.url.pathname.replace(/^\/{2,}/, "/");
  const method = request.method === "HEAD" ? "GET" : request.method;
  const candidates = ENDPOINTS.filter((endpoint) => endpoint.service === service).flatMap((endpoint) => {
    const path = matchPath(endpoint.path, pathname);
    return path ? [{ endpoint, path }] : [];
  });
  const match = candidates.find(({ endpoint }) => endpoint.method === method) ?? candidates[0];
  return match && { ...match, unknown: unknownNames(match.endpoint, request) };
}

/** Which service a host belongs to; undefined for one that is none of them. */
export function serviceOf(url: URL): ServiceName | undefined {
  const names = Object.keys(SERVICES) as ServiceName[];
  return names.find((name) => new URL(SERVICES[name].origin).hostname === url.hostname) ?? OTHER_HOSTS[url.hostname];
}

/** @returns undefined when the path is another one. */
function matchPath(template: string, pathname: string): Readonly<Record<string, string>> | undefined {
  const wanted = template.split("/");
  const parts = pathname.split("/");
  const open = wanted.at(-1) === "{path}";
  if (open ? parts.length < wanted.length : parts.length !== wanted.length) return undefined;
  const found: Record<string, string> = {};
  for (const [index, piece] of wanted.entries()) {
    const part = parts[index] ?? "";
    const name = /^\{(\w+)\}$/.exec(piece)?.[1];
    if (name === undefined ? piece !== part : part === "") return undefined;
    if (name !== undefined) found[name] = decode(open && name === "path" ? parts.slice(index).join("/") : part);
  }
  return found;
}

/** A path nobody can decode is shown as it came. */
function decode(text: string): string {
  return /%(?![0-9a-f]{2})/i.test(text) ? text : tryDecode(text);
}

function tryDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}

function unknownNames(endpoint: Endpoint, { url, fields = [] }: SeenRequest): readonly string[] {
  const known = new Set(EVERYWHERE);
  for (const { name } of endpoint.parameters ?? []) known.add(name);
  for (const name of fieldNames(endpoint)) known.add(name);
  if (endpoint.path === "/api/mods") for (const name of [...IGNORED_LIST_PARAMETERS, "namelist"]) known.add(name);
  return [...new Set([...url.searchParams.keys(), ...fields])].filter((name) => !known.has(name));
}

/** The fields of an endpoint's body. */
export function fieldNames({ body }: Endpoint): readonly string[] {
  const shape = body && "shape" in body.schema ? body.schema.shape : undefined;
  return typeof shape === "object" && shape !== null ? Object.keys(shape) : [];
}
