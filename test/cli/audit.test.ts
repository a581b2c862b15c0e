import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exitCodeOf } from "../../src/errors.ts";
import { writeZip } from "../../src/store/zip-write.ts";
import { memoryWorld, startTestPortal, type TestPortal } from "../../src/testing/index.ts";
import { createTestServer, type Ran, type TestServer } from "./harness.ts";

type Info = Readonly<Record<string, unknown>>;

/** Zips with nothing but their info.json, by file name. */
function zips(mods: Readonly<Record<string, Info>>): Readonly<Record<string, Uint8Array>> {
  return Object.fromEntries(Object.entries(mods).map(([id, info]) => [`${id}.zip`, zipOf(id, info)]));
}

function zipOf(id: string, info: Info): Uint8Array {
  const [, name, version] = /^(.+)_(.+)$/.exec(id) ?? [];
  const text = JSON.stringify({ name, version, title: name, author: "me", factorio_version: "2.0", ...info });
  return writeZip([{ path: `${id}/info.json`, bytes: Buffer.from(text) }]);
}

function modList(...entries: readonly object[]): string {
  return JSON.stringify({ mods: entries });
}

const OFF = ["elevated-rails", "quality", "space-age"].map((name) => ({ name, enabled: false }));

function rulesOf({ stdout }: Ran): readonly string[] {
  return JSON.parse(stdout).findings.map(({ rule, mods }: { rule: string; mods: string[] }) =>
    [rule, ...mods].join(" "),
  );
}

async function lookOf({ root, modsDir }: TestServer): Promise<unknown> {
  return [await readdir(root), await readdir(modsDir), await readFile(join(modsDir, "mod-list.json"), "utf8")];
}

let portal: TestPortal;
beforeAll(async () => {
  const world = memoryWorld()
    .mod("root")
    .release("1.0.0", { dependencies: ["base", "leaf", "? extra >= 2.0"] })
    .mod("leaf")
    .release("1.0.0");
  portal = await startTestPortal(world);
});
afterAll(() => portal.close());

