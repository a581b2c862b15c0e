import { describe, expect, it } from "vitest";
import { runCli } from "./harness.ts";

describe("api", () => {
  it("[CONTRACT-2] prints the OpenAPI document, with and without --json", async () => {
    const plain = await runCli(["api", "openapi"]);
    const json = await runCli(["api", "openapi", "--json"]);
    expect(plain.exitCode).toBe(0);
    expect(JSON.parse(plain.stdout)).toEqual(JSON.parse(json.stdout));
    expect(JSON.parse(json.stdout)).toMatchObject({ openapi: "3.1.1", paths: { "/api/search": { post: {} } } });
  });

  it("[CONTRACT-3] lists wiki pages and prints one, by the wiki's name or a person's", async () => {
    const pages = await runCli(["api", "wiki"]);
    expect(pages.stdout.split("\n")).toContain("Mod_search_API");
    const page = await runCli(["api", "wiki", "mod search api"]);
    expect(page.stdout).toMatch(/^== POST \/api\/search ==\n/);
    expect(page.stdout).toContain('{| class="wikitable"');
  });

  it("refuses a page there is no text for", async () => {
    const ran = await runCli(["api", "wiki", "Lamps"]);
    expect(ran).toMatchObject({ exitCode: 2, stdout: "" });
    expect(ran.stderr).toContain('There is no text for the wiki page "Lamps"');
  });
});
