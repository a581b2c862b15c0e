import { mkdirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { plantFolder } from "../../test/installation/planted-folder.ts";
import { findCaseFolding, findMount, isContainer, mountOf, parseMountInfo } from "./mount.ts";

const INFO = `22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/root rw
31 22 0:27 /vol /factorio rw,relatime master:3 shared:4 - overlay overlay rw,lowerdir=/a
32 31 0:28 / /factorio/my\\040mods rw - nfs4 host:/x rw
33 22 0:29 / /factorio/my\\040mods rw - xfs /dev/sdb rw
`;

describe("mounts", () => {
  it.each([
    ["/srv", "ext4"],
    ["/factorio", "overlay"],
    ["/factorio2/mods", "ext4"],
    ["/factorio/saves/x", "overlay"],
    ["/factorio/my mods", "xfs"],
    ["/factorio/my mods/a", "xfs"],
  ])("[DOCTOR-15] %s is on %s", (path, type) => {
    expect(mountOf(path, parseMountInfo(INFO))?.type).toBe(type);
  });

  it.skipIf(process.platform !== "linux")("[DOCTOR-15] finds the one of a real folder", async () => {
    expect((await findMount("/proc/self"))?.type).toBe("proc");
    expect(await findMount(join(plantFolder(), "not there"))).toBeUndefined();
  });

  it("[DOCTOR-15] tells whether letter case counts", async () => {
    const root = realpathSync(plantFolder());
    for (const name of ["mods", "MODS2"]) mkdirSync(join(root, name));
    const folding = await findCaseFolding(join(root, "mods"));
    expect(folding).toBe(await findCaseFolding(join(root, "MODS2")));
    if (process.platform === "linux") expect(folding).toBe(false);
    expect(await findCaseFolding(join(root, "123"))).toBeUndefined();
    mkdirSync(join(root, "MODS"), { recursive: true });
    if (process.platform === "linux") expect(await findCaseFolding(join(root, "mods"))).toBe(false);
  });

  it("[DOCTOR-7] knows a container by its marks", async () => {
    expect(await isContainer(plantFolder())).toBe(false);
    expect(await isContainer(plantFolder({ ".dockerenv": "" }))).toBe(true);
    expect(await isContainer(plantFolder({ "run/.containerenv": "" }))).toBe(true);
  });
});
