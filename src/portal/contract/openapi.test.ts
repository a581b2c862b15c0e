import { describe, expect, it } from "vitest";
import { ENDPOINTS } from "./api.ts";
import { fieldNames } from "./match-request.ts";
import { parameterField, shapesOf } from "./field.ts";
import { formatOpenApi } from "./openapi.ts";
import { formatReferencePage } from "./reference-page.ts";
import { formatWikiPage, WIKI_PAGES, type WikiPage } from "./wiki.ts";

const document = formatOpenApi("1.2.3");

describe("contract", () => {
  it("[CONTRACT-1] tells of every parameter what it means and how that is known", () => {
    for (const { id, parameters = [] } of ENDPOINTS) {
      for (const { description, confidence, source, name } of parameters.map(parameterField)) {
        expect([description, confidence, source], `${id}: ${name}`).not.toContain("");
        expect([description, confidence, source], `${id}: ${name}`).not.toContain(undefined);
      }
    }
  });

  it("[CONTRACT-1] tells of every field what it means and how that is known", () => {
    const named = new Set(["license.", "tag.", "highlighted_fields.", "mods."]);
    for (const { id, body, answers } of ENDPOINTS) {
      const schemas = [body?.schema, ...answers.map(({ schema }) => schema)].filter((schema) => schema !== undefined);
      for (const { name, fields } of schemas.flatMap((schema) => shapesOf(schema, id))) {
        for (const { name: field, description, confidence } of fields) {
          if ([...named].some((prefix) => field.startsWith(prefix))) continue;
          expect([description, confidence], `${id}: ${name}.${field}`).not.toContain(undefined);
          expect(description, `${id}: ${name}.${field}`).not.toBe("");
        }
      }
    }
  });

  it("[CONTRACT-2] has unique names, and one server for each path", () => {
    const ids = ENDPOINTS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const services = new Map<string, string>();
    for (const { path, service } of ENDPOINTS) {
      expect(services.get(path) ?? service).toBe(service);
      services.set(path, service);
    }
  });

  it("[CONTRACT-2] describes the parameters of every path, and no others", () => {
    for (const { id, path, parameters = [] } of ENDPOINTS) {
      const wanted = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      const described = parameters.filter((parameter) => parameter.in === "path").map(({ name }) => name);
      expect(described, id).toEqual(wanted);
    }
  });

  it("[CONTRACT-2] has a shape for every reference", () => {
    const text = JSON.stringify(document);
    const references = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map((match) => match[1]);
    const { schemas } = document["components"] as { readonly schemas: object };
    expect(references.length).toBeGreaterThan(50);
    expect(references.filter((name) => !(name !== undefined && name in schemas))).toEqual([]);
    expect(text).not.toContain("$defs");
  });

  it("[CONTRACT-2] has examples of the shape beside them", () => {
    for (const { id, body, answers } of ENDPOINTS) {
      if (body?.example !== undefined) expect(body.schema.safeParse(body.example).success, id).toBe(true);
      for (const { schema, example, status } of answers) {
        if (schema && example !== undefined) expect(schema.safeParse(example).success, `${id} ${status}`).toBe(true);
      }
    }
  });

  it("[CONTRACT-3] stands whole in the reference page", () => {
    const page = formatReferencePage();
    for (const { id, method, path } of ENDPOINTS) {
      expect(page.split(`\n### ${method} ${path}\n`).length, id).toBe(2);
    }
    const targets = [...page.matchAll(/\]\(#(\w+)\)/g)].map((match) => match[1]);
    const headings = new Set([...page.matchAll(/^### (\w+)$/gm)].map((match) => match[1]?.toLowerCase()));
    expect(targets.filter((target) => !headings.has(target))).toEqual([]);
  });

  it("[CONTRACT-3] stands whole in the wiki pages", () => {
    const pages = Object.keys(WIKI_PAGES) as WikiPage[];
    const listed = Object.values(WIKI_PAGES).flat();
    expect([...listed].sort()).toEqual(ENDPOINTS.map(({ id }) => id).sort());
    const text = pages.map(formatWikiPage).join("");
    for (const { id, method, path } of ENDPOINTS) expect(text.split(`== ${method} ${path} ==\n`).length, id).toBe(2);
    expect(text.split("{|").length).toBe(text.split("\n|}").length);
  });

  it("[CONTRACT-1] knows the fields of forms", () => {
    const search = ENDPOINTS.find(({ id }) => id === "searchMods");
    expect(search && fieldNames(search)).toContain("exclude_category");
  });
});
