import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { type MemoryWorld, memoryWorld, startTestPortal, type TestPortal } from "../../src/testing/index.ts";
import { runCli } from "./harness.ts";

const TOKEN = "canary-77aa77aa";

let dir: string;
let mods: MemoryWorld;
let upstream: TestPortal;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "roboport-sources-"));
  mods = memoryWorld()
    .mod("flib")
    .release("0.16.5")
    .mod("helmod")
    .release("2.2.1", { dependencies: ["flib"] });
  upstream = await startTestPortal(mods, { requireLogin: { username: "me", token: TOKEN } });
  onTestFinished(async () => {
    await upstream.close();
    await rm(dir, { recursive: true });
  });
});

const account = { FACTORIO_USERNAME: "me", FACTORIO_TOKEN: TOKEN };
const serve = (words: readonly string[], env: Readonly<Record<string, string>> = account) =>
  runCli(["serve", ...words, "--data", dir], { cwd: dir, env: { HOME: dir, ...env } });
const mirror = (...words: string[]) => serve(["mirror", ...words, "--upstream", upstream.url, "--rate", "1000"]);
const documentOf = ({ stdout }: { readonly stdout: string }) => JSON.parse(stdout);

describe("serve mirror", () => {
  it("[MIRROR-8] copies every mod and says what it did", async () => {
    expect(await mirror()).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining("2 mods: no zips here, 2 fetched"),
    });
    expect((await mirror()).stdout).toContain("2 mods: 2 zips here, 0 fetched");
    expect(await serve(["check"])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("2 zips looked at") });
    expect((await serve(["log"])).stdout).toContain("mirror");
  });

  it("[MIRROR-8][MIRROR-5] takes names from a list, and tells those that are nowhere", async () => {
    await writeFile(join(dir, "names.txt"), "# wanted\nhelmod\n\nnobody # gone?\r\n");
    const ran = await mirror("--list", "names.txt", "--with-dependencies", "--json");
    expect([ran.exitCode, documentOf(ran)]).toMatchObject([3, { mods: 2, absent: ["nobody"], zips: { fetched: 2 } }]);
  });

  it("[MIRROR-7][MIRROR-8] ends when the account is refused, and tells no secret", async () => {
    const wrong = { FACTORIO_USERNAME: "me", FACTORIO_TOKEN: "canary-88bb88bb" };
    const words = ["mirror", "flib", "--upstream", upstream.url, "--rate", "1000", "--json", "--verbose"];
    const ran = await serve(words, wrong);
    expect([ran.exitCode, documentOf(ran).stopped.code]).toEqual([7, "CREDENTIALS_REFUSED"]);
    expect(ran.stdout + ran.stderr).not.toContain("canary");
  });

  it("[MIRROR-8] wants to know what to mirror, and where to keep it", async () => {
    expect(await serve(["mirror", "flib"])).toMatchObject({ exitCode: 2 });
    const argv = ["serve", "--mods", dir, "--upstream", upstream.url];
    expect(await runCli(argv, { cwd: dir })).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("--data") });
  });
});

describe("serve claim", () => {
  it("[CLAIM-1][CLAIM-3] claims, lists and releases names", async () => {
    await mirror("--metadata-only");
    const claimed = await serve(["claim", "fl*", "acme-lamps", "--json"]);
    expect(documentOf(claimed)).toEqual({ claimed: ["fl*", "acme-lamps"], dropped: ["flib"] });
    expect((await serve(["claim", "list"])).stdout).toBe("acme-lamps\nfl*\n");
    expect(documentOf(await mirror("flib", "--json"))).toMatchObject({ own: ["flib"], mods: 0 });
    expect(await serve(["claim", "release", "FL*"])).toMatchObject({ exitCode: 0 });
    expect(await serve(["claim", "release", "fl*"])).toMatchObject({ exitCode: 2 });
    for (const words of [["claim"], ["claim", "*"], ["claim", "release"]]) {
      expect(await serve(words)).toMatchObject({ exitCode: 2 });
    }
  });
});
