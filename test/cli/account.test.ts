import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serviceUrl } from "../../src/operations/portal-access.ts";
import { TEST_TOKEN, TEST_USERNAME } from "../../src/registry/index.ts";
import { memoryWorld, startTestPortal, type TestPortal } from "../../src/testing/index.ts";
import { runCli } from "./harness.ts";

const PASSWORD = "correct horse";

let portal: TestPortal;
let env: Record<string, string>;

beforeAll(async () => {
  const home = await mkdtemp(join(tmpdir(), "roboport-account-"));
  const login = async (request: Request) => {
    const form = await request.formData();
    if (form.get("password") !== PASSWORD) return Response.json({ error: "login-failed", message: "No." });
    if (form.get("email_authentication_code") === "123456") {
      return Response.json({ token: TEST_TOKEN, username: TEST_USERNAME });
    }
    return Response.json({ error: "email-authentication-required", message: "A code was sent." });
  };
  portal = await startTestPortal(memoryWorld().mod("flib").release("1.0.0"), {
    requireLogin: { username: TEST_USERNAME, token: TEST_TOKEN },
    around: (request, next) => (new URL(request.url).pathname === "/api-login" ? login(request) : next(request)),
  });
  env = { HOME: home, ROBOPORT_PORTAL: portal.url };
});
afterAll(() => portal.close());

describe("account", () => {
  it("[SIGNIN-2] a code that nobody can type is asked for in words", async () => {
    const ran = await runCli(["login", "me@example.org", "--password-stdin"], { env, stdin: `${PASSWORD}\n` });
    expect(ran).toMatchObject({ exitCode: 2, stdout: "" });
    expect(ran.stderr).toContain("Code from the e-mail");
  });

  it("[SIGNIN-4] a wrong password ends with the service's words and exit code 7", async () => {
    const ran = await runCli(["login", "me", "--password-stdin"], { env, stdin: "wrong horse\n" });
    expect(ran.exitCode).toBe(7);
    expect(ran.stderr).toContain("The login was refused: No.");
    expect(ran.stderr).not.toContain("wrong horse");
  });

  it("[LOGIN-5] bookmarks are set, listed and forgotten", async () => {
    const account = { ...env, FACTORIO_USERNAME: TEST_USERNAME, FACTORIO_TOKEN: TEST_TOKEN };
    expect((await runCli(["bookmarks"], { env: account })).stdout).toBe("No bookmarks\n");
    const added = await runCli(["bookmarks", "--add", "flib", "--json"], { env: account });
    expect(JSON.parse(added.stdout)).toEqual({ bookmarks: ["flib"] });
    expect((await runCli(["bookmarks", "--remove", "flib", "--json"], { env: account })).stdout).not.toContain("flib");
    const unknown = await runCli(["bookmarks", "--add", "nothing"], { env: account });
    expect(unknown.exitCode).toBe(3);
  });

  it("[LOGIN-5] bookmarks need an account", async () => {
    expect(await runCli(["bookmarks"], { env })).toMatchObject({ exitCode: 7, stdout: "" });
  });

  it("sister services are Wube's for the official portal, and any other portal itself", () => {
    expect(serviceUrl(["https://mods.factorio.com"], "auth")).toBe("https://auth.factorio.com");
    expect(serviceUrl(["http://127.0.0.1:1"], "auth")).toBe("http://127.0.0.1:1");
  });
});
