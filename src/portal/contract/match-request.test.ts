import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ENDPOINTS } from "./api.ts";
import { SERVICES } from "./endpoint.ts";
import { findEndpoint } from "./match-request.ts";

const find = (method: string, url: string, fields: readonly string[] = []) =>
  findEndpoint({ method, url: new URL(url), fields });

describe("recognising a request", () => {
  it.each([
    ["GET", "https://mods.factorio.com/api/mods?page_size=max&full=True&version=1.1.101&lang=en", "listMods"],
    ["POST", "https://mods.factorio.com/api/mods?page_size=max", "listModsByName"],
    ["GET", "https://mods.factorio.com/api/mods/Squeak%20Through/full?version=0.17.79&lang=en", "getModFull"],
    ["HEAD", "https://mods.factorio.com//download/flib/5ecac7e44d121d000cd77c76", "downloadRelease"],
    ["GET", "https://mods-data.factorio.com/assets/2fd4e1c67a2d28fced849ee1bb76e7391b93eb12.thumb.png", "getAsset"],
    ["GET", "https://dl-mod.factorio.com/files/ab/cdef?secure=x,1", "fetchZip"],
    ["GET", "https://factorio.com/api/latest-releases", "getLatestReleases"],
    ["GET", "https://multiplayer.factorio.com/get-game-details/203.0.113.5:34197", "getGameDetails"],
    ["GET", "https://updater.factorio.com/get-available-versions?username=u&token=t&apiVersion=2", "listUpdates"],
    ["POST", "https://auth.factorio.com/api-login?api_version=2", "login"],
  ])("[CONTRACT-4] %s %s", (method, url, id) => {
    expect(find(method, url)).toMatchObject({ endpoint: { id }, unknown: [] });
  });

  it.each(["https://example.org/api/mods", "https://mods.factorio.com/api/nothing", "https://mods.factorio.com/api"])(
    "[CONTRACT-4] knows nothing of %s",
    (url) => {
      expect(find("GET", url)).toBeUndefined();
    },
  );

  it("[CONTRACT-4] decodes what stands in the path, and leaves what cannot be decoded", () => {
    expect(find("GET", "https://mods.factorio.com/api/mods/Squeak%20Through")?.path).toEqual({
      name: "Squeak Through",
    });
    expect(find("GET", "https://mods.factorio.com/api/mods/%FF%zz")?.path).toEqual({ name: "%FF%zz" });
    expect(find("GET", "https://mods.factorio.com/api/mods/%FF")?.path).toEqual({ name: "%FF" });
  });

  it("[CONTRACT-4] another host is a portal where the caller says so", () => {
    const url = new URL("http://127.0.0.1:8080/api/mods");
    expect(findEndpoint({ method: "GET", url })).toBeUndefined();
    expect(findEndpoint({ method: "GET", url }, "portal")?.endpoint.id).toBe("listMods");
  });

  it("[CONTRACT-5] names what the contract does not know, once", () => {
    const url = "https://mods.factorio.com/api/mods?page=1&expansion=x&expansion=y&q=old&owner=me&token=t";
    expect(find("GET", url)?.unknown).toEqual(["expansion"]);
    expect(find("POST", "https://mods.factorio.com/api/search", ["query", "tag", "planet"])?.unknown).toEqual([
      "planet",
    ]);
  });

  it("[CONTRACT-6] knows a path by another method", () => {
    expect(find("PUT", "https://mods.factorio.com/api/bookmarks")?.endpoint.id).toBe("listBookmarks");
    expect(find("GET", "https://mods.factorio.com/api/bookmarks/toggle")?.endpoint.id).toBe("toggleBookmarkByGet");
  });

  it("[CONTRACT-4] finds every endpoint by its own path, whatever its parameters hold", () => {
    const value = fc.string({ minLength: 1, unit: "grapheme" }).filter((text) => !/^\.+$/.test(text));
    fc.assert(
      fc.property(fc.constantFrom(...ENDPOINTS), value, (endpoint, text) => {
        const path = endpoint.path.replaceAll(/\{\w+\}/g, encodeURIComponent(text));
        const url = new URL(SERVICES[endpoint.service].origin + path);
        const found = findEndpoint({ method: endpoint.method, url });
        expect(found?.endpoint.path).toBe(endpoint.path);
        for (const each of Object.values(found?.path ?? {})) expect(each).toBe(text);
      }),
    );
  });
});

const LOGS = join(
  process.env["ROBOPORT_DATA"] ?? fileURLToPath(new URL("../../../../shared/data", import.meta.url)),
  "logs",
);

describe.skipIf(!existsSync(LOGS))("recorded logs of the game", () => {
  it("[CONTRACT-7] hold no request the contract does not know", () => {
    const urls = readdirSync(LOGS)
      .flatMap(
        (name) => readFileSync(join(LOGS, name), "utf8").match(/https:\/\/[a-z0-9.-]*factorio\.com\/[^ "',)]+/g) ?? [],
      )
      .map((text) => new URL(text));
    const unknown = urls.filter((url) => findEndpoint({ method: "GET", url })?.unknown.length !== 0);
    expect(urls.length).toBeGreaterThan(50);
    expect(unknown.map(({ href }) => href)).toEqual([]);
  });
});
