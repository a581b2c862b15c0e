import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatOpenApi } from "../openapi.ts";
import { openApiDocument } from "./api-document.ts";
import type { Exchange } from "./exchange.ts";
import { openGapFinder } from "./find-gaps.ts";
import { formatGapsWiki } from "./gaps-wiki.ts";
import { formatOverlay } from "./overlay.ts";
import { placeholderOf } from "./placeholder.ts";

const document = openApiDocument();
const PORTAL = "https://mods.factorio.com";

function exchange(url: string, more: Partial<Exchange> = {}): Exchange {
  return { method: "GET", url: new URL(url), form: [], json: undefined, status: 200, answer: undefined, ...more };
}

function gapsOf(...exchanges: readonly Exchange[]) {
  const finder = openGapFinder(document);
  for (const each of exchanges) finder.add(each);
  return finder.report().gaps;
}

const EXAMPLE = { error: "login-failed", message: "" };

describe("gaps of the contract", () => {
  it("finds none in what the contract itself gives as examples", () => {
    for (const [path, item] of Object.entries(document.paths)) {
      for (const [method, { responses }] of Object.entries(item).filter(([name]) => name !== "servers")) {
        const { servers } = item as unknown as { readonly servers: readonly { readonly url: string }[] };
        for (const [status, { content = {} }] of Object.entries(responses)) {
          const { example: answer } = (content["application/json"] ?? {}) as { readonly example?: unknown };
          const url = `${servers[0]?.url}${path.replaceAll(/\{\w+\}/g, "x")}`;
          const seen = exchange(url, { method: method.toUpperCase(), status: Number(status), answer });
          expect(gapsOf(seen), `${method} ${path} ${status}`).toEqual([]);
        }
      }
    }
  });

  it("[GAP-1] an unknown path or method is an endpoint, with everything about it", () => {
    const gaps = gapsOf(
      exchange(`${PORTAL}/api/v3/lamps/12?depth=2`, { answer: { lamps: [{ lit: true }] } }),
      exchange(`${PORTAL}/api/mods`, { method: "PUT", form: [["mod", "x"]], status: 204 }),
    );
    expect(gaps.map(({ what, method, path, in: where, name }) => [what, method, path, where, name])).toEqual([
      ["endpoint", "GET", "/api/v3/lamps/{id}", "path", ""],
      ["parameter", "GET", "/api/v3/lamps/{id}", "query", "depth"],
      ["status", "GET", "/api/v3/lamps/{id}", "answer", "200"],
      ["endpoint", "PUT", "/api/mods", "path", ""],
      ["parameter", "PUT", "/api/mods", "form", "mod"],
      ["status", "PUT", "/api/mods", "answer", "204"],
    ]);
    expect(gaps[2]?.schema).toEqual({
      type: ["object"],
      properties: {
        lamps: { type: ["array"], items: { type: ["object"], properties: { lit: { type: ["boolean"] } } } },
      },
    });
  });

  it("[GAP-1] other hosts are counted, and are portals when they are named", () => {
    const [own, other] = [exchange("http://registry.test:8080/api/mods?x=1"), exchange("https://cdn.test/y")];
    const finder = openGapFinder(document, new Set(["registry.test:8080"]));
    expect([finder.add(own)?.endpoint?.id, finder.add(other)]).toEqual(["listMods", undefined]);
    expect(finder.add(exchange(`${PORTAL}/api/mods`, { method: "OPTIONS" }))).toBeUndefined();
    expect(finder.report()).toMatchObject({
      requests: 1,
      explained: 0,
      others: { "cdn.test": 1 },
      gaps: [{ name: "x" }],
    });
  });

  it("[GAP-1] a host of Factorio's that nobody knows is one of unknown endpoints", () => {
    const [gap] = gapsOf(exchange("https://lamps.factorio.com/api/mods"));
    expect(gap).toMatchObject({ what: "endpoint", origin: "https://lamps.factorio.com", path: "/api/mods" });
    expect(gapsOf(exchange("https://notfactorio.com/api/mods"))).toEqual([]);
  });

  it("[GAP-2] parameters of query and form, with their types, and values out of a closed list", () => {
    const gaps = gapsOf(
      exchange(`${PORTAL}/api/mods?sort=lamps&new=1&lang=en`),
      exchange(`${PORTAL}/api/mods?new=${encodeURIComponent(placeholderOf("abc"))}`),
      exchange("https://auth.factorio.com/api-login", { method: "POST", form: [["device", "x"]], answer: EXAMPLE }),
    );
    expect(
      gaps.map(({ what, endpoint, name, schema, requests }) => [what, endpoint, name, schema.type, requests]),
    ).toEqual([
      ["type", "listMods", "sort", ["string"], 1],
      ["parameter", "listMods", "new", ["number", "string"], 2],
      ["parameter", "login", "device", ["string"], 1],
    ]);
  });

  it("[GAP-3] [GAP-4] fields, values of other types, and fields that are not there", () => {
    const answer = { results: [{ owner: 7 }, { colour: "red" }, { colour: null }], pagination: { links: { up: "x" } } };
    const gaps = gapsOf(exchange(`${PORTAL}/api/mods`, { answer }));
    const short = gaps.map(({ what, name, schema, requests }) => [what, name, schema.type.join(), requests]);
    expect(short).toContainEqual(["field", "results[].colour", "string,null", 1]);
    expect(short).toContainEqual(["field", "pagination.links.up", "string", 1]);
    expect(short).toContainEqual(["type", "results[].owner", "number", 1]);
    expect(short).toContainEqual(["missing", "results[].name", "", 1]);
  });

  it("[GAP-5] statuses, but for those any server may answer", () => {
    const seen = [304, 418, 429, 502, 0].map((status) => exchange(`${PORTAL}/api/mods/x`, { status }));
    expect(gapsOf(...seen).map(({ what, name }) => [what, name])).toEqual([["status", "418"]]);
  });

  it("[GAP-6] no values, and no names that can only be secrets", () => {
    const secret = "0123456789abcdef0123456789abcd";
    const gaps = gapsOf(
      exchange(`${PORTAL}/api/mods?${secret}=1&new=${secret}`, { answer: { results: [], [secret]: secret } }),
      exchange(`${PORTAL}/unknown/${secret}/x`, { answer: { [secret]: { inner: secret } } }),
    );
    expect(gaps).toHaveLength(5);
    expect(JSON.stringify(gaps)).not.toContain(secret);
    expect(gaps.map(({ path }) => path)).toContain("/unknown/{id}/x");
  });

  it("answers whatever JSON comes", () => {
    const paths = ["/api/mods", "/api/mods/x/full", "/api/search", "/nothing"];
    const input = fc.record({
      method: fc.constantFrom("GET", "POST", "HEAD", "DELETE"),
      url: fc.constantFrom(...paths).map((path) => new URL(PORTAL + path)),
      form: fc.array(fc.tuple(fc.string(), fc.string()), { maxLength: 3 }),
      json: fc.jsonValue(),
      status: fc.constantFrom(0, 200, 404, 599),
      answer: fc.jsonValue(),
    });
    const finder = openGapFinder(document);
    fc.assert(
      fc.property(input, (seen) => void finder.add(seen)),
      { numRuns: 300 },
    );
    const { gaps } = finder.report();
    expect(JSON.parse(JSON.stringify(formatOverlay(gaps, "1")))).toMatchObject({ overlay: "1.0.0" });
    expect(formatGapsWiki(gaps)).toContain('{| class="wikitable"');
  });
});

