import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { memoryWorld, startTestPortal, type TestPortal } from "../../src/testing/index.ts";
import { writeZip } from "../../src/store/zip-write.ts";
import { createTestServer, type TestServer } from "./harness.ts";

let portal: TestPortal;
beforeAll(async () => {
  portal = await startTestPortal(
    memoryWorld()
      .mod("lib")
      .release("1.0.0")
      .release("2.0.0")
      .mod("factory")
      .release("1.0.0", { dependencies: ["base", "lib"] }),
  );
});
afterAll(() => portal.close());

async function started(...argvs: readonly (readonly string[])[]): Promise<TestServer> {
  const server = await createTestServer({ portal: portal.url });
  for (const argv of [["init"], ...argvs]) expect((await server.run(argv)).exitCode, argv.join(" ")).toBe(0);
  return server;
}

const offline = { env: { ROBOPORT_PORTAL: "http://127.0.0.1:1" } };
const modsOf = async (server: TestServer) => {
  const names = (await readdir(server.modsDir)).sort();
  return Promise.all(
    names.map(async (name) => [name, (await readFile(join(server.modsDir, name))).toString("base64")]),
  );
};
const zipsOf = async (server: TestServer) =>
  (await readdir(server.modsDir)).filter((name) => name.endsWith(".zip")).sort();

describe("--stage", () => {
  it.each([
    ["add", ["add", "factory"], ["factory_1.0.0.zip", "lib_1.0.0.zip"]],
    ["update", ["update", "--to", "lib@2.0.0"], ["lib_2.0.0.zip"]],
    ["remove", ["remove", "lib"], []],
    ["disable", ["disable", "lib"], ["lib_1.0.0.zip"]],
  ] as const)(
    "[STAGE-1] [STAGE-2] %s prepares a change, and install carries it out without a network",
    async (_name, argv, zips) => {
      await using server = await started(["add", "lib@>=1.0"], ["update", "--to", "lib@1.0.0"]);
      const before = await modsOf(server);
      const { exitCode, stdout } = await server.run([...argv, "--stage", "--json"]);
      expect([exitCode, JSON.parse(stdout)]).toMatchObject([0, { ok: true, applied: false, staged: true }]);
      expect(await modsOf(server)).toEqual(before);
      const asked = portal.requests.length;
      expect(await server.run(["install", "--offline"], offline)).toMatchObject({ exitCode: 0 });
      expect(portal.requests.length).toBe(asked);
      expect(await zipsOf(server)).toEqual(zips);
      expect((await server.run(["verify"])).exitCode).toBe(0);
    },
  );

  it("[STAGE-1] builds on what was prepared before, and doctor says that it waits", async () => {
    await using server = await started();
    await server.run(["add", "lib@1.0.0", "--stage"]);
    await server.run(["add", "factory", "--stage"]);
    expect(await zipsOf(server)).toEqual([]);
    const { checks } = JSON.parse((await server.run(["doctor", "--json"])).stdout);
    expect(checks).toContainEqual(expect.objectContaining({ name: "lockfile", status: "warning" }));
    await server.run(["install", "--offline"], offline);
    expect(await zipsOf(server)).toEqual(["factory_1.0.0.zip", "lib_1.0.0.zip"]);
  });

  it("[STAGE-1] what was prepared can be dropped", async () => {
    await using server = await started(["add", "lib@1.0.0"]);
    await server.run(["add", "factory", "--stage"]);
    expect(await server.run(["rollback", "2", "--stage"])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining("Nothing waits for the next install"),
    });
    await server.run(["install", "--offline"], offline);
    expect(await zipsOf(server)).toEqual(["lib_1.0.0.zip"]);
  });

  it("[STAGE-1] writes nothing when a release cannot be had", async () => {
    await using server = await started();
    const lockfile = await readFile(join(server.root, "roboport.lock"), "utf8");
    expect((await server.run(["add", "lib", "--stage"], offline)).exitCode).toBe(5);
    expect(await readFile(join(server.root, "roboport.lock"), "utf8")).toBe(lockfile);
  });

  it("[STAGE-3] refuses a switch that is in mod-list.json alone", async () => {
    await using server = await started();
    const info = Buffer.from('{"name":"hand","version":"1.0.0","factorio_version":"2.0"}');
    await writeFile(join(server.modsDir, "hand_1.0.0.zip"), writeZip([{ path: "hand/info.json", bytes: info }]));
    const { exitCode, stdout } = await server.run(["disable", "hand", "--stage", "--json"]);
    expect([exitCode, JSON.parse(stdout).error.code]).toEqual([2, "USAGE"]);
    expect((await server.run(["disable", "hand"])).exitCode).toBe(0);
  });
});