describe("audit", () => {
  it("[AUDIT-21] [AUDIT-25] judges a folder nobody manages as the game would load it, and leaves it alone", async () => {
    const mods = {
      "a_1.0.0": { dependencies: ["lib >= 2.0", "off", "base"], license: "MIT" },
      "lib_1.0.0": { space_travel_required: true },
      "off_1.0.0": { dependencies: ["missing"] },
    };
    const list = modList(...OFF, { name: "off", enabled: false });
    await using server = await createTestServer({ mods: { ...zips(mods), "mod-list.json": list } });
    const before = await lookOf(server);
    const ran = await server.run(["audit", "--json"]);
    expect(ran.exitCode).toBe(exitCodeOf("AUDIT_FAILED"));
    expect(JSON.parse(ran.stdout)).toMatchObject({ ok: false, factorio: "2.0.60" });
    expect(JSON.parse(ran.stdout).findings[0]).toEqual({
      rule: "AUDIT-7",
      severity: "error",
      mods: ["a", "lib"],
      text: 'a 1.0.0 needs "lib >= 2.0", but lib is 1.0.0.',
      hint: "Take another release of a or of lib.",
    });
    expect(rulesOf(ran)).toEqual(["AUDIT-7 a lib", "AUDIT-4 a off", "AUDIT-27 a", "AUDIT-18 lib"]);
    expect(await lookOf(server)).toEqual(before);
  });

  it("[AUDIT-21] reads folders, takes the highest version, and judges for another game on demand", async () => {
    const mods = { "a_1.0.0": { dependencies: ["missing"] }, "a_1.1.0": { dependencies: ["b"] } };
    await using server = await createTestServer({ mods: { ...zips(mods), "mod-list.json": modList(...OFF) } });
    const folder = join(server.modsDir, "b");
    await mkdir(folder);
    const info = { name: "b", version: "1.0.0", factorio_version: "2.0", expansion_required: true };
    await writeFile(join(folder, "info.json"), JSON.stringify(info));
    const ran = await server.run(["audit", "--json"]);
    expect([ran.exitCode, rulesOf(ran)]).toEqual([0, ["AUDIT-13 a", "AUDIT-18 b"]]);
    const other = await server.run(["audit", "--factorio", "2.1.12", "--json"]);
    expect(other.exitCode).toBe(3);
    expect(rulesOf(other).slice(0, 2)).toEqual(["AUDIT-12 a", "AUDIT-12 b"]);
  });

  it("[AUDIT-22] [AUDIT-23] warns of a pin that is not there and of a zip that is no mod", async () => {
    const pinned = { name: "a", enabled: true, version: "2.0.0" };
    const mods = { ...zips({ "a_1.0.0": {} }), "b_1.0.0.zip": "x", "mod-list.json": modList(...OFF, pinned) };
    await using server = await createTestServer({ mods });
    const ran = await server.run(["audit", "--json"]);
    expect([ran.exitCode, rulesOf(ran)]).toEqual([0, ["AUDIT-22 a", "AUDIT-23 b"]]);
    await writeFile(join(server.modsDir, "mod-list.json"), modList(...OFF, { ...pinned, enabled: false }));
    expect(rulesOf(await server.run(["audit", "--json"]))).toEqual(["AUDIT-23 b"]);
  });

  it("[AUDIT-24] judges the lockfile before anything of it is installed", async () => {
    await using server = await createTestServer({ portal: portal.url });
    await server.run(["init"]);
    await server.run(["add", "root", "--no-apply"]);
    const asked = portal.requests.length;
    expect((await server.run(["audit", "--lockfile"])).exitCode).toBe(0);
    const path = join(server.root, "roboport.lock");
    const locked = await readFile(path, "utf8");
    await writeFile(path, locked.replace(/.*"leaf_1\.0\.0\.zip".*\n/, "").replace(/\},\n(?= {2}\])/, "}\n"));
    const ran = await server.run(["audit", "--lockfile", "--json"]);
    expect([ran.exitCode, rulesOf(ran)[0]]).toEqual([3, "AUDIT-2 root leaf"]);
    expect((await server.run(["audit"])).exitCode).toBe(0);
    expect(portal.requests.length).toBe(asked);
  });

  it("[AUDIT-28] sees that mod-list.json switches base off", async () => {
    const list = modList(...OFF, { name: "base", enabled: false });
    await using server = await createTestServer({ mods: { "mod-list.json": list } });
    const ran = await server.run(["audit", "--json"]);
    expect([ran.exitCode, rulesOf(ran)]).toEqual([3, ["AUDIT-28 base"]]);
  });

  it("tells people what is wrong, by severity, and what to do", async () => {
    const mods = { "a_1.0.0": { dependencies: ["lib", "! b"] }, "b_1.0.0": { quality_required: true }, "c_1.0.0": {} };
    const files = { ...zips(mods), "c_1.0.0.zip": "x", "mod-list.json": modList(...OFF) };
    await using server = await createTestServer({ mods: files });
    expect(server.transcript(await server.run(["audit"]))).toMatchInlineSnapshot(`
      "exit code 3
      ----- stdout -----
      Errors:
        x a 1.0.0 and b 1.0.0 cannot be together: a says "! b".
          Leave a out, or leave b out.
        x a 1.0.0 needs "lib", which is not there.
          Install lib, or leave a out.

      Warnings:
        ! The game skips c_1.0.0.zip: it has no end record, so it is cut off or no zip at all.
          Replace c_1.0.0.zip with a proper copy, or move it away.

      Notes:
        - Players need Space Age because of b.

      x Factorio 2.0.60 does not load these mods: 2 errors
      ----- stderr -----
      "
    `);
    await using fine = await createTestServer({ mods: { "mod-list.json": modList(...OFF) } });
    expect(fine.transcript(await fine.run(["audit"]))).toMatchInlineSnapshot(`
      "exit code 0
      ----- stdout -----
      ok Factorio 2.0.60 loads these mods
      ----- stderr -----
      "
    `);
  });
});

describe("list --order", () => {
  it("[AUDIT-26] numbers what the game loads, built-ins and mods put there by hand included", async () => {
    const mods = {
      "zz_1.0.0": { dependencies: [] },
      "extra_2.0.0": { dependencies: ["base", "? leaf"] },
      "off_1.0.0": {},
    };
    const list = modList(...OFF.slice(1), { name: "off", enabled: false });
    await using server = await createTestServer({ portal: portal.url, mods: { "mod-list.json": list } });
    await server.run(["init"]);
    await server.run(["add", "root"]);
    for (const [file, bytes] of Object.entries(zips(mods))) await writeFile(join(server.modsDir, file), bytes);
    const ran = await server.run(["list", "--order"]);
    expect(ran.stdout).toBe("1  base\n2  zz\n3  elevated-rails\n4  leaf\n5  extra\n6  root\n");
    const { loadOrder } = JSON.parse((await server.run(["list", "--order", "--json"])).stdout);
    expect(loadOrder).toEqual(["base", "zz", "elevated-rails", "leaf", "extra", "root"]);
  });
});
