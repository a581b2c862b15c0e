import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeZip } from "../../src/store/zip-write.ts";
import { memoryWorld, startTestPortal, type TestPortal } from "../../src/testing/index.ts";
import { createTestServer } from "../cli/harness.ts";
import { findLeftovers, findUnproved, type InstalledState, readState } from "./installed-state.ts";
import { buildProgram, type Program } from "./program.ts";
import { expectSuccess } from "./scene.ts";
import { mayMount, openMountSpace } from "./small-disk.ts";

const KIB = 1024;
/** Of each zip. */
const SIZE = 256 * KIB;
const MODS = ["big-1", "big-2", "big-3", "big-4"];

const world = memoryWorld().mod("settled").release("1.0.0");
for (const name of MODS) world.mod(name).release("1.0.0", { bytes: zipOf(name) });

/** A mod that cannot be compressed. */
function zipOf(name: string): Uint8Array<ArrayBuffer> {
  const info = { name, version: "1.0.0", title: name, author: "", factorio_version: "2.0", dependencies: ["base"] };
  return writeZip([
    { path: `${name}_1.0.0/info.json`, bytes: Buffer.from(JSON.stringify(info)) },
    { path: `${name}_1.0.0/noise.bin`, bytes: randomBytes(SIZE) },
  ]);
}

/** Room for the mod that is there and half of those that are to come. */
const MODS_MOUNT = "cp -a mods ../copy; mount -t tmpfs -o size=600k none mods; cp -a ../copy/. mods; rm -r ../copy";

