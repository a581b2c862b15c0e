import { formatOpenApi } from "../openapi.ts";
import type { Components, SchemaNode } from "./schema-node.ts";

/** What of the OpenAPI document is compared with what was seen. */
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Components };
}

/** One request of the document. */
export interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: SchemaNode }[];
  readonly requestBody?: { readonly content: Content };
  /** By status. */
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}

type Content = Readonly<Record<string, { readonly schema?: SchemaNode }>>;

/** The contract as the document that `roboport api openapi` prints. */
export function openApiDocument(): ApiDocument {
  return formatOpenApi("") as unknown as ApiDocument;
}

/** The operation of an endpoint. */
export function operationOf(
  { paths }: ApiDocument,
  { path, method }: { readonly path: string; readonly method: string },
) {
  const operation: Operation | undefined = paths[path]?.[method.toLowerCase()];
  if (operation) return operation;
  throw new Error(`The document lacks ${method} ${path}`);
}
