import { execFileSync } from "node:child_process";
import { chmod, chown, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { memoryWorld, startTestPortal, type TestPortal } from "../../src/testing/index.ts";
import { writeZip } from "../../src/store/zip-write.ts";
import { createTestServer, type TestServer } from "./harness.ts";

let portal: TestPortal;
beforeAll(async () => {
  portal = await startTestPortal(memoryWorld().mod("lib").release("1.0.0"));
});
afterAll(() => portal.close());

interface Check {
  readonly name: string;
  readonly status: string;
  readonly message: string;
  readonly hint?: string;
}

async function started(): Promise<TestServer> {
  const server = await createTestServer({ portal: portal.url });
  await server.run(["init"]);
  await server.run(["add", "lib"]);
  return server;
}

async function diagnose(server: TestServer, env: Record<string, string> = {}, ...flags: readonly string[]) {
  const { exitCode, stdout } = await server.run(["doctor", "--json", ...flags], { env });
  const { ok, checks } = JSON.parse(stdout) as { readonly ok: boolean; readonly checks: readonly Check[] };
  const named = (name: string) => checks.find((check) => check.name === name);
  return { exitCode, ok, checks, named };
}

function zipOf(name: string, version: string): Uint8Array {
  const info = { name, version, title: name, author: "a", factorio_version: "2.0" };
  return writeZip([{ path: `${name}_${version}/info.json`, bytes: Buffer.from(JSON.stringify(info)) }]);
}

const isRoot = process.geteuid?.() === 0;

describe("doctor", () => {
  it("[DOCTOR-1] [DOCTOR-2] finds nothing wrong with a server that is in order, and changes nothing", async () => {
    await using server = await started();
    const before = await readdir(server.root, { recursive: true });
    const { exitCode, ok, checks } = await diagnose(server, {
      FACTORIO_USERNAME: "alice",
      FACTORIO_TOKEN: "t".repeat(30),
    });
    expect(checks.filter(({ status }) => status === "error")).toEqual([]);
    expect([exitCode, ok]).toEqual([0, true]);
    for (const { name, message, status, hint } of checks) {
      expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(message).not.toMatch(/\.$/);
      if (status !== "ok") expect(hint, name).toMatch(/\.$|^Run: /);
    }
    expect(new Set(checks.map(({ name }) => name)).size).toBe(checks.length);
    expect(await readdir(server.root, { recursive: true })).toEqual(before);
  });

  it("[DOCTOR-1] leaves an interrupted change as it is, and does not ask a portal that is not there", async () => {
    await using server = await started();
    await mkdir(join(server.modsDir, ".roboport-stage"), { recursive: true });
    await mkdir(join(server.root, ".roboport/stage"), { recursive: true });
    const { named } = await diagnose(server, { ROBOPORT_PORTAL: "http://127.0.0.1:1" });
    expect(named("journal")?.status).toBe("warning");
    expect(named("portal")).toBeUndefined();
    expect(await readdir(join(server.root, ".roboport"))).toContain("stage");
    expect((await server.run(["list"])).exitCode).toBe(0);
    expect((await diagnose(server)).named("journal")?.status).toBe("ok");
  });

  it("[DOCTOR-11] takes an interrupted change that cannot be read for an error", async () => {
    await using server = await started();
    await writeFile(join(server.root, ".roboport/journal.json"), "{}");
    const { exitCode, named } = await diagnose(server);
    expect(named("journal")).toMatchObject({ status: "error", code: "STATE_SHAPE" });
    expect(exitCode).toBe(2 + 32);
  });

  it("[DOCTOR-1] asks the portal with --online", async () => {
    await using server = await started();
    expect((await diagnose(server, {}, "--online")).named("portal")).toMatchObject({ status: "ok" });
    const gone = await diagnose(server, { ROBOPORT_PORTAL: "http://127.0.0.1:1" }, "--online");
    expect(gone.named("portal")).toMatchObject({ status: "error", code: "PORTAL_UNREACHABLE" });
    expect(gone.exitCode).toBe(5 + 64);
  });

  it("[DOCTOR-3] [CLI-42] names everything that is wrong at once, and ends with a bit for each area", async () => {
    await using server = await started();
    await writeFile(join(server.modsDir, "mod-list.json"), "{");
    await writeFile(join(server.root, "roboport.lock"), "{");
    const { exitCode, ok, named } = await diagnose(server, { NODE_TLS_REJECT_UNAUTHORIZED: "0" });
    expect([exitCode, ok]).toEqual([2 + 16 + 32 + 64, false]);
    expect(named("mod-list")).toMatchObject({ status: "error", code: "MOD_LIST_SHAPE" });
    expect(named("lockfile")).toMatchObject({ status: "error", code: "LOCKFILE_SHAPE" });
    expect(named("tls")).toMatchObject({ status: "error" });
    expect(named("history")).toMatchObject({ status: "ok" });
  });

  it("[DOCTOR-3] takes what the disk refuses for what that check found", async () => {
    await using server = await started();
    await rm(join(server.root, ".roboport"), { recursive: true });
    await writeFile(join(server.root, ".roboport"), "");
    const { exitCode, named } = await diagnose(server);
    expect(named("journal")).toMatchObject({ status: "error", code: "DISK_ERROR" });
    expect(named("mods-folder")).toMatchObject({ status: "ok" });
    expect(exitCode).toBe(6 + 16 + 32);
  });

  it("[DOCTOR-4] looks at the machine where there is no installation", async () => {
    await using server = await createTestServer();
    const { exitCode, stdout } = await server.run(["doctor", "--json", "--server-dir", "nowhere"]);
    expect(exitCode).toBe(2 + 8);
    const { checks } = JSON.parse(stdout);
    expect(checks.map(({ name }: Check) => name)).toEqual(["installation", "node", "clock", "tls", "proxy"]);
  });

  it.skipIf(!isRoot)("[DOCTOR-6] names files of others, and another PUID than the owner's", async () => {
    await using server = await started();
    await chown(server.modsDir, 845, 845);
    await chmod(join(server.modsDir, "lib_1.0.0.zip"), 0o600);
    const stray = (await diagnose(server)).named("ownership");
    expect(stray).toMatchObject({ status: "error", hint: expect.stringContaining("sudo chown 845:845") });
    for (const name of await readdir(server.modsDir)) await chown(join(server.modsDir, name), 845, 845);
    expect((await diagnose(server)).named("ownership")?.status).toBe("ok");
    expect((await diagnose(server, { PUID: "1000" })).named("ownership")).toMatchObject({
      status: "warning",
      message: expect.stringContaining("1000:845"),
    });
  });

  it("[DOCTOR-8] finds volumes that are mounted too high, and zips beside the mods folder", async () => {
    await using server = await started();
    await writeFile(join(server.root, "lost_1.0.0.zip"), zipOf("lost", "1.0.0"));
    expect((await diagnose(server)).named("layout")).toMatchObject({
      status: "warning",
      message: expect.stringContaining("lost_1.0.0.zip"),
    });
    await mkdir(join(server.root, "factorio/mods"), { recursive: true });
    expect((await diagnose(server)).named("layout")).toMatchObject({
      status: "warning",
      message: expect.stringContaining("factorio/mods"),
    });
  });

  it.skipIf(process.platform === "win32")("[DOCTOR-9] names what a game would not load", async () => {
    await using server = await started();
    await symlink("/nowhere", join(server.modsDir, "linked_1.0.0.zip"));
    execFileSync("mkfifo", [join(server.modsDir, "pipe_1.0.0.zip")]);
    await writeFile(join(server.modsDir, "notes.txt"), "");
    for (const version of ["1.0.0", "1.1.0"])
      await writeFile(join(server.modsDir, `twice_${version}.zip`), zipOf("twice", version));
    await mkdir(join(server.modsDir, "unpacked"));
    await writeFile(join(server.modsDir, "unpacked/info.json"), '{"name":"unpacked","version":"1.0.0"}');
    const { named, exitCode } = await diagnose(server);
    expect(named("special-files")).toMatchObject({
      status: "warning",
      message: expect.stringContaining("pipe_1.0.0.zip"),
    });
    expect(named("foreign-files")).toMatchObject({ status: "warning", message: expect.stringContaining("notes.txt") });
    expect(named("duplicates")).toMatchObject({
      status: "warning",
      message: expect.stringContaining("twice_1.0.0.zip"),
    });
    expect(named("unpacked-mods")).toMatchObject({ status: "warning", message: expect.stringContaining("unpacked") });
    const list = JSON.parse(await readFile(join(server.modsDir, "mod-list.json"), "utf8"));
    list.mods.push({ name: "twice", enabled: true, version: "3.0.0" });
    await writeFile(join(server.modsDir, "mod-list.json"), JSON.stringify(list));
    expect((await diagnose(server)).named("duplicates")).toMatchObject({
      message: expect.stringContaining("twice 3.0.0"),
    });
    expect(exitCode & 16).toBe(16);
  });

  it("[DOCTOR-10] finds a locked zip that is missing or was cut off", async () => {
    await using server = await started();
    await writeFile(join(server.modsDir, "lib_1.0.0.zip"), "x");
    const { named, exitCode } = await diagnose(server);
    expect(named("lockfile")).toMatchObject({ status: "error", message: expect.stringContaining("lib_1.0.0.zip") });
    expect(exitCode & 32).toBe(32);
  });

  it("[DOCTOR-11] a lock file that nobody holds is no sign of a server", async () => {
    await using server = await started();
    await writeFile(join(server.root, ".lock"), "");
    expect((await diagnose(server)).named("running")).toMatchObject({ status: "ok" });
  });

  it("[DOCTOR-12] finds a damaged zip in the store", async () => {
    await using server = await started();
    const blobs = join(server.env["ROBOPORT_CACHE_DIR"] ?? "", "blobs-v1");
    const [path = ""] = (await readdir(blobs, { recursive: true })).filter((name) => name.length > 60);
    await chmod(join(blobs, path), 0o644);
    await writeFile(join(blobs, path), "damaged");
    expect((await diagnose(server)).named("store")).toMatchObject({ status: "error", code: "STORE_DAMAGED" });
  });

  it.skipIf(process.platform === "win32")("[DOCTOR-14] names token files that others can read", async () => {
    await using server = await started();
    const path = join(server.root, "server-settings.json");
    await writeFile(path, JSON.stringify({ username: "alice", token: "t".repeat(30) }));
    await chmod(path, 0o644);
    expect((await diagnose(server)).named("credentials")).toMatchObject({
      status: "warning",
      hint: `Run: chmod 600 ${path}`,
    });
    await chmod(path, 0o600);
    expect((await diagnose(server)).named("credentials")).toMatchObject({ status: "ok" });
  });

  it("[DOCTOR-13] tells how much is free", async () => {
    await using server = await started();
    expect((await diagnose(server)).named("free-space")?.message).toMatch(/MB free on|does not tell/);
  });

  it("shows a line for each, and with --problems only what is to be done", async () => {
    await using server = await started();
    const all = (await server.run(["doctor"])).stdout;
    const few = (await server.run(["doctor", "--problems"])).stdout;
    expect(all).toContain("ok installation: ");
    expect(few).not.toContain("ok installation: ");
    expect(few).toContain("credentials: no portal account");
  });
});
