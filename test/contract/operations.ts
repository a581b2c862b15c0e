import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { formatOpenApi } from "../../src/portal/contract/openapi.ts";

/** What of an OpenAPI document is read here. */
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: object;
}
interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly example?: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly example?: unknown }>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, object>> }>>;
}

/** One thing that can be asked, as the document tells it. */
export interface PortalOperation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly parameters: NonNullable<Operation["parameters"]>;
  readonly bodies: NonNullable<Operation["requestBody"]>["content"];
  /** What is wrong with an answer; undefined when the document knows such a one. */
  readonly faultOf: (answer: PortalAnswer) => string | undefined;
}

/** An answer as it came over the wire. */
export interface PortalAnswer {
  readonly status: number;
  readonly type: string | undefined;
  readonly body: Buffer;
}

const ROOT = "portal";
const document = formatOpenApi("0.0.0") as unknown as Document;
const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: false });
ajv.addSchema({ $id: ROOT, components: document.components });

/** Every operation of the document. */
export const OPERATIONS: readonly PortalOperation[] = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item)
    .filter(([method]) => method === "get" || method === "post")
    .map(([method, operation]) => ({
      id: operation.operationId,
      method: method.toUpperCase(),
      path,
      parameters: operation.parameters ?? [],
      bodies: operation.requestBody?.content ?? {},
      faultOf: checker(operation),
    })),
);

/** The refusal of whatever is in no document. */
export const OUTSIDE: Pick<PortalOperation, "id" | "faultOf"> = {
  id: "outside",
  faultOf: checker({
    operationId: "outside",
    responses: Object.fromEntries(
      [302, 400, 404, 405, 413, 501].map((status) => [
        String(status),
        { content: { "application/json": { schema: { $ref: "#/components/schemas/PortalError" } } } },
      ]),
    ),
  }),
};

/** JSON is read as it stands; of other bodies only the media type counts. */
function checker({ responses }: Operation): PortalOperation["faultOf"] {
  const validators = new Map<string, ValidateFunction>();
  return ({ status, type = "", body }) => {
    if (status >= 500) return `status ${status}: ${body.toString("utf8").slice(0, 200)}`;
    const response = responses[status];
    if (!response) return `status ${status} is on no record: ${body.toString("utf8").slice(0, 200)}`;
    if (body.length === 0) return undefined;
    const media = type.split(";")[0] ?? "";
    const content = response.content?.[media] as { readonly schema?: object } | undefined;
    if (!content) return `status ${status} comes as ${media}`;
    if (media !== "application/json" || !content.schema) return undefined;
    const key = `${status} ${media}`;
    const validate = validators.get(key) ?? ajv.compile(rooted(content.schema));
    validators.set(key, validate);
    const value: unknown = JSON.parse(body.toString("utf8"));
    return validate(value) ? undefined : `status ${status}: ${ajv.errorsText(validate.errors)}`;
  };
}

/** References of the document lead to the schema that holds its components. */
function rooted(schema: object): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', `"${ROOT}#/components/`)) as object;
}
