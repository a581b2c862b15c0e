import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type ChaosPortal,
  createTestCertificate,
  memoryWorld,
  openBlackhole,
  startChaosPortal,
  startTestProxy,
  type TestCertificate,
} from "../../src/testing/index.ts";
import { createTestServer, type TestServer } from "../cli/harness.ts";
import { buildProgram, type Ended, type Program } from "./program.ts";
import { expectExit, expectNothingLeft, LOGGED_IN, WANTED } from "./scene.ts";

const world = memoryWorld().mod("helper").release("1.0.0").mod("wanted").release("1.0.0", WANTED);
const ACCOUNT = { username: LOGGED_IN.FACTORIO_USERNAME, token: LOGGED_IN.FACTORIO_TOKEN };
const AUTHORITY = createTestCertificate();
/** Milliseconds that a process of its own may take beside waiting. */
const START_MS = 20_000;

let program: Program;
beforeAll(async () => {
  program = await buildProgram();
});
afterAll(() => program?.[Symbol.asyncDispose]());

/** A server that asks this portal, and trusts whom the authority vouches for. */
async function openServer(portal: string): Promise<TestServer> {
  const server = await createTestServer({ portal });
  const trusted = join(server.root, "..", "authority.pem");
  await writeFile(trusted, AUTHORITY.cert);
  return { ...server, env: { ...server.env, ...LOGGED_IN, NODE_EXTRA_CA_CERTS: trusted } };
}

async function addWanted({ root, env }: TestServer, further: Readonly<Record<string, string>> = {}): Promise<Ended> {
  expectExit(await program.run(["init"], { cwd: root, env }), 0);
  return await program.run(["add", "wanted", "--json"], { cwd: root, env: { ...env, ...further } });
}

const errorOf = ({ stdout }: Ended) => JSON.parse(stdout).error;

describe("certificates", () => {
  const secure = (tls: TestCertificate) => startChaosPortal({ world, tls, requireLogin: ACCOUNT });

  it("[NET-11] one that NODE_EXTRA_CA_CERTS vouches for is accepted", async () => {
    await using portal = await secure(createTestCertificate({ issuer: AUTHORITY }));
    await using server = await openServer(portal.url);
    expectExit(await addWanted(server), 0);
    await expectNothingLeft(server);
  });

  it.each([
    ["vouched for by nobody", createTestCertificate(), /SELF_SIGNED/],
    ["for another host", createTestCertificate({ issuer: AUTHORITY, hosts: ["portal.test"] }), /ALTNAME/],
    ["that is over", createTestCertificate({ issuer: AUTHORITY, notAfter: new Date("2020-01-01") }), /EXPIRED/],
    ["of the future", createTestCertificate({ issuer: AUTHORITY, notBefore: new Date("2120-01-01") }), /NOT_YET_VALID/],
  ])("[NET-11] one %s is refused, whatever NODE_TLS_REJECT_UNAUTHORIZED says", async (_, tls, told) => {
    await using portal = await secure(tls);
    await using server = await openServer(portal.url);
    for (const further of [{}, { NODE_TLS_REJECT_UNAUTHORIZED: "0" }]) {
      const ended = await program.run(["info", "wanted", "--json"], {
        cwd: server.root,
        env: { ...server.env, ...further },
      });
      expectExit(ended, 5);
      expect(errorOf(ended)).toMatchObject({
        code: "PORTAL_UNREACHABLE",
        message: expect.stringMatching(told),
        hint: "Check the clock of this machine and the certificate of the server.",
      });
    }
    expect(portal.requests).toEqual([]);
  });

  it("[REDIR-2] a portal that is asked by https cannot send anyone to plain http", async () => {
    await using portal = await secure(createTestCertificate({ issuer: AUTHORITY }));
    portal.setFaults([{ on: "download", fault: "redirect", to: "{elsewhere}/wanted.zip" }]);
    await using server = await openServer(portal.url);
    const ended = await addWanted(server);
    expectExit(ended, 5);
    expect(errorOf(ended)).toMatchObject({ code: "PORTAL_REDIRECT" });
    expect(portal.requests.filter(({ service }) => service === "elsewhere")).toEqual([]);
    await expectNothingLeft(server);
  });
});

