import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { memoryWorld, startTestPortal, startTestRcon, type TestPortal } from "../../src/testing/index.ts";
import { createTestServer, type TestServer } from "./harness.ts";

const PASSWORD = "rcon-secret-0123";
const MODS = "base 2.0.60\nlibrary 1.0.0\nspace-age 2.0.60\n";
let portal: TestPortal;
beforeAll(async () => {
  portal = await startTestPortal(memoryWorld().mod("library").release("1.0.0").release("1.1.0"));
});
afterAll(() => portal.close());

async function started(): Promise<TestServer> {
  const server = await createTestServer({ portal: portal.url });
  expect((await server.run(["init"])).exitCode).toBe(0);
  return server;
}

/** A game whose map gives achievements until the first Lua command was sent twice. */
function startGame(list = MODS) {
  let isWarned = false;
  return startTestRcon({
    password: PASSWORD,
    answer: (command) => {
      if (command === "/version") return "2.0.60 (build 83512, linux64, headless, space-age)\n";
      if (!isWarned) {
        isWarned = true;
        return "Using Lua console commands will disable achievements. Please repeat the command to proceed.\n";
      }
      return list;
    },
  });
}

const env = { ROBOPORT_RCON_PASSWORD: PASSWORD };

describe("import rcon", () => {
  it("[IMPORT-8] [IMPORT-9] runs the mods of a running server", async () => {
    await using server = await started();
    await using game = await startGame();
    const argv = ["import", "rcon", `127.0.0.1:${game.port}`, "--allow-lua", "--json"];
    const { exitCode, stdout } = await server.run(argv, { env });
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([0, { actions: [{ name: "library", to: "1.0.0" }] }]);
    expect(stdout).not.toContain(PASSWORD);
    expect(game.commands.filter((command) => command !== "/version")).toHaveLength(2);
    const { mods } = JSON.parse((await server.run(["list", "--json"])).stdout);
    expect(JSON.stringify(mods)).toContain("library");
  });

  it("[IMPORT-9] asks nothing of the server without leave", async () => {
    await using server = await started();
    await using game = await startGame();
    const ran = await server.run(["import", "rcon", `127.0.0.1:${game.port}`, "--yes", "--json"], { env });
    expect([ran.exitCode, JSON.parse(ran.stdout).error.code, game.commands]).toEqual([2, "USAGE", []]);
  });

  it("[IMPORT-9] refuses a server that tells something else", async () => {
    await using server = await started();
    await using game = await startGame("no such thing");
    const ran = await server.run(["import", "rcon", `127.0.0.1:${game.port}`, "--allow-lua", "--json"], { env });
    expect([ran.exitCode, JSON.parse(ran.stdout).error.code]).toEqual([5, "RCON_FAILED"]);
  });

  it.each([
    ["the environment", { ROBOPORT_RCON_PASSWORD: PASSWORD }, {}],
    ["a file it names", { ROBOPORT_RCON_PASSWORD_FILE: "secret" }, { secret: `${PASSWORD}\n` }],
    ["the container's file", {}, { "config/rconpw": PASSWORD }],
    ["config.ini", {}, { "config/config.ini": `[other]\nlocal-rcon-password=${PASSWORD}\n` }],
  ])("[IMPORT-10] finds the password in %s", async (_name, variables, files) => {
    await using server = await started();
    await using game = await startGame();
    await mkdir(join(server.root, "config"), { recursive: true });
    for (const [path, text] of Object.entries(files)) await writeFile(join(server.root, path), text);
    const argv = ["import", "rcon", `127.0.0.1:${game.port}`, "--allow-lua", "--dry-run", "--json"];
    expect(await server.run(argv, { env: variables })).toMatchObject({ exitCode: 0 });
  });

  it("[IMPORT-10] ends with exit code 7 without a password, and with a wrong one, which it does not tell", async () => {
    await using server = await started();
    await using game = await startGame();
    const argv = ["import", "rcon", `127.0.0.1:${game.port}`, "--allow-lua", "--verbose"];
    expect(await server.run(argv)).toMatchObject({ exitCode: 7 });
    const wrong = await server.run(argv, { env: { ROBOPORT_RCON_PASSWORD: "wrong-secret-9876" } });
    expect([wrong.exitCode, wrong.stderr.includes("wrong-secret-9876")]).toEqual([7, false]);
  });
});
