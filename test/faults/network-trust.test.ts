import { readdir } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import type { ErrorCode } from "../../src/errors.ts";
import { type Fault, memoryWorld, startChaosPortal } from "../../src/testing/index.ts";
import { createTestServer, type TestServer } from "../cli/harness.ts";
import { readState } from "./installed-state.ts";
import { expectExit, expectNothingLeft, WANTED } from "./scene.ts";

const world = memoryWorld().mod("helper").release("1.0.0").mod("wanted").release("1.0.0", WANTED);
const ENV = { ROBOPORT_HTTP_TIMEOUT: "2" };

/** The same answer, but for the facts of the release of `wanted`. */
function withRelease(facts: Readonly<Record<string, unknown>>): Fault {
  const change = (body: Uint8Array) => {
    const answer = JSON.parse(Buffer.from(body).toString());
    for (const mod of answer.results) if (mod.name === "wanted") mod.releases[0] = { ...mod.releases[0], ...facts };
    return JSON.stringify(answer);
  };
  return { fault: "change", change };
}

async function expectRefusal(server: TestServer, argv: readonly string[], code: ErrorCode): Promise<void> {
  const before = await readState(server.root);
  const ran = await server.run([...argv, "--json"], { env: ENV });
  expect(JSON.parse(ran.stdout).error).toMatchObject({ code, hint: expect.stringMatching(/\w/) });
  expect(ran.exitCode).toBe(5);
  expect(await readState(server.root)).toEqual(before);
}

describe.concurrent("what a portal says of a release", { timeout: 90_000 }, () => {
  const refused = async (facts: Readonly<Record<string, unknown>>) => {
    await using portal = await startChaosPortal({ world, faults: [{ on: "list", ...withRelease(facts) }] });
    await using server = await createTestServer({ portal: portal.url });
    expectExit(await server.run(["init"]), 0);
    await expectRefusal(server, ["add", "wanted"], "PORTAL_SHAPE");
    await expectNothingLeft(server);
    expect(portal.requests.filter(({ url, service }) => service === "elsewhere" || url.includes("evil"))).toEqual([]);
    expect(portal.requests.filter(({ service, mods }) => service === "file" && mods.includes("wanted"))).toEqual([]);
  };

  it.each([[""], [null], [undefined], ["da39a3ee"], ["z".repeat(40)], ["0".repeat(41)]])(
    "[FETCH-4] a SHA-1 of %j is no reason not to compare",
    (sha1) => refused({ sha1 }),
  );

  it.each([
    "https://evil.test/download/wanted/1",
    "//evil.test/download/wanted/1",
    "/download/../../evil",
    "/download/%2e%2e/evil",
    "/download/wanted/evil?token=1",
    "/download/wanted/evil#1",
    "/download/wanted\\evil/1",
    "/evil/wanted/1",
    "",
  ])("[DOWN-1] a download_url of %j is never asked for", (download_url) => refused({ download_url }));

  it.each(["../../evil.zip", "/etc/evil_1.0.0.zip", "evil_1.0.0.zip", "wanted_1.0.0.zip/..", "CON", ""])(
    "[LOCK-8] a file_name of %j names no file",
    async (file_name) => {
      const faults = [{ on: "list", ...withRelease({ file_name }) }] as const;
      await using portal = await startChaosPortal({ world, faults });
      await using server = await createTestServer({ portal: portal.url });
      expectExit(await server.run(["init"]), 0);
      expectExit(await server.run(["add", "wanted"]), 0);
      expect((await readdir(server.modsDir)).sort()).toEqual(["helper_1.0.0.zip", "mod-list.json", "wanted_1.0.0.zip"]);
      await expectNothingLeft(server);
    },
  );
});

describe.concurrent("a portal that answers nothing useful does not give way to the next one", {
  timeout: 90_000,
}, () => {
  const STATUSES = [401, 403, 404, 500, 503].map((status): Fault => ({ fault: "status", status }));
  const FAULTS: readonly Fault[] = [...STATUSES, { fault: "silent" }, { fault: "redirect", to: "{elsewhere}/welcome" }];
  const planted = memoryWorld().mod("wanted").release("9.0.0").mod("helper").release("9.0.0");

  it.each(FAULTS.map((fault) => [JSON.stringify(fault), fault] as const))("[LOAD-10] %s", async (_, fault) => {
    await using own = await startChaosPortal({ world });
    await using other = await startChaosPortal({ world: planted });
    await using server = await createTestServer({ portal: `${own.url} ${other.url}` });
    expectExit(await server.run(["init"]), 0);
    own.setFaults([{ on: "list", ...fault }]);
    await expectRefusal(server, ["add", "wanted"], codeOf(fault));
    expect(other.requests).toEqual([]);
  });

  it.each([401, 403, 500])("[LOAD-10] nor for info, with %i", async (status) => {
    await using own = await startChaosPortal({ world, faults: [{ fault: "status", status }] });
    await using other = await startChaosPortal({ world: planted });
    await using server = await createTestServer({ portal: `${own.url} ${other.url}` });
    await expectRefusal(server, ["info", "wanted"], "PORTAL_STATUS");
    expect(other.requests).toEqual([]);
  });

  it.each([401, 403, 500])("[OPS-13] nor is its list searched when its search answers %i", async (status) => {
    await using own = await startChaosPortal({ world, faults: [{ on: "search", fault: "status", status }] });
    await using other = await startChaosPortal({ world: planted });
    await using server = await createTestServer({ portal: `${own.url} ${other.url}` });
    await expectRefusal(server, ["search", "wanted"], "PORTAL_STATUS");
    expect([...own.requests, ...other.requests].filter(({ service }) => service === "list")).toEqual([]);
    expect(other.requests).toEqual([]);
  });
});

function codeOf({ fault }: Fault): ErrorCode {
  if (fault === "silent") return "PORTAL_UNREACHABLE";
  return fault === "redirect" ? "PORTAL_REDIRECT" : "PORTAL_STATUS";
}