describe("proxies", () => {
  const PASSWORD = "Zaunk%nig-and-a-half";
  const tls = createTestCertificate({ issuer: AUTHORITY, hosts: ["portal.test"] });
  const byName = ({ url }: ChaosPortal) => `https://portal.test:${new URL(url).port}`;
  const open = () => startChaosPortal({ world, tls, requireLogin: ACCOUNT });

  it("[PROXY-2] the way to a portal and its files may lead through one", async () => {
    await using portal = await open();
    await using proxy = await startTestProxy();
    await using server = await openServer(byName(portal));
    const ended = await addWanted(server, { HTTPS_PROXY: `http://keeper:${PASSWORD}@${proxy.address}` });
    expectExit(ended, 0);
    expect(new Set(proxy.requests.map(({ method }) => method))).toEqual(new Set(["CONNECT"]));
    const authorization = `Basic ${Buffer.from(`keeper:${PASSWORD}`).toString("base64")}`;
    expect(proxy.requests[0]?.headers["proxy-authorization"]).toBe(authorization);
    expect(portal.requests.filter(({ headers }) => "proxy-authorization" in headers)).toEqual([]);
  });

  it("[PROXY-2] one that wants another password is named without it", async () => {
    await using portal = await open();
    await using proxy = await startTestProxy({ refuseWith: 407 });
    await using server = await openServer(byName(portal));
    const ended = await addWanted(server, { HTTPS_PROXY: `http://keeper:${PASSWORD}@${proxy.address}` });
    expectExit(ended, 5);
    expect(errorOf(ended)).toMatchObject({ code: "PORTAL_UNREACHABLE", hint: expect.stringContaining("HTTPS_PROXY") });
    expect(proxy.requests.length).toBe(1);
    expect(ended.stdout + ended.stderr).not.toMatch(/Zaunk/i);
  });

  it("[NET-11] one that speaks https has to prove who it is, whatever the environment says", async () => {
    await using portal = await open();
    await using proxy = await startTestProxy({ tls: createTestCertificate() });
    await using server = await openServer(byName(portal));
    const further = { HTTPS_PROXY: `https://keeper:${PASSWORD}@${proxy.address}`, NODE_TLS_REJECT_UNAUTHORIZED: "0" };
    const ended = await addWanted(server, further);
    expectExit(ended, 5);
    expect(errorOf(ended).message).toContain("SELF_SIGNED");
    expect(proxy.requests).toEqual([]);
  });

  it("[PROXY-1] a portal that is excepted is asked directly", async () => {
    await using portal = await open();
    await using proxy = await startTestProxy();
    await using server = await openServer(byName(portal).replace("portal.test", "portal.invalid"));
    const ended = await addWanted(server, { HTTPS_PROXY: proxy.address, NO_PROXY: "example.test,.invalid" });
    expect(errorOf(ended)).toMatchObject({ code: "PORTAL_UNREACHABLE", message: expect.stringMatching(/its name/) });
    expect(proxy.requests).toEqual([]);
  });
});

describe("no way at all", () => {
  it("[NET-4] a name that nobody knows", async () => {
    await using server = await openServer("https://portal.invalid");
    const ended = await addWanted(server);
    expectExit(ended, 5);
    expect(errorOf(ended)).toMatchObject({ code: "PORTAL_UNREACHABLE", message: expect.stringMatching(/its name/) });
  });

  it("[NET-9] [NET-12] packets that vanish are waited for as long as was said", async () => {
    await using hole = await openBlackhole();
    await using server = await openServer(`http://127.0.0.1:${hole.port}`);
    const ended = await addWanted(server, { ROBOPORT_HTTP_TIMEOUT: "3" });
    expectExit(ended, 5);
    expect(errorOf(ended)).toMatchObject({ message: expect.stringContaining("it does not take the connection") });
    expect(ended.ms).toBeLessThan(START_MS);
  });

  it("[NET-4] a portal that goes down in the middle, and comes back", async () => {
    await using portal = await startChaosPortal({ world, requireLogin: ACCOUNT });
    portal.setFaults([{ on: "file", mod: "wanted", fault: "stall", at: 10 }]);
    await using server = await openServer(portal.url);
    expectExit(await addWanted(server, { ROBOPORT_HTTP_TIMEOUT: "0.5" }), 5);
    await portal.goDown();
    const refused = await program.run(["add", "wanted", "--json"], { cwd: server.root, env: server.env });
    expect(errorOf(refused)).toMatchObject({ code: "PORTAL_UNREACHABLE" });
    await portal.comeUp();
    portal.setFaults([]);
    const before = portal.requests.length;
    expectExit(await program.run(["add", "wanted"], { cwd: server.root, env: server.env }), 0);
    const files = portal.requests.slice(before).filter(({ service }) => service === "file");
    expect(files.map(({ mods }) => mods[0])).toContain("wanted");
    await expectNothingLeft(server);
  });
});
