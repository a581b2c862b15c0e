import { chmodSync, chownSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { plantFolder } from "../../test/installation/planted-folder.ts";
import { RoboportError } from "../errors.ts";
import { findAccess, type OwnedFile, planAccess } from "./permissions.ts";

const isRoot = process.geteuid?.() === 0;
const folder = { path: "/srv/my mods", uid: 845, gid: 845 };
const file = (name: string, [uid, gid, mode]: readonly [number, number, number]): OwnedFile => ({
  path: `/srv/my mods/${name}`,
  uid,
  gid,
  mode: 0o100000 | mode,
  isWritten: name.startsWith("mod-"),
});
const decide = (...files: readonly OwnedFile[]) => planAccess({ folder, files, refusal: undefined });

describe("permissions of a mods folder", () => {
  it("[PERM-1] takes the folder's owner for the user of the game", () => {
    expect(decide(file("a.zip", [845, 845, 0o600]))).toEqual({
      owner: { uid: 845, gid: 845 },
      writable: true,
      strays: [],
      hint: undefined,
    });
    const ofRoot = { path: "/mods", uid: 0, gid: 0 };
    expect(planAccess({ folder: ofRoot, files: [file("a.zip", [1, 1, 0])], refusal: undefined }).strays).toEqual([]);
  });

  it.each([
    ["a.zip", 0o644, false],
    ["a.zip", 0o600, true],
    ["a.zip", 0o640, true],
    ["mod-list.json", 0o644, true],
    ["mod-list.json", 0o646, false],
    ["mod-settings.dat", 0o600, true],
  ])("[PERM-2] root's %s of mode %o is in the game's way: %j", (name, mode, isStray) => {
    expect(decide(file(name, [0, 0, mode])).strays).toHaveLength(isStray ? 1 : 0);
  });

  it("[PERM-2] counts what the group may do", () => {
    expect(decide(file("mod-list.json", [0, 845, 0o660])).strays).toEqual([]);
    expect(decide(file("mod-list.json", [0, 845, 0o646])).strays).toHaveLength(1);
  });

  it("[PERM-3] gives the exact command", () => {
    const stray = (name: string) => file(name, [0, 0, 0o600]);
    expect(decide(stray("a.zip")).hint).toBe("Run: sudo chown 845:845 '/srv/my mods/a.zip'");
    expect(decide(...["a", "b", "c", "d", "e", "f"].map(stray)).hint).toBe("Run: sudo chown -R 845:845 '/srv/my mods'");
  });

  it("[PERM-4] gives the command that lets this process write", () => {
    const refusal = new RoboportError("PERMISSION", "Cannot write into /mods", { hint: "Run: sudo chown …" });
    expect(planAccess({ folder, files: [], refusal })).toMatchObject({ writable: false, hint: "Run: sudo chown …" });
  });

  it.skipIf(!isRoot)("[PERM-2] looks at a real folder", async () => {
    const mods = plantFolder({ "mod-list.json": "{}", "a_1.0.0.zip": "", "sub/x": "" });
    chownSync(mods, 845, 845);
    chmodSync(mods, 0o755);
    chmodSync(join(mods, "a_1.0.0.zip"), 0o600);
    const look = await findAccess(mods);
    expect(look && planAccess(look)).toEqual({
      owner: { uid: 845, gid: 845 },
      writable: true,
      strays: [join(mods, "a_1.0.0.zip"), join(mods, "mod-list.json")],
      hint: `Run: sudo chown 845:845 ${join(mods, "a_1.0.0.zip")} ${join(mods, "mod-list.json")}`,
    });
  });

  it("[PERM-4] has nothing to say where there is no folder", async () => {
    expect(await findAccess(join(plantFolder(), "mods"))).toBeUndefined();
  });
});
