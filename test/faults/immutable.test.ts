import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isDeepStrictEqual } from "node:util";
import { readState } from "./installed-state.ts";
import { expectNothingLeft, expectSuccess, openScene } from "./scene.ts";

/** True to root, on file systems that know such files. */
function mayFreeze(): boolean {
  const probe = mkdtempSync(join(tmpdir(), "roboport-immutable-"));
  try {
    freeze("+i", probe);
    freeze("-i", probe);
    return true;
  } catch (error) {
    if (error instanceof Error && ("status" in error || "code" in error)) return false;
    throw error;
  } finally {
    rmSync(probe, { recursive: true });
  }
}

function freeze(how: "+i" | "-i", path: string): void {
  execFileSync("chattr", [how, path], { stdio: "ignore" });
}

describe.skipIf(!mayFreeze())("what the admin made immutable (as root, on a disk that knows it)", () => {
  it.each([
    ["the mods folder", "", ["add", "wanted"]],
    ["a zip that is to go", "settled_1.0.0.zip", ["remove", "settled"]],
    ["mod-list.json", "mod-list.json", ["add", "wanted"]],
  ])("[DISK-5] [TXN-5] %s refuses the change, and the hint mends it", async (_, name, argv) => {
    await using scene = await openScene();
    const { server } = scene;
    const before = await readState(server.root);
    const path = join(server.modsDir, name);
    freeze("+i", path);
    try {
      const ran = await server.run([...argv, "--json"]);
      const { error } = JSON.parse(ran.stdout);
      expect([ran.exitCode, error.code, error.hint]).toEqual([
        6,
        "PERMISSION",
        `Run: sudo chattr -R -i ${server.modsDir}`,
      ]);
      expect(await readState(server.root)).toEqual(before);
      await expectNothingLeft(server);
    } finally {
      freeze("-i", path);
    }
    expectSuccess(await server.run(argv));
    expect(isDeepStrictEqual(await readState(server.root), before)).toBe(false);
  });
});
