import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { createTestServer } from "../cli/harness.ts";
import { type Consumer, installPacked, REPOSITORY } from "./consumer.ts";

const WORLD = join(REPOSITORY, "examples", "world", "world.json");

/** What each subpath is for, in one expression that is true. */
const SUBPATHS = {
  roboport: 'sdk.isRoboportError(new sdk.RoboportError("USAGE", "x"), "USAGE")',
  "roboport/game": 'sdk.parseVersion("1.02.3").text === "1.02.3"',
  "roboport/resolve": 'typeof sdk.solve === "function"',
  "roboport/portal": 'new sdk.Secret("token").toString() === "[redacted]"',
  "roboport/registry": 'typeof sdk.createApp === "function"',
  "roboport/testing": 'typeof sdk.startTestPortal === "function"',
};

describe("the packed package in an empty folder", () => {
  let consumer: Consumer;
  beforeAll(async () => {
    consumer = await installPacked();
  });
  afterAll(() => consumer?.remove());

  it("runs under npx", async () => {
    const { version } = JSON.parse(readFileSync(join(REPOSITORY, "package.json"), "utf8"));
    const { HOME } = process.env;
    const ended = await consumer.run("npx", ["--no-install", "roboport", "--version"], { env: { HOME } });
    expect([ended.status, ended.stdout]).toEqual([0, `${version}\n`]);
  });

  it.each(Object.entries(SUBPATHS))("gives %s to an ES module", async (name, claim) => {
    const script = `import * as sdk from ${JSON.stringify(name)};\nconsole.log(${claim});\n`;
    const ended = await consumer.run("node", ["--input-type=module", "--eval", script]);
    expect(ended).toEqual({ status: 0, stdout: "true\n", stderr: "" });
  });

  it("gives types to a strict TypeScript project", async () => {
    const imports = Object.keys(SUBPATHS).map((name, index) => `import * as sdk${index} from "${name}";`);
    const uses = Object.keys(SUBPATHS).map((_, index) => `sdk${index}`);
    writeFileSync(
      join(consumer.folder, "uses.mts"),
      `${imports.join("\n")}\nexport const all = [${uses.join(", ")}];\n`,
    );
    const tsc = join(REPOSITORY, "node_modules", "typescript", "bin", "tsc");
    const types = ["--types", "node", "--typeRoots", join(REPOSITORY, "node_modules", "@types")];
    const flags = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2023", "--lib", "es2023"];
    const ended = await consumer.run("node", [tsc, ...flags, ...types, "uses.mts"]);
    expect(ended.stdout).toBe("");
  });

  it("does the main job against its own portal", async () => {
    await using server = await createTestServer();
    const portal = consumer.start("roboport", ["serve", "--world", WORLD, "--port", "0"]);
    onTestFinished(() => void portal.kill());
    const [url] = await once(createInterface({ input: portal.stdout! }), "line");
    const env = { ...server.env, ROBOPORT_PORTAL: url };
    const roboport = async (...args: readonly string[]) => {
      const ended = await consumer.run("roboport", args, { cwd: server.root, env });
      expect(ended.status, `roboport ${args.join(" ")}\n${ended.stdout}${ended.stderr}`).toBe(0);
      return ended.stdout;
    };
    const zips = () => readdirSync(server.modsDir).filter((name) => name.endsWith(".zip"));

    await roboport("init");
    await roboport("add", "kitchen-automation", "--at", "2026-04-15", "--yes");
    const spring = zips();
    expect(spring).toEqual(["Copper Kettle_1.2.1.zip", "kitchen-automation_0.8.3.zip", "lantern-ui_1.1.0.zip"]);
    await roboport("update", "--yes");
    expect(zips()).toEqual(["Copper Kettle_1.3.0.zip", "kitchen-automation_0.8.3.zip", "lantern-ui_1.2.0.zip"]);
    expect(JSON.parse(await roboport("verify", "--json"))).toMatchObject({ ok: true, good: 3 });
    await roboport("rollback", "--yes");
    expect(zips()).toEqual(spring);
    await roboport("install", "--locked");
  });
});
