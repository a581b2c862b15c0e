import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SERVE_DEFAULTS, SERVE_SETTINGS } from "../../src/cli/serve-settings.ts";
import { runCli } from "./harness.ts";

let dir = "";
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "roboport-serve-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** `serve config --json` over a file with this content. */
async function config(
  content: string,
  { argv = [], env = {} }: { argv?: string[]; env?: Record<string, string> } = {},
) {
  const file = join(dir, "roboport-serve.json");
  await writeFile(file, content);
  return runCli(["serve", "config", "--config", file, "--json", ...argv], { env, cwd: dir });
}

interface Shown {
  readonly settings: Readonly<
    Record<string, { readonly value: unknown; readonly origin: string; readonly place?: string }>
  >;
}

async function settings(...args: Parameters<typeof config>): Promise<Shown["settings"]> {
  const { stdout, stderr } = await config(...args);
  if (stdout === "") throw new Error(stderr);
  return (JSON.parse(stdout) as Shown).settings;
}

async function refusal(...args: Parameters<typeof config>): Promise<string> {
  const { exitCode, stdout, stderr } = await config(...args);
  expect([exitCode, (stdout + stderr).includes("SERVE_SETTING")]).toEqual([2, true]);
  return stdout + stderr;
}

describe("settings of serve", () => {
  it("[HTTP-50] an option counts before the environment, that before the file, that before the default", async () => {
    const file = `{ "host": "10.0.0.1", "port": 1, "log": "text", /* lists */ "trustedProxy": ["10.0.0.0/8"], }`;
    const env = { ROBOPORT_SERVE_PORT: "2", ROBOPORT_SERVE_LOG: "json", ROBOPORT_SERVE_OPEN: "yes" };
    const found = await settings(file, { env, argv: ["--port", "3"] });
    expect(found["port"]).toEqual({ value: 3, origin: "option", place: "--port" });
    expect(found["log"]).toEqual({ value: "json", origin: "environment", place: "ROBOPORT_SERVE_LOG" });
    expect(found["open"]).toEqual({ value: true, origin: "environment", place: "ROBOPORT_SERVE_OPEN" });
    expect(found["host"]).toMatchObject({ value: "10.0.0.1", origin: "file" });
    expect(found["trustedProxy"]).toMatchObject({ value: ["10.0.0.0/8"], origin: "file" });
    expect(found["rateLogins"]).toEqual({ value: { times: 30, seconds: 900 }, origin: "default" });
    expect(found["world"]).toEqual({ origin: "unset" });
    expect(Object.keys(found)).toEqual(Object.keys(SERVE_SETTINGS));
  });

  it("[HTTP-50] the file is found in the data folder", async () => {
    await mkdir(join(dir, "data"), { recursive: true });
    await writeFile(join(dir, "data", "roboport-serve.json"), `{ "port": 7 }`);
    const { stdout } = await runCli(["serve", "config", "--data", "data"], { cwd: dir });
    expect(stdout).toMatch(/^port +7 +file .*roboport-serve\.json$/m);
    expect(stdout).toMatch(/^rateLogins +30\/900s +default$/m);
    const variable = await runCli(["serve", "config"], { cwd: dir, env: { ROBOPORT_SERVE_DATA: "data" } });
    expect(variable.stdout).toMatch(/^port +7 +file /m);
  });

  it("[HTTP-51] what is no setting is refused with the nearest one there is", async () => {
    expect(await refusal(`{ "prot": 1 }`)).toMatch(
      /Unknown setting prot in .*roboport-serve\.json[\s\S]*Did you mean port\?/,
    );
    expect(await refusal("{}", { env: { ROBOPORT_SERVE_PROT: "1" } })).toContain("Did you mean ROBOPORT_SERVE_PORT?");
    expect(await refusal(`{ "files_port": 1 }`)).toContain("Did you mean filesPort?");
    expect(await refusal(`{ "utterly": 1 }`)).toContain("Unknown setting utterly");
  });

  it.each([
    [`{ "port": "x" }`, 'Cannot read \\"port\\" in'],
    [`{ "port": true }`, "it is no text or number"],
    [`{ "open": "yes" }`, "it is not true or false"],
    [`{ "trustedProxy": [1, {}] }`, "it is not a list of texts"],
    [`{ "trustedProxy": ["proxy.example"] }`, "as a trusted proxy"],
    [`{ "log": "xml" }`, "expected json, text, off"],
    [`{ "rateLogins": "many" }`, 'Cannot read \\"many\\" as a rate'],
    [`{ "port": 1,\n"log" }`, "colon expected in line 2"],
    [`[]`, "it is not an object"],
  ])("[HTTP-51] %s is refused", async (content, message) => expect(await refusal(content)).toContain(message));

  it("[HTTP-51] so is a variable that cannot be read", async () => {
    expect(await refusal("{}", { env: { ROBOPORT_SERVE_OPEN: "maybe" } })).toContain("ROBOPORT_SERVE_OPEN");
    expect(await refusal("{}", { env: { ROBOPORT_SERVE_CONNECTIONS: "-1" } })).toContain(
      "expected a whole number from 1",
    );
    const { exitCode } = await runCli(["serve", "config", "--config", "absent.json"], { cwd: dir });
    expect(exitCode).toBe(2);
  });

  it("[HTTP-52] a path in the file starts at the file, one on the command line where we are", async () => {
    expect((await settings(`{ "mods": "zips" }`))["mods"]?.value).toBe(join(dir, "zips"));
    expect((await settings(`{ "mods": "zips" }`, { argv: ["--mods", "other"] }))["mods"]?.value).toBe("other");
  });

  it("[HTTP-35] no secret is shown", async () => {
    const env = { FACTORIO_TOKEN: "5ec2e7c0ffee", ROBOPORT_SERVE_UPSTREAM: "https://me:5ec2e7c0ffee@mods.example" };
    for (const argv of [[], ["--json"]]) {
      const { stdout, stderr } = await runCli(["serve", "config", ...argv], { cwd: dir, env });
      expect(stdout + stderr).not.toContain("5ec2e7");
      expect(stdout).toMatch(argv.length > 0 ? /"FACTORIO_TOKEN": true/ : /^FACTORIO_TOKEN +set +environment$/m);
    }
  });

  it("[HTTP-50] the guide tells of every setting", async () => {
    const guide = await readFile(new URL("../../docs/guide-operations.md", import.meta.url), "utf8");
    for (const name of Object.keys(SERVE_SETTINGS)) expect(guide).toContain(`\`${name}\``);
  });

  it("[HTTP-53] the schema has every setting, described as in the help", async () => {
    const path = new URL("../../schema/roboport-serve.schema.json", import.meta.url);
    const { properties } = JSON.parse(await readFile(path, "utf8")) as {
      properties: Record<string, { description?: string; default?: unknown }>;
    };
    const { $schema: _, ...described } = properties;
    const facts = Object.entries(described).map(([name, { description, default: standard }]) => [
      name,
      description,
      standard === undefined ? undefined : String(standard),
    ]);
    const defaults: Readonly<Record<string, string>> = SERVE_DEFAULTS;
    expect(facts).toEqual(Object.entries(SERVE_SETTINGS).map(([name, { brief }]) => [name, brief, defaults[name]]));
  });
});
