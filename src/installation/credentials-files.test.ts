import { chmodSync, existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { plantFiles, plantFolder } from "../../test/installation/planted-folder.ts";
import { Secret } from "../portal/secret.ts";
import { type CredentialsSearch, findCredentials, removeCredentials, saveCredentials } from "./credentials-files.ts";

const isWindows = process.platform === "win32";
const account = (username: string, token: string) => JSON.stringify({ username, token });
const playerData = (username: string, token: string) =>
  JSON.stringify({ "service-username": username, "service-token": token });

/** A machine with these files: `srv` is a server, `config` our own folder. */
function machine(files: Readonly<Record<string, string>> = {}) {
  const root = plantFolder(files);
  const saved = join(root, "config/credentials.json");
  if (existsSync(saved)) chmodSync(saved, 0o600);
  const server = join(root, "srv");
  const search = {
    configDir: join(root, "config"),
    environment: {},
    installation: { root: server, writeDir: server, dataDir: join(server, "data") },
  };
  const find = async (environment: CredentialsSearch["environment"] = {}) => {
    const found = await findCredentials({ ...search, environment });
    return found.map((each) => `${each.username} ${each.token.reveal()} ${each.source.replace(root, "…")}`);
  };
  return { root, find };
}

describe("finding credentials", () => {
  it("[CRED-1] lists every account, best first", async () => {
    const { root, find } = machine({
      token: " from-file\n",
      "config/credentials.json": account("saved", "t3"),
      "srv/player-data.json": playerData("player", "t4"),
      "srv/server-settings.json": account("server", "t5"),
    });
    const environment = { FACTORIO_USERNAME: "env", FACTORIO_TOKEN: "t1", ROBOPORT_TOKEN_FILE: join(root, "token") };
    expect(await find(environment)).toEqual([
      "env t1 FACTORIO_TOKEN",
      "env from-file …/token",
      "saved t3 …/config/credentials.json",
      "player t4 …/srv/player-data.json",
      "server t5 …/srv/server-settings.json",
    ]);
  });

  it("[CRED-2] counts nothing that is empty or half", async () => {
    const { find } = machine({
      "config/credentials.json": account("saved", ""),
      "srv/player-data.json": playerData("", ""),
      "srv/server-settings.json": account("", "t5"),
    });
    expect(await find({ FACTORIO_USERNAME: "env", FACTORIO_TOKEN: " ", ROBOPORT_TOKEN_FILE: "" })).toEqual([]);
    expect(await machine().find()).toEqual([]);
  });

  it("[CRED-3] names the file an account came from", async () => {
    const { find } = machine({ "srv/data/server-settings.json": account("me", "t") });
    expect(await find()).toEqual(["me t …/srv/data/server-settings.json"]);
  });

  it("[CRED-4] refuses half an account in the environment", async () => {
    const { root, find } = machine({ token: "t", blank: "\n" });
    const refusal = (message: string) => expect.objectContaining({ code: "NO_CREDENTIALS", message });
    await expect(find({ FACTORIO_TOKEN: "t" })).rejects.toEqual(
      refusal("FACTORIO_TOKEN is set, but FACTORIO_USERNAME is not"),
    );
    await expect(find({ ROBOPORT_TOKEN_FILE: join(root, "token") })).rejects.toEqual(
      refusal("ROBOPORT_TOKEN_FILE is set, but FACTORIO_USERNAME is not"),
    );
    for (const name of ["blank", "nowhere"]) {
      const path = join(root, name);
      await expect(find({ FACTORIO_USERNAME: "me", ROBOPORT_TOKEN_FILE: path })).rejects.toEqual(
        refusal(`Found no token in ${path}, the file ROBOPORT_TOKEN_FILE names`),
      );
    }
  });

  it("[CRED-5] stops at a file that cannot be read", async () => {
    const { root, find } = machine({
      "srv/player-data.json": "{",
      "srv/server-settings.json": account("server", "t5"),
    });
    await expect(find()).rejects.toMatchObject({
      code: "STATE_SHAPE",
      message: expect.stringContaining(join(root, "srv/player-data.json")),
    });
    expect(await find({ FACTORIO_USERNAME: "env", FACTORIO_TOKEN: "t1" })).toEqual(["env t1 FACTORIO_TOKEN"]);
  });

  it.skipIf(isWindows).each([0o640, 0o604, 0o666])("[CRED-6] refuses a saved account of mode %o", async (mode) => {
    const { root, find } = machine({ "config/credentials.json": account("me", "t") });
    const path = join(root, "config/credentials.json");
    chmodSync(path, mode);
    await expect(find()).rejects.toMatchObject({
      code: "CREDENTIALS_EXPOSED",
      message: `Others can read the token in ${path}`,
      hint: `Run: chmod 600 ${path}`,
    });
  });

  it.each(["config", "data", "."])("[CRED-7] finds server-settings.json in %s", async (folder) => {
    const path = join("srv", folder, "server-settings.json");
    const { find } = machine({ [path]: account("server", "t5") });
    expect(await find()).toEqual([`server t5 …/${path}`]);
  });

  it("[CRED-7] takes config/ before data/", async () => {
    const { root, find } = machine({ "srv/data/server-settings.json": account("data", "t") });
    plantFiles(root, { "srv/config/server-settings.json": account("config", "t") });
    expect((await find())[0]).toBe("config t …/srv/config/server-settings.json");
  });

  it("[CRED-9] quotes no secret in any error, and none in any print", async () => {
    for (const text of ['{"token": canary}', '{"username": "me", "token": "canary"', "canary"]) {
      const { find } = machine({ "config/credentials.json": text, "srv/player-data.json": text });
      const error: unknown = await find().catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(Error);
      expect(inspect(error, { depth: 9 })).not.toContain("canary");
    }
    const found = await findCredentials({
      configDir: "/nowhere",
      environment: { FACTORIO_USERNAME: "me", FACTORIO_TOKEN: "canary" },
    });
    expect(inspect(found) + JSON.stringify(found)).not.toContain("canary");
  });
});

describe("login and logout", () => {
  it("[CRED-8] saves an account for this user alone, and finds and removes it", async () => {
    const { root, find } = machine();
    const configDir = join(root, "config");
    const path = await saveCredentials(configDir, { username: "me", token: new Secret("abc") });
    if (!isWindows) expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(configDir)).toEqual(["credentials.json"]);
    expect(await find()).toEqual(["me abc …/config/credentials.json"]);
    await saveCredentials(configDir, { username: "you", token: new Secret("def") });
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({ username: "you", token: "def" });
    expect(await removeCredentials(configDir)).toBe(path);
    expect(await removeCredentials(configDir)).toBeUndefined();
    expect(await find()).toEqual([]);
  });
});
