import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { memoryWorld } from "../../testing/index.ts";
import { type RunningPortal, startPortal } from "../serve.ts";

const BUILT = new URL("../../../dist/api-page", import.meta.url);

describe("the page about the API", () => {
  let portal: RunningPortal;
  beforeAll(async () => {
    portal = await startPortal({
      world: memoryWorld().mod("aa").release("1.0.0"),
      filesPort: "same",
      version: "1.2.3",
    });
  });
  afterAll(() => portal.close());
  const get = (path: string, accepted = "br") => fetch(portal.url + path, { headers: { "Accept-Encoding": accepted } });

  it("[HTTP-60] is about what is served", async () => {
    const document = (await (await get("/openapi.json")).json()) as {
      info: { version: string };
      paths: Record<string, Record<string, { responses: object }>>;
    };
    expect(document.info.version).toBe("1.2.3");
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining([
        "/api/mods",
        "/api/mods/{name}",
        "/api/search",
        "/download/{name}/{release}",
        "/download/{name}/{release}/{file}",
        "/readyz",
      ]),
    );
    // Uploads are not served without somewhere to keep them, nor are the other services.
    expect(Object.keys(document.paths).join()).not.toMatch(/upload|login|get-games|latest-releases/);
    for (const path of ["/api/mods", "/api/search"]) {
      for (const { responses } of Object.values(document.paths[path] ?? {})) expect(responses).toHaveProperty("429");
    }
  });

  it("[HTTP-61] names no other host, and forbids them all", async () => {
    const page = await get("/docs");
    const text = await page.text();
    const policy = page.headers.get("content-security-policy");
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; /);
    expect(policy).not.toMatch(/https?:|unsafe-eval|\*/);
    expect([...text.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, target]) => target)).toEqual([
      "data:,",
      "/docs/swagger-ui.css",
      "/openapi.json",
      "/docs/swagger-ui-bundle.js",
      "/docs/start.js",
    ]);
    expect(await (await get("/docs/start.js")).text()).toContain('url: "/openapi.json"');
    expect((await get("/docs/..%2fLICENSE")).status).toBe(404);
  });

  it.skipIf(!existsSync(BUILT))("[HTTP-61] brings its own files, packed or not", async () => {
    for (const name of ["swagger-ui-bundle.js", "swagger-ui.css"]) {
      const packed = await get(`/docs/${name}`);
      expect([packed.status, packed.headers.get("content-encoding")]).toEqual([200, "br"]);
      const plain = await get(`/docs/${name}`, "identity");
      expect(plain.headers.get("content-encoding")).toBeNull();
      expect(await plain.text()).toBe(await packed.text());
    }
  });
});
