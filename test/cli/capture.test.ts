import { spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import net from "node:net";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { exitCodeOf } from "../../src/errors.ts";
import { openGapFinder } from "../../src/portal/contract/gaps/find-gaps.ts";
import { openApiDocument } from "../../src/portal/contract/gaps/api-document.ts";
import { memoryWorld, startTestPortal } from "../../src/testing/index.ts";
import { clientOf } from "../capture/ask.ts";
import { buildProgram } from "../faults/program.ts";
import { closedPort } from "../portal/loopback.ts";
import { createTestServer, type Ran, runCli, type TestServer } from "./harness.ts";

const SEARCH = fileURLToPath(new URL("../../scripts/canary.mjs", import.meta.url));
const TOKEN = 'Kabel7/+="lamps"&9d3e';
const MODS = "https://mods.factorio.com";

/** Run `capture` while `use` uses it. */
async function capturing(
  server: TestServer,
  args: readonly string[],
  use: (proxy: string) => Promise<void>,
): Promise<Ran> {
  const stop = new AbortController();
  const port = await closedPort();
  const ran = server.run(["capture", "--port", String(port), "--ca-dir", "../authority", ...args], {
    signal: stop.signal,
    clock: () => new Date(),
  });
  while (!(await isOpen(port))) await Promise.race([setTimeout(20), ran.then((early) => expect.fail(early.stderr))]);
  try {
    await use(`127.0.0.1:${port}`);
  } finally {
    stop.abort();
  }
  return await ran;
}

async function isOpen(port: number): Promise<boolean> {
  return await new Promise((answered) => {
    const socket = net.connect(port, "127.0.0.1", () => answered(true)).on("error", () => answered(false));
    socket.on("connect", () => socket.destroy());
  });
}

function har(url: string): string {
  return JSON.stringify({ log: { entries: [{ request: { method: "GET", url }, response: { status: 200 } }, {}] } });
}

describe("capture", () => {
  it("explains every request of a client and of a command of our own, and shows no secret", async () => {
    const account = { username: "cable-keeper", token: TOKEN };
    const portal = await startTestPortal(memoryWorld().mod("flib").release("1.0.0"), { requireLogin: account });
    await using server = await createTestServer();
    await using program = await buildProgram();
    const maps = [`mods.factorio.com=${portal.url}`, `dl-mod.factorio.com=${portal.filesUrl}`];
    const args = [...maps.flatMap((map) => ["--map", map]), "--out", "../seen.har"];
    const ran = await capturing(server, args, async (proxy) => {
      const ca = join(server.root, "../authority/authority.pem");
      const own = { ...server.env, HTTPS_PROXY: `http://${proxy}`, NODE_EXTRA_CA_CERTS: ca, ROBOPORT_PORTAL: MODS };
      const env = { ...own, FACTORIO_USERNAME: account.username, FACTORIO_TOKEN: TOKEN };
      for (const argv of [["init"], ["search", "flib"], ["add", "flib", "--yes"], ["whoami"]]) {
        const { exitCode, stderr } = await program.run(argv, { cwd: server.root, env });
        expect(exitCode, stderr).toBe(0);
      }
      await clientOf(
        proxy,
        await readFile(ca, "utf8"),
      )(`${MODS}/api/mods?planted=1&token=${encodeURIComponent(TOKEN)}`);
    });
    await portal.close();
    expect(ran.exitCode, ran.stderr).toBe(0);
    expect(ran.stdout).toMatch(/^GET 302 downloadRelease .*token=\[redacted\]$/m);
    expect(ran.stdout).toMatch(/^GET 200 fetchZip https:\/\/dl-mod\.factorio\.com\//m);
    expect(ran.stdout).toMatch(/^listMods GET \S+\n {2}query parameter planted: number \(1 request\)\n$/m);
    const [, all, explained] = /^(\d+) requests, (\d+) explained/m.exec(ran.stdout) ?? [];
    expect(Number(all)).toBe(Number(explained) + 1);
    await writeFile(join(server.root, "../output.txt"), ran.stdout + ran.stderr);
    const env = { ROBOPORT_CANARY: TOKEN };
    expect(spawnSync(process.execPath, [SEARCH, join(server.root, "..")], { env, encoding: "utf8" }).stderr).toBe("");
    const diff = await server.run(["api", "diff", "../seen.har", "--check", "--json"]);
    expect([diff.exitCode, JSON.parse(diff.stdout).gaps]).toMatchObject([
      exitCodeOf("API_GAPS"),
      [{ name: "planted", types: ["number"] }],
    ]);
  });

  it("[CAPTURE-10] listens on this machine alone unless told otherwise, and says so then", async () => {
    await using server = await createTestServer();
    const quiet = await capturing(server, [], async () => {});
    expect(quiet.stderr).toMatch(
      /^Proxy at http:\/\/127\.0\.0\.1:\d+; clients have to trust \S+authority\.pem; Ctrl-C stops\n$/,
    );
    expect(quiet.stdout).toBe("no requests, 0 explained by the contract\n");
    const open = await capturing(server, ["--listen", "0.0.0.0", "--json"], async () => {});
    expect(open.stderr).toContain("warning: Whoever reaches this address can use the proxy");
    expect(JSON.parse(open.stdout)).toEqual({ har: null, requests: 0, explained: 0, others: {}, gaps: [] });
  });

  it("refuses ports and maps that are none", async () => {
    const refused = [
      ["--port", "70000"],
      ["--map", "example.org=http://x"],
      ["--map", "mods.factorio.com=ftp://x"],
    ];
    for (const args of refused) expect(await runCli(["capture", ...args])).toMatchObject({ exitCode: 2, stdout: "" });
  });
});

describe("api diff", () => {
  it("tells what a HAR has that the contract does not, in every form", async () => {
    await using server = await createTestServer();
    await writeFile(join(server.root, "a.har"), har(`${MODS}/api/mods?new=1`));
    await writeFile(join(server.root, "b.har"), har("http://registry.test/api/nothing"));
    const text = await server.run(["api", "diff", "a.har", "b.har"]);
    expect(text).toMatchObject({ exitCode: 0, stderr: "warning: 2 entries tell no request over HTTP\n" });
    expect(text.stdout).toBe(
      "1 request, 0 explained by the contract, and 1 request to other hosts\n\nlistMods GET https://mods.factorio.com/api/mods\n  query parameter new: number (1 request)\n",
    );
    const named = await server.run(["api", "diff", "b.har", "--portal", "http://registry.test", "--check"]);
    expect([named.exitCode, named.stdout]).toEqual([
      3,
      expect.stringContaining("unknown GET http://registry.test/api/nothing"),
    ]);
    const overlay = JSON.parse((await server.run(["api", "diff", "a.har", "--openapi"])).stdout);
    expect(overlay.actions).toMatchObject([{ update: { parameters: [{ name: "new" }] } }]);
    expect((await server.run(["api", "diff", "a.har", "--wiki"])).stdout).toMatch(/^= Mod_portal_API =/);
  });

  it("has nothing to say of what is known", async () => {
    const finder = openGapFinder(openApiDocument());
    expect(finder.report()).toEqual({ requests: 0, explained: 0, others: {}, gaps: [] });
    await using server = await createTestServer();
    await writeFile(join(server.root, "a.har"), har(`${MODS}/api/mods?page=2`));
    expect(await server.run(["api", "diff", "a.har", "--check"])).toMatchObject({
      exitCode: 0,
      stdout: "1 request, 1 explained by the contract\n",
    });
  });

  it("refuses files that are no HAR, and forms that do not go together", async () => {
    await using server = await createTestServer();
    await writeFile(join(server.root, "no.har"), "{}");
    const refused = [
      ["diff", "no.har"],
      ["diff", "absent.har"],
      ["diff"],
      ["openapi", "--check"],
      ["diff", "no.har", "--wiki", "--openapi"],
      ["lamps"],
    ];
    for (const args of refused) {
      expect(await server.run(["api", ...args]), args.join(" ")).toMatchObject({ exitCode: 2, stdout: "" });
    }
    expect((await server.run(["api", "diff", "no.har"])).stderr).toMatch(
      /^error HAR_SHAPE: Cannot read \S+no\.har: it has no log with entries/,
    );
  });
});
