import * as z from "zod/mini";
import { ENDPOINTS } from "./api.ts";
import { type Answer, type Body, type Endpoint, type Parameter, SERVICES } from "./endpoint.ts";
import { fallbackAnswers } from "./endpoints/fallback-answers.ts";
import { FACTS } from "./fact.ts";

type Json = Readonly<Record<string, unknown>>;

const COMPONENTS = "#/components/schemas/";
const STABILITY = {
  public: "Public: documented and kept.",
  internal: "Internal: documented, made for the game; it may change.",
  undocumented: "Undocumented: on no page.",
} as const;

/**
 * The whole contract as an OpenAPI 3.1 document.
 *
 * @param version the version of the document, ours
 * @see rules CONTRACT-1 and CONTRACT-2
 */
export function formatOpenApi(version: string): Json {
  return {
    openapi: "3.1.1",
    info: {
      title: "Factorio web APIs",
      version,
      summary: "The mod portal and its sister services, as far as they are known",
      description:
        "Collected from the official wiki, the game's own requests, recorded answers and public clients; `x-confidence` and `x-source` say how each part is known. Not affiliated with or endorsed by Wube Software. Nothing here was tried against the live services.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: SERVICES.portal.origin, description: SERVICES.portal.title }],
    tags: Object.entries(SERVICES).map(([name, { title }]) => ({ name, description: title })),
    paths: paths(),
    components: {
      schemas: components(),
      securitySchemes: {
        apiKey: { type: "http", scheme: "bearer", description: "Made at https://factorio.com/profile, with usages." },
        username: { type: "apiKey", in: "query", name: "username" },
        token: { type: "apiKey", in: "query", name: "token" },
      },
    },
  };
}

function paths(): Json {
  const byPath = new Map<string, Record<string, unknown>>();
  for (const endpoint of ENDPOINTS) {
    // A path belongs to one service: the document has one server list for each.
    const item = byPath.get(endpoint.path) ?? { servers: servers(endpoint) };
    item[endpoint.method.toLowerCase()] = operation(endpoint);
    byPath.set(endpoint.path, item);
  }
  return Object.fromEntries(byPath);
}

function servers({ service }: Endpoint): readonly Json[] {
  const { origin, title } = SERVICES[service];
  return [{ url: origin, description: title }];
}

function operation(endpoint: Endpoint): Json {
  const { id, service, summary, description, stability, confidence, source, parameters, body, answers } = endpoint;
  return {
    operationId: id,
    tags: [service],
    summary,
    description: `${description}\n\n${STABILITY[stability]}`,
    "x-stability": stability,
    "x-confidence": confidence,
    "x-source": source,
    security: security(endpoint),
    ...(parameters && { parameters: parameters.filter(isNotProof).map(parameter) }),
    ...(body && { requestBody: requestBody(body) }),
    responses: responses([...answers, ...fallbackAnswers(endpoint)]),
  };
}

/** The account stands in the security schemes. */
function isNotProof({ name, in: place }: Parameter): boolean {
  return !(place === "query" && (name === "username" || name === "token"));
}

function security({ proof }: Endpoint): readonly Json[] {
  if (proof === "none") return [{}];
  if (proof === "account") return [{ username: [], token: [] }];
  if (proof === "account, if any") return [{}, { username: [], token: [] }];
  return [{ apiKey: [proof.replace("key: ", "ModPortal: ")] }];
}

function parameter({ name, in: place, required = false, schema, example }: Parameter): Json {
  const { description, ...rest } = jsonSchema(schema);
  const { "x-confidence": confidence, "x-source": source, ...type } = rest;
  return {
    name,
    in: place,
    required,
    description,
    ...(confidence !== undefined && { "x-confidence": confidence, "x-source": source }),
    schema: type,
    ...(example !== undefined && { example }),
  };
}

function requestBody({ types, schema, example, required = false }: Body): Json {
  const content = { schema: jsonSchema(schema), ...(example !== undefined && { example }) };
  return { required, content: Object.fromEntries(types.map((type) => [type, content])) };
}

/** By status; the first answer of a status describes it, the others may add media types. */
function responses(answers: readonly Answer[]): Json {
  const statuses = [...new Set(answers.map(({ status }) => status))];
  return Object.fromEntries(
    statuses.map((status) => {
      const [first, ...others] = answers.filter((answer) => answer.status === status) as [Answer, ...Answer[]];
      const content = Object.assign({}, ...[first, ...others].map(mediaType).reverse()) as Json;
      return [String(status), { ...described(first), ...(Object.keys(content).length > 0 && { content }) }];
    }),
  );
}

function described({ when, headers }: Answer): Json {
  return {
    description: when,
    ...(headers && {
      headers: Object.fromEntries(Object.entries(headers).map(([name, about]) => [name, header(about)])),
    }),
  };
}

function mediaType({ type, schema, example }: Answer): Json {
  if (!type) return {};
  return { [type]: { ...(schema && { schema: jsonSchema(schema) }), ...(example !== undefined && { example }) } };
}

function header(description: string): Json {
  return { description, schema: { type: "string" } };
}

/** A schema that refers to the shared shapes by name. */
function jsonSchema(schema: z.ZodMiniType): Json {
  const {
    $schema: _,
    $defs: _defs,
    ...rest
  } = z.toJSONSchema(schema, {
    metadata: FACTS,
    io: "input",
    unrepresentable: "any",
    override: ({ jsonSchema }) => {
      delete jsonSchema.id;
    },
  });
  return pointToComponents(rest) as Json;
}

function components(): Json {
  const { $defs } = z.toJSONSchema(z.array(z.union(sharedShapes() as [z.ZodMiniType, z.ZodMiniType])), {
    metadata: FACTS,
    io: "input",
    unrepresentable: "any",
    override: ({ jsonSchema }) => {
      delete jsonSchema.id;
    },
  });
  const sorted = Object.entries($defs ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return pointToComponents(Object.fromEntries(sorted)) as Json;
}

/** Every body and answer of the contract; what is named among them becomes a component. */
function sharedShapes(): readonly z.ZodMiniType[] {
  const all = ENDPOINTS.flatMap(({ body, answers }) => [body?.schema, ...answers.map(({ schema }) => schema)]);
  return [...new Set(all.filter((schema) => schema !== undefined))];
}

function pointToComponents(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pointToComponents);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === "$ref" && typeof inner === "string" ? inner.replace("#/$defs/", COMPONENTS) : pointToComponents(inner),
    ]),
  );
}
