import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { plantTree, REPOSITORY } from "./planted-tree.ts";

/** Letters of both cases and characters that every encoding spells differently. */
const SECRET = 'Canary7/+= "tweet"&x';

function search(root: string): { readonly status: number | null; readonly finds: string } {
  const { status, stderr } = spawnSync(process.execPath, [join(REPOSITORY, "scripts/canary.mjs"), root], {
    env: { ...process.env, ROBOPORT_CANARY: SECRET },
    encoding: "utf8",
  });
  return { status, finds: stderr };
}

const base64 = (text: string) => Buffer.from(text).toString("base64");

describe("canary", () => {
  it("finds nothing where nothing is", () => {
    const root = plantTree({ "out/log.txt": "Canary8 and other birds\n" });
    expect(search(join(root, "out"))).toEqual({ status: 0, finds: "" });
  });

  it.each([
    ["plain", SECRET],
    ["upper case", SECRET.toUpperCase()],
    ["URL component", `?token=${encodeURIComponent(SECRET)}&x=1`],
    [
      "URL component, lower case",
      encodeURIComponent(SECRET).replaceAll("%2F", "%2f").replaceAll("%2B", "%2b").replaceAll("%3D", "%3d"),
    ],
    ["form field", new URLSearchParams({ token: SECRET }).toString()],
    ["JSON string", JSON.stringify({ token: SECRET })],
    ["JSON string twice", JSON.stringify(JSON.stringify({ token: SECRET }))],
    ["base64 at 0", base64(SECRET)],
    ["base64 at 1", base64(`u${SECRET}, and more`)],
    ["base64 at 2", base64(`:(${SECRET}`)],
    ["base64 at 2", base64(`user:${SECRET}`)],
    ["hex", Buffer.from(SECRET).toString("hex")],
  ])("finds it as %s", (_, text) => {
    const { status, finds } = search(join(plantTree({ "out/request.log": `before ${text} after` }), "out"));
    expect(finds).toContain("request.log: ");
    expect(status).toBe(1);
  });

  it("finds it in a file name and inside gzip", () => {
    const root = plantTree({ [`out/${encodeURIComponent(SECRET)}.txt`]: "" });
    writeFileSync(join(root, "out", "cached.gz"), gzipSync(SECRET));
    const { finds } = search(join(root, "out"));
    expect(finds.trim().split("\n")).toHaveLength(2);
  });

  it("says how it is used when no secret is planted", () => {
    const script = join(REPOSITORY, "scripts/canary.mjs");
    expect(spawnSync(process.execPath, [script], { env: {} }).status).toBe(2);
  });
});