describe.skipIf(!mayMount())("a disk of its own (as root, where mounting is allowed)", () => {
  let portal: TestPortal;
  let program: Program;
  beforeAll(async () => {
    [portal, program] = await Promise.all([startTestPortal(world), buildProgram()]);
  });
  afterAll(async () => {
    await portal?.close();
    await program?.[Symbol.asyncDispose]();
  });

  /** A server with one mod whose folder, and its store if asked, is a small disk; `mount` adds to it. */
  async function openDisk({ size = 8 * KIB, withStore = false, mount = "" } = {}) {
    const server = await createTestServer({ portal: portal.url });
    for (const argv of [["init"], ["add", "settled"]]) expectSuccess(await server.run(argv));
    const copy = 'cp -a . ../copy; mount -t tmpfs -o size=$1k none "$0"; cp -a ../copy/. "$0"; rm -r ../copy; cd "$0"';
    const space = await openMountSpace(server.root, `${copy}; ${mount}`, String(size));
    const env = { ...server.env, ...(withStore && { ROBOPORT_CACHE_DIR: join(server.root, "saves/cache") }) };
    return {
      modsDir: server.modsDir,
      root: space.seen(server.root),
      sh: (script: string) => space.sh(server.root, script),
      roboport: (...argv: readonly string[]) =>
        program.run(argv, { cwd: server.root, env, through: space.through(server.root) }),
      [Symbol.asyncDispose]: async () => {
        await space[Symbol.asyncDispose]();
        await server[Symbol.asyncDispose]();
      },
    };
  }
  type Disk = Awaited<ReturnType<typeof openDisk>>;

  /** The command is refused, and nothing has changed or is left. */
  async function expectRefused(disk: Disk, argv: readonly string[], error: object) {
    const before = await readState(disk.root);
    const ended = await disk.roboport(...argv, "--json");
    expect(JSON.parse(ended.stdout)).toMatchObject({ error });
    expect(ended.exitCode).toBe(6);
    await expectUnchanged(disk, before);
  }

  async function expectUnchanged(disk: Disk, before: InstalledState): Promise<void> {
    expect(await readState(disk.root)).toEqual(before);
    expect(await findLeftovers(disk.root)).toEqual([]);
  }

  it("[DISK-4] fills up while a release is downloaded", async () => {
    await using disk = await openDisk({ size: 800, withStore: true });
    await expectRefused(disk, ["add", ...MODS], { code: "DISK_FULL" });
    expect(await findUnproved(join(disk.root, "saves/cache"))).toEqual([]);
    disk.sh("mount -o remount,size=8m .");
    expectSuccess(await disk.roboport("add", ...MODS));
    expectSuccess(await disk.roboport("verify"));
  });

  it("[FETCH-9] is too small for what is locked, which is known before anything is fetched", async () => {
    await using disk = await openDisk({ withStore: true });
    expectSuccess(await disk.roboport("add", ...MODS));
    disk.sh("rm -r saves/cache/blobs-v1 mods/big-*; mount -o remount,size=900k .");
    const asked = portal.requests.length;
    await expectRefused(disk, ["install"], { code: "DISK_FULL" });
    expect(portal.requests.slice(asked).filter(({ url }) => url.startsWith(portal.filesUrl))).toEqual([]);
  });

  it("[TXN-2] [OPS-1] is too full for the change by less and less, until it is not", async () => {
    await using disk = await openDisk({ size: 4 * KIB });
    const before = await readState(disk.root);
    const outcomes: (number | null)[] = [];
    for (let free = 0; outcomes.at(-1) !== 0 && free < 20; free++) {
      disk.sh(
        `rm -f filler; free=$(df --output=avail -k . | tail -1); head -c $(( (free - ${free * 160}) * 1024 )) /dev/zero > filler`,
      );
      const ended = await disk.roboport("add", ...MODS, "--json");
      outcomes.push(ended.exitCode);
      if (ended.exitCode === 0) break;
      expect(JSON.parse(ended.stdout)).toMatchObject({ error: { code: "DISK_FULL" } });
      await expectUnchanged(disk, before);
    }
    expect([outcomes.at(-1), new Set(outcomes.slice(0, -1))]).toEqual([0, new Set([6])]);
    expectSuccess(await disk.roboport("verify"));
  });

  it("[DISK-4] has no room for another file", async () => {
    await using disk = await openDisk();
    for (const spare of [0, 1, 3, 6, 10]) {
      disk.sh(`mount -o remount,nr_inodes=$(( $(df --output=iused . | tail -1) + ${spare} )) .`);
      await expectRefused(disk, ["add", ...MODS], { code: "DISK_FULL" });
    }
    disk.sh("mount -o remount,nr_inodes=1000 .");
    expectSuccess(await disk.roboport("add", ...MODS));
  });

  it("[TXN-7] has the mods on another disk, which fills up", async () => {
    await using disk = await openDisk({ mount: MODS_MOUNT });
    await expectRefused(disk, ["add", ...MODS], {
      code: "DISK_FULL",
      data: { folder: expect.stringContaining(disk.modsDir) },
    });
    disk.sh("mount -o remount,size=8m mods");
    expectSuccess(await disk.roboport("add", ...MODS));
    expectSuccess(await disk.roboport("verify"));
    expect(await findLeftovers(disk.root)).toEqual([]);
  });

  it("[DISK-5] has a mods folder that is mounted read-only", async () => {
    await using disk = await openDisk({ mount: "mount --bind mods mods; mount -o remount,bind,ro mods" });
    const hint = `Run: sudo mount -o remount,rw ${disk.modsDir}`;
    await expectRefused(disk, ["add", ...MODS], { code: "PERMISSION", hint });
    disk.sh(hint.replace("Run: sudo ", ""));
    expectSuccess(await disk.roboport("add", ...MODS));
  });

  it("[DISK-5] is mounted read-only as a whole", async () => {
    await using disk = await openDisk({ mount: 'mount -o remount,ro "$0"' });
    const hint = expect.stringContaining("remount,rw");
    await expectRefused(disk, ["add", ...MODS], { code: "PERMISSION", hint });
    expectSuccess(await disk.roboport("list", "--json"));
    expectSuccess(await disk.roboport("verify"));
  });
});
