import { ENDPOINTS } from "./api.ts";
import { type Answer, type Endpoint, SERVICES, type ServiceName } from "./endpoint.ts";
import { type Field, parameterField, type Shape, shapesOf, typeOf } from "./field.ts";

const INTRODUCTION = `# Factorio web APIs

Generated from \`src/portal/contract\` by \`npm run docs\`; do not edit. The same as OpenAPI 3.1: [openapi.json](openapi.json).

Not affiliated with Wube Software. Nothing here was tried against the live services. *Known as* says how sure each part is:
*documented* on an official page, sent or expected by the *game*, *observed* in recorded answers or several clients, done by
*one client*, or *assumed*.
`;

/**
 * The contract as one page of Markdown.
 *
 * @see rule CONTRACT-3
 */
export function formatReferencePage(): string {
  const shapes = new Map<string, Shape>();
  const services = Object.keys(SERVICES) as ServiceName[];
  const parts = services.map((service) => {
    const endpoints = ENDPOINTS.filter((endpoint) => endpoint.service === service);
    for (const shape of endpoints.flatMap(sharedShapes)) shapes.set(shape.name, shape);
    const { title, origin } = SERVICES[service];
    return [`## ${title}\n\n\`${origin}\``, ...endpoints.map(section)].join("\n\n");
  });
  const sorted = [...shapes.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const objects = sorted.map((shape) => `### ${shape.name}\n\n${bodyOf(shape)}`);
  return `${[INTRODUCTION.trimEnd(), ...parts, "## Shapes", ...objects].join("\n\n")}\n`;
}

function sharedShapes({ body, answers }: Endpoint): readonly Shape[] {
  const schemas = [body?.schema, ...answers.map(({ schema }) => schema)].filter((schema) => schema !== undefined);
  return schemas.flatMap((schema) => shapesOf(schema, "")).filter(({ name }) => name !== "");
}

function section(endpoint: Endpoint): string {
  const {
    id,
    method,
    path,
    description,
    parameters = [],
    body,
    answers,
    confidence,
    source,
    stability,
    proof,
  } = endpoint;
  return [
    `### ${method} ${path}`,
    description,
    `\`${id}\` · ${stability} · needs: ${proof} · known as ${confidence} (${source})`,
    ...(parameters.length > 0 ? [table(parameters.map(parameterField))] : []),
    ...(body ? [`Body, ${body.types.map((type) => `\`${type}\``).join(" or ")}:`, formOf(body.schema)] : []),
    answers.map(line).join("\n"),
    ...examples(answers),
  ].join("\n\n");
}

function formOf(schema: NonNullable<Endpoint["body"]>["schema"]): string {
  const own = shapesOf(schema, "").find(({ name }) => name === "");
  return own ? bodyOf(own) : `${link(typeOf(schema))}.`;
}

function bodyOf({ type, fields }: Shape): string {
  return fields.length > 0 ? table(fields) : `A ${link(type)}.`;
}

function line({ status, when, type, schema }: Answer): string {
  const content = type ? ` (\`${type}\`${schema ? `: ${link(typeOf(schema))}` : ""})` : "";
  return `- **${status}**${content}: ${when}`;
}

function examples(answers: readonly Answer[]): readonly string[] {
  const [first] = answers.filter(({ status, example }) => status === 200 && example !== undefined);
  return first ? [`\`\`\`json\n${JSON.stringify(first.example, null, 2)}\n\`\`\``] : [];
}

function table(fields: readonly Field[]): string {
  const rows = fields.map(
    ({ name, type, required, description, confidence = "assumed", source = "" }) =>
      `| \`${name}\` | ${link(cell(type))} | ${required ? "yes" : ""} | ${cell(description)} | ${confidence}${source === "" ? "" : `: ${source}`} |`,
  );
  return ["| name | type | always | meaning | known as |", "|---|---|---|---|---|", ...rows].join("\n");
}

/** Shapes begin with a capital letter, everything else does not. */
function link(type: string): string {
  return type.replaceAll(/(?<![\w"])[A-Z]\w+/g, (name) => `[${name}](#${name.toLowerCase()})`);
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
