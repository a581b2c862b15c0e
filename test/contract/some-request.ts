import { type ContractPortal, modZip, multipart, PNG, type WireRequest } from "./contract-portal.ts";
import { BROKEN_FORMS, HOSTILE_JSON, HOSTILE_TARGETS, HOSTILE_TEXTS } from "./hostile-values.ts";
import type { PortalOperation } from "./operations.ts";

/** Chance, and what is asked. */
export interface Asking {
  readonly portal: ContractPortal;
  readonly random: () => number;
}

/** Where an upload begins whose end is this operation. */
const BEGINNINGS: Readonly<Record<string, string>> = {
  finishUpload: "/api/v2/mods/releases/init_upload",
  finishPublish: "/api/v2/mods/init_publish",
  finishImage: "/api/v2/mods/images/add",
};
const LARGE = Buffer.alloc(1_100_000, "a");

/** A request for an operation: good, bad in some of its parts, or hostile. */
export async function someRequest(operation: PortalOperation, asking: Asking): Promise<WireRequest> {
  const { random } = asking;
  const badness = pick([0, 0.15, 0.5], random);
  const values = await goodValues(operation, asking);
  const value = (name: string) => (random() < badness ? pick(HOSTILE_TEXTS, random) : (values[name] ?? ""));
  const method =
    random() < badness / 5
      ? pick(["HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "GET", "POST"], random)
      : operation.method;
  const { type, body } = method === "POST" ? someBody(operation, { random, badness, value }) : { type: "" };
  const accepted = pick([undefined, undefined, "gzip", "identity", "*;q=0, br"], random);
  return {
    method,
    target: someTarget(operation, { random, badness, value }),
    headers: {
      ...someProof(asking, badness),
      ...(type && { "content-type": type }),
      ...(accepted && { "accept-encoding": accepted }),
      ...(random() < badness / 3 && { range: "bytes=5-2", "if-none-match": '*, "', "if-range": "x", cookie: "\xff=" }),
    },
    ...(body && { body }),
  };
}

interface Making {
  readonly random: () => number;
  /** The chance that a part is not good. */
  readonly badness: number;
  /** A good value, or not. */
  readonly value: (name: string) => string;
}

function someTarget({ path, parameters }: PortalOperation, { random, badness, value }: Making): string {
  const put = (name: string) =>
    random() < badness / 2 ? pick(HOSTILE_TARGETS, random) : encodeURIComponent(value(name));
  const place = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => put(name));
  const names = ["username", "token", ...parameters.filter((each) => each.in === "query").map(({ name }) => name)];
  const chosen = [...names, ...names, "unknown"].filter(() => random() < 0.4);
  const query = chosen.map((name) => `${name}=${put(name)}`).join("&");
  return (random() < badness / 5 ? `/${place}` : place) + (query === "" ? "" : `?${query}`);
}

function someProof({ portal, random }: Asking, badness: number): WireRequest["headers"] {
  if (random() >= badness) return { authorization: `Bearer ${portal.key}` };
  const wrong = [
    undefined,
    "Bearer ",
    "Bearer wrong",
    "Basic YTpi",
    `Bearer ${portal.token}`,
    "\xff",
    "x".repeat(4_000),
  ];
  const authorization = pick(wrong, random);
  return authorization === undefined ? {} : { authorization };
}

function someBody(
  operation: PortalOperation,
  { random, badness, value }: Making,
): { readonly type: string; readonly body?: Buffer } {
  if (random() < badness / 4) return pick(BROKEN_FORMS, random);
  if (random() < badness / 50) return { type: "application/json", body: LARGE };
  if (random() < badness / 10) return { type: "" };
  const types = Object.keys(operation.bodies);
  const type = pick(types.length > 0 ? types : ["application/x-www-form-urlencoded"], random);
  if (type === "application/json") {
    if (random() < badness) return { type, body: pick(HOSTILE_JSON, random) };
    const names = ["query", "version", "page", "page_size", "category", "tag", "only_bookmarks", "username", "token"];
    const body = Object.fromEntries(names.filter(() => random() < 0.4).map((name) => [name, value(name)]));
    return { type, body: Buffer.from(JSON.stringify(body)) };
  }
  const fields = FIELDS.filter((name) => name === "mod" || random() < 0.3).map((name): [string, string] => [
    name,
    value(name),
  ]);
  if (!type.startsWith("multipart")) return { type, body: Buffer.from(new URLSearchParams(fields).toString()) };
  const file = operation.id === "finishImage" ? PNG : modZip(value("mod") || "x", `1.${Math.floor(random() * 1e4)}.0`);
  const bytes = random() < badness ? file.subarray(0, Math.floor(random() * file.length)) : file;
  const name = operation.id === "finishImage" ? "image" : "file";
  const parts = fields.map(([each, text]) => ({ name: each, bytes: text }));
  return multipart(operation.path.includes("{ticket}") ? [...parts, { name, fileName: "a.zip", bytes }] : parts);
}

const FIELDS = [
  "mod",
  "username",
  "password",
  "token",
  "api_version",
  "state",
  "namelist",
  "title",
  "summary",
  "category",
].concat(["tags", "license", "homepage", "source_url", "deprecated", "images", "description", "faq"]);

/** A value for every parameter and field that makes sense. */
async function goodValues(operation: PortalOperation, asking: Asking): Promise<Readonly<Record<string, string>>> {
  const { portal, random } = asking;
  const { username, password, token } = portal;
  const mod =
    operation.id === "finishPublish" || operation.id === "initPublish"
      ? `new-${Math.floor(random() * 1e9)}`
      : portal.mod;
  const examples = Object.fromEntries(operation.parameters.map(({ name, example }) => [name, example ?? ""]));
  const texts = {
    query: "lamp",
    title: "Belt lamps",
    summary: "Lamps.",
    category: "content",
    tags: "logistics",
    state: "on",
  };
  const more = {
    license: "default_mit",
    homepage: "https://lamps.example",
    deprecated: "false",
    api_version: pick(["1", "2", "6"], random),
  };
  const begin = BEGINNINGS[operation.id];
  const ticket = begin ? await ticketOf(portal, begin, mod) : "";
  const found = { mod, name: mod, release: await portal.release(), ticket, username, password, token, namelist: mod };
  return { ...examples, ...texts, ...more, ...found };
}

async function ticketOf({ ask, key }: ContractPortal, target: string, mod: string): Promise<string> {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/x-www-form-urlencoded" };
  const { body } = await ask({ method: "POST", target, headers, body: Buffer.from(`mod=${mod}`) });
  const { upload_url: url = "" } = JSON.parse(body.toString()) as { readonly upload_url?: string };
  return url.split("/").at(-1) ?? "";
}

function pick<T>(list: readonly T[], random: () => number): T {
  return list[Math.floor(random() * list.length)] as T;
}