describe("gaps for others to use", () => {
  const GAPS = gapsOf(
    exchange(`${PORTAL}/api/mods?new=1&sort=x`, { answer: { results: [{ name: 1, colour: "" }], "a'b": 1 } }),
    exchange(`${PORTAL}/api/search`, { method: "POST", json: { query: "x", deep: {} }, status: 418, answer: {} }),
    exchange("https://auth.factorio.com/api-login", { method: "POST", form: [["device", "x"]], answer: EXAMPLE }),
    exchange(`${PORTAL}/api/v3/lamps`, { form: [["|x", "1"]], answer: [1] }),
  );

  it("[GAP-7] an overlay changes places that the document has", () => {
    const whole = formatOpenApi("1.0.0");
    const { actions } = formatOverlay(GAPS, "1.0.0") as {
      readonly actions: readonly { readonly target: string; readonly update: object }[];
    };
    expect(actions.length).toBeGreaterThan(8);
    for (const { target } of actions) expect(at(whole, target), target).toEqual(expect.any(Object));
    expect(actions).toContainEqual({
      target: "$['components']['schemas']['ModListEntry']['properties']",
      update: { colour: { "x-confidence": "observed", "x-source": "a capture", type: "string" } },
    });
    expect(actions.at(-1)).toMatchObject({
      target: "$['paths']",
      update: { "/api/v3/lamps": { get: { responses: {} } } },
    });
  });

  it("[GAP-8] wiki text has a row for every gap, below its request and page", () => {
    const text = formatGapsWiki(GAPS);
    expect(text).toMatch(/^= Mod_portal_API =\n\n== GET <nowiki>https:\/\/mods.factorio.com\/api\/mods<\/nowiki> ==/);
    expect(text).toContain("= No page yet =");
    expect(text.match(/^\|-$/gm)).toHaveLength(GAPS.length);
    expect(text).toContain("&#124;x");
  });
});

/** What a normalised JSONPath leads to. */
function at(value: unknown, path: string): unknown {
  const steps = [...path.matchAll(/\['((?:[^'\\]|\\.)*)'\]|\[(\d+)\]/g)];
  return steps.reduce(
    (inner, [, name, index]) => (inner as Record<string, unknown>)?.[name?.replaceAll(/\\(.)/g, "$1") ?? Number(index)],
    value,
  );
}
