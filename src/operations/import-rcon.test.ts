import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { Secret } from "../portal/secret.ts";
import { startTestRcon, type TestRconOptions } from "../testing/index.ts";
import { openPort } from "../testing/loopback-port.ts";
import { parseRconAddress } from "./import-rcon.ts";
import { openRcon } from "./import-rcon-connection.ts";

const PASSWORD = "rcon-secret-0123";

async function ask(commands: readonly string[], options: Partial<TestRconOptions> = {}) {
  await using server = await startTestRcon({ password: PASSWORD, answer: (command) => `<${command}>`, ...options });
  const connection = await openRcon(
    { host: "127.0.0.1", port: server.port },
    { password: new Secret(PASSWORD), signal: new AbortController().signal },
  );
  try {
    const answers: string[] = [];
    for (const command of commands) answers.push(await connection.ask(command));
    return answers;
  } finally {
    connection.close();
  }
}

describe("talking to a server", () => {
  it("[RCON-3] [RCON-4] gives each command its answer", async () => {
    expect(await ask(["/a", "/b"])).toEqual(["</a>", "</b>"]);
  });

  it("[RCON-4] joins an answer of many packets that cut its characters, and arrive in pieces", async () => {
    const long = "Ümläute €😀".repeat(2000);
    expect(await ask(["/a"], { answer: () => long, packetMax: 1001, pieceMax: 7 })).toEqual([long]);
    expect(await ask(["/a"], { answer: () => "" })).toEqual([""]);
  });

  it("[RCON-3] a wrong password is refused, and told nowhere", async () => {
    const refused = ask(["/a"], { password: "other" });
    await expect(refused).rejects.toMatchObject({ code: "CREDENTIALS_REFUSED" });
    await refused.catch((error: unknown) => expect(JSON.stringify(error)).not.toContain(PASSWORD));
  });

  it.each([
    ["what is no RCON", { raw: Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n") }],
    ["a connection that ends at once", { raw: Buffer.of() }],
    ["an answer without an end", { answer: () => "x".repeat(17 * 1024 * 1024), packetMax: 1024 * 1024 }],
  ])("[RCON-5] gives up on %s", async (_name, options) => {
    await expect(ask(["/a"], options)).rejects.toMatchObject({ code: "RCON_FAILED" });
  });

  it("[RCON-5] gives up on a server that says nothing, and on none", async () => {
    const server = createServer();
    const port = await openPort(server, "127.0.0.1");
    const options = { password: new Secret(PASSWORD), signal: new AbortController().signal, timeoutMs: 20 };
    const address = { host: "127.0.0.1", port };
    await expect(openRcon(address, options)).rejects.toMatchObject({ code: "RCON_FAILED", message: /said nothing/ });
    server.close();
    await expect(openRcon(address, options)).rejects.toMatchObject({ code: "RCON_FAILED" });
  });
});

describe("addresses", () => {
  it("[IMPORT-8] are a host and a port", () => {
    expect(parseRconAddress("127.0.0.1:27015")).toEqual({ host: "127.0.0.1", port: 27015 });
    expect(parseRconAddress("game.example:1")).toEqual({ host: "game.example", port: 1 });
    expect(parseRconAddress("[::1]:65535")).toEqual({ host: "::1", port: 65535 });
    for (const text of ["", "host", "host:0", "host:65536", ":1", "a b:1", "::1:5"]) {
      expect(() => parseRconAddress(text), text).toThrow("Cannot use");
    }
  });
});
