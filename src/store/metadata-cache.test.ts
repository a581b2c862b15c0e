import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openMetadataCache } from "./metadata-cache.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "roboport-meta-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const KEY = "GET https://portal.example/api/mods/x/full";
const ENTRY = { status: 200, body: '{"name":"x ü \u0000"}', etag: '"a"', storedAt: 1, freshUntil: 2 };

/** The one file of the cache. */
function entryFile(): string {
  const [path = ""] = readdirSync(dir, { recursive: true, encoding: "utf8" }).filter((each) =>
    /[0-9a-f]{62}$/.test(each),
  );
  return join(dir, path);
}

describe("metadata cache", () => {
  it("[META-1] keeps an answer between runs and misses what it does not have", async () => {
    await openMetadataCache({ dir }).put(KEY, ENTRY);
    expect(await openMetadataCache({ dir }).get(KEY)).toEqual(ENTRY);
    expect(await openMetadataCache({ dir }).get(`${KEY}?`)).toBeUndefined();
  });

  it("[META-2] misses an entry that any byte was changed of, or that was cut off", async () => {
    const cache = openMetadataCache({ dir });
    await cache.put(KEY, ENTRY);
    const good = readFileSync(entryFile());
    for (let at = 0; at < good.byteLength; at++) {
      const bad = Buffer.from(good);
      bad[at] = (bad[at] ?? 0) ^ 1;
      writeFileSync(entryFile(), bad);
      const found = await cache.get(KEY);
      // White space around the text is the only thing that may change.
      expect(found === undefined || at === good.byteLength - 1, `byte ${at}`).toBe(true);
      writeFileSync(entryFile(), good.subarray(0, at));
      expect(at === good.byteLength - 1 || (await cache.get(KEY)) === undefined, `cut at ${at}`).toBe(true);
    }
  });

  it("[META-3] never takes the entry of one key for another's", async () => {
    const cache = openMetadataCache({ dir });
    await cache.put(KEY, ENTRY);
    const moved = readFileSync(entryFile());
    await cache.put("other", ENTRY);
    for (const path of readdirSync(dir, { recursive: true, encoding: "utf8" })) {
      if (/[0-9a-f]{62}$/.test(path)) writeFileSync(join(dir, path), moved);
    }
    expect(await cache.get("other")).toBeUndefined();
  });
});
