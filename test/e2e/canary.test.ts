import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openUniverseWorld } from "../../src/registry/index.ts";
import { startTestPortal } from "../../src/testing/index.ts";
import { createTestServer, type TestServer } from "../cli/harness.ts";
import { type Consumer, installPacked, REPOSITORY } from "./consumer.ts";

const WORLD = join(REPOSITORY, "examples", "world", "world.json");
const USERNAME = "canary-keeper";
/** Every encoding spells this one differently. */
const TOKEN = 'Kanari3/+="sings"&5f0c';

describe("[SECRET-6] the token appears nowhere but in requests to its portal", () => {
  let consumer: Consumer;
  beforeAll(async () => {
    consumer = await installPacked();
  });
  afterAll(() => consumer?.remove());

  /** Run commands with the token in the environment; what they print is kept beside the installation. */
  async function record(server: TestServer, commands: readonly (readonly [number, ...string[]])[], portal: string) {
    const env = { ...server.env, ROBOPORT_PORTAL: portal, FACTORIO_USERNAME: USERNAME, FACTORIO_TOKEN: TOKEN };
    for (const [index, [status, ...args]] of commands.entries()) {
      const ended = await consumer.run("roboport", args, { cwd: server.root, env });
      expect(ended.status, `roboport ${args.join(" ")}\n${ended.stdout}${ended.stderr}`).toBe(status);
      keep(server, `${index}-${args[0]}.txt`, ended.stdout + ended.stderr);
    }
  }

  const world = () => openUniverseWorld(WORLD, () => undefined);

  it("through a whole installation that needs it", async () => {
    await using server = await createTestServer();
    const portal = await startTestPortal(await world(), { requireLogin: { username: USERNAME, token: TOKEN } });
    const commands = [
      [0, "init"],
      [0, "whoami", "--verbose"],
      [0, "add", "kitchen-automation", "tidewater-harbor", "--yes", "--verbose"],
      [0, "plan", "--json", "--save-universe", "universe.json"],
      [0, "list", "--json"],
      [0, "verify", "--verbose"],
      [0, "history", "--json"],
      [3, "add", "rustic-windmills", "tidewater-harbor@>=1.4", "--json", "--yes"],
      [2, "add", TOKEN, "--verbose"],
    ] as const;
    await record(server, commands, portal.url);
    await portal.close();
    const [own, others] = [portal.requests.filter(isForAccount), portal.requests.filter((each) => !isForAccount(each))];
    expect(own.some(({ url }) => url.includes(encodeURIComponent(TOKEN)))).toBe(true);
    expect(others.some(({ url }) => url.startsWith(portal.filesUrl))).toBe(true);
    keep(server, "requests.json", JSON.stringify(others));
    expect(findCanary(server)).toBe("");
  });

  it("through refusals, a portal that is down, and answers that make no sense", async () => {
    await using server = await createTestServer();
    const refusing = await startTestPortal(await world(), { requireLogin: { username: USERNAME, token: "another" } });
    await record(
      server,
      [
        [0, "init"],
        [7, "add", "lantern-ui", "--yes", "--verbose"],
        [7, "whoami", "--json"],
      ],
      refusing.url,
    );
    await refusing.close();
    await record(server, [[5, "add", "lantern-ui", "--yes", "--verbose"]], refusing.url);
    const around = (request: Request) => new Response(`<html>${request.url}</html>`, { status: 200 });
    const senseless = await startTestPortal(await world(), { around });
    await record(
      server,
      [
        [5, "search", "x", "--verbose"],
        [5, "add", "lantern-ui", "--yes", "--json"],
      ],
      senseless.url,
    );
    await senseless.close();
    expect(findCanary(server)).toBe("");
  });
});

/** The only two answers that depend on who asks. */
function isForAccount({ url }: { readonly url: string }): boolean {
  return /^\/(?:api\/bookmarks|download\/[^/]+\/[^/]+$)/.test(new URL(url).pathname);
}

function keep(server: TestServer, name: string, text: string): void {
  const folder = join(dirname(server.root), "outputs");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), text);
}

/** What scripts/canary.mjs says about the scratch folder: home, cache, configuration, installation and outputs. */
function findCanary(server: TestServer): string {
  const script = join(REPOSITORY, "scripts", "canary.mjs");
  const env = { ...process.env, ROBOPORT_CANARY: TOKEN };
  try {
    execFileSync(process.execPath, [script, dirname(server.root)], { env, encoding: "utf8", stdio: "pipe" });
    return "";
  } catch (error) {
    return error instanceof Error && "stderr" in error ? String(error.stderr) : String(error);
  }
}
