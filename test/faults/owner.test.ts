import { execFileSync } from "node:child_process";
import { chmod, mkdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestServer } from "../cli/harness.ts";
import { findLeftovers, readState } from "./installed-state.ts";
import { buildProgram, type Program } from "./program.ts";
import { expectSuccess, openScene, type Scene } from "./scene.ts";

const GAME = "845:846";
const NOBODY = 65534;
const AS_NOBODY = ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"];

describe.skipIf(process.geteuid?.() !== 0)("owners (as root)", () => {
  let program: Program;
  beforeAll(async () => {
    program = await buildProgram();
  });
  afterAll(() => program?.[Symbol.asyncDispose]());

  /** A server that belongs to the user the game runs as, in a place all may look at; home and cache are nobody's. */
  async function openOwned(): Promise<Scene> {
    const scene = await openScene();
    const { server } = scene;
    const scratch = dirname(server.root);
    await chmod(scratch, 0o755);
    await mkdir(server.env["HOME"]!, { recursive: true });
    chown("-R", GAME, server.root);
    chown("-R", `${NOBODY}:${NOBODY}`, server.env["HOME"]!, server.env["ROBOPORT_CACHE_DIR"]!);
    return scene;
  }

  const run = ({ root, env }: TestServer, argv: readonly string[], more: Readonly<Record<string, string>> = {}) =>
    program.run(argv, { cwd: root, env: { ...env, ...more } });
  const runAsNobody = ({ root, env }: TestServer, argv: readonly string[]) =>
    program.run(argv, { cwd: root, env, through: AS_NOBODY });

  it("[OWN-3] [DISK-5] a user who may not write there is told the exact command, and nothing has changed", async () => {
    await using scene = await openOwned();
    const { server } = scene;
    const before = await readState(server.root);
    const refused = await runAsNobody(server, ["add", "wanted", "--json"]);
    expect(JSON.parse(refused.stdout)).toMatchObject({
      error: { code: "PERMISSION", hint: `Run: sudo chown -R ${NOBODY}:${NOBODY} ${server.modsDir}` },
    });
    expect(refused.exitCode).toBe(6);
    expect(await readState(server.root)).toEqual(before);
    expect(await findLeftovers(server.root)).toEqual([]);
  });

  it("[DISK-5] doing what the hints say is enough", async () => {
    await using scene = await openOwned();
    const { server } = scene;
    const codes: string[] = [];
    for (let round = 0; round < 4; round++) {
      const { exitCode, stdout } = await runAsNobody(server, ["add", "wanted", "--json"]);
      if (exitCode === 0) break;
      const { code, hint } = JSON.parse(stdout).error;
      codes.push(code);
      execFileSync("sh", ["-c", /^Run: sudo (.+)$/.exec(hint)?.[1] ?? "false"]);
    }
    expect(Object.keys((await readState(server.root)).files)).toContain("wanted_1.0.0.zip");
    expect(new Set(codes)).toEqual(new Set(["PERMISSION"]));
    expectSuccess(await runAsNobody(server, ["verify"]));
  });

  it("[DISK-5] looking needs no right to write", async () => {
    await using scene = await openOwned();
    for (const argv of [["list"], ["verify"], ["outdated"], ["add", "wanted", "--dry-run"], ["install"]]) {
      expectSuccess(await runAsNobody(scene.server, argv));
    }
  });

  it("[DISK-5] names the file that belongs to somebody else where its folder does not", async () => {
    await using scene = await openOwned();
    const { server } = scene;
    chown("-R", `${NOBODY}:${NOBODY}`, server.root);
    const zip = join(server.modsDir, "settled_1.0.0.zip");
    chown("0:0", zip);
    await chmod(zip, 0o600);
    for (const argv of [["verify"], ["remove", "settled"]]) {
      const refused = await runAsNobody(server, [...argv, "--json"]);
      expect(JSON.parse(refused.stdout)).toMatchObject({
        error: { code: "PERMISSION", hint: `Run: sudo chown -R ${NOBODY}:${NOBODY} ${zip}` },
      });
    }
  });

  it("[META-4] [CLI-45] looking needs neither a store of one's own nor a home", async () => {
    await using scene = await openOwned();
    const { server } = scene;
    chown("-R", "0:0", server.env["ROBOPORT_CACHE_DIR"]!);
    await chmod(server.env["ROBOPORT_CACHE_DIR"]!, 0o700);
    const { HOME: _, ...env } = server.env;
    const through = ["setpriv", "--reuid=4242", "--regid=4242", "--clear-groups"];
    for (const argv of [["list"], ["outdated"], ["add", "wanted", "--dry-run"]]) {
      expectSuccess(await program.run(argv, { cwd: server.root, env, through }));
    }
  });

  it("[OWN-1] what root makes belongs to whom its folder belongs to", async () => {
    await using scene = await openOwned();
    const { server } = scene;
    expectSuccess(await run(server, ["add", "wanted"]));
    expect(await ownersIn(server)).toEqual(new Set([GAME]));
  });

  it("[OWN-1] PUID and PGID go before that", async () => {
    await using scene = await openOwned();
    const { server } = scene;
    expectSuccess(await run(server, ["add", "wanted"], { PUID: "1234", PGID: "1235" }));
    expect(await ownerOf(join(server.modsDir, "wanted_1.0.0.zip"))).toBe("1234:1235");
    expect(await ownerOf(join(server.modsDir, "mod-list.json"))).toBe("1234:1235");
    expect(await ownerOf(join(server.modsDir, "settled_1.0.0.zip"))).toBe(GAME);
    const refused = await run(server, ["remove", "wanted"], { PUID: "games" });
    expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("PUID") });
  });
});

function chown(...args: readonly string[]): void {
  execFileSync("chown", args);
}

async function ownerOf(path: string): Promise<string> {
  const { uid, gid } = await stat(path);
  return `${uid}:${gid}`;
}

/** Whom everything below a server's folder belongs to. */
async function ownersIn({ root }: TestServer): Promise<ReadonlySet<string>> {
  const text = execFileSync("find", [root, "-printf", "%U:%G\n"], { encoding: "utf8" });
  return new Set(text.trim().split("\n"));
}
