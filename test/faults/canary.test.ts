import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { memoryWorld, startTestPortal, type TestPortal } from "../../src/testing/index.ts";
import { createTestServer, type TestServer } from "../cli/harness.ts";
import { buildProgram } from "./program.ts";
import { type Answer, expectExit, WANTED } from "./scene.ts";

const USERNAME = "keeper";
/** Every encoding spells this one differently. */
const TOKEN = 'Zeisig9/+="whistles"&4e1b';
const SEARCH = fileURLToPath(new URL("../../scripts/canary.mjs", import.meta.url));
const STRACE = "/usr/bin/strace";

/** A command line, and the exit code it ends with. */
type Step = readonly [exitCode: number, ...argv: string[]];

const SESSION: readonly Step[] = [
  [0, "init", "--verbose"],
  [0, "whoami", "--verbose"],
  [0, "whoami", "--json"],
  [0, "search", "wanted", "--verbose"],
  [0, "info", "wanted", "--json"],
  [0, "add", "wanted@1.0.0", "--verbose", "--save-universe", "universe.json"],
  [0, "update", "--dry-run", "--json"],
  [0, "outdated", "--verbose"],
  [0, "plan", "--json"],
  [0, "list", "--tree", "--verbose"],
  [0, "remove", "wanted", "--json"],
  [0, "rollback", "--verbose"],
  [0, "history", "--json"],
  [0, "verify", "--verbose"],
  [0, "install", "--verbose"],
  [3, "add", "no-such-mod", "--verbose"],
  [3, "add", "wanted@9.9.9", "--json"],
  [2, "add", "--portal", `http://${USERNAME}:${encodeURIComponent(TOKEN)}@127.0.0.1:9`, "wanted", "--verbose"],
];

/** A portal that repeats the token to whoever listens. */
const INDISCREET: readonly (readonly [exitCode: number, what: string, answer: Answer])[] = [
  [5, "says it", ({ url }) => Response.json({ message: `Cannot serve ${url}` }, { status: 400 })],
  [5, "shows it", ({ url }) => new Response(`<html>${url}</html>`, { headers: { "Content-Type": "text/html" } })],
  [5, "sends it", ({ url }) => new Response(`PK\x03\x04${url}`)],
  [5, "hands it on", ({ url }) => redirectTo(`http://localhost:9/stolen${new URL(url).search}`)],
  [5, "writes it as a scheme", ({ url }) => redirectTo(`token:${new URL(url).search}`)],
  [7, "sends it to log in", ({ url }) => redirectTo(`/login${new URL(url).search}`)],
];

function redirectTo(location: string): Response {
  return new Response(null, { status: 302, headers: { Location: location } });
}

/** Where the token comes from. */
interface Source {
  readonly name: string;
  readonly env?: (server: TestServer) => Readonly<Record<string, string>>;
  /** Puts it there. */
  readonly plant?: (server: TestServer) => Promise<unknown>;
  /** Takes away the one file that may hold it. */
  readonly uproot?: (server: TestServer) => Promise<unknown>;
}

const tokenFile = ({ root }: TestServer) => join(dirname(root), "token.txt");
const playerData = ({ root }: TestServer) => join(root, "player-data.json");
const serverSettings = ({ root }: TestServer) => join(root, "data/server-settings.json");

const SOURCES: readonly Source[] = [
  { name: "FACTORIO_TOKEN", env: () => ({ FACTORIO_USERNAME: USERNAME, FACTORIO_TOKEN: TOKEN }) },
  {
    name: "ROBOPORT_TOKEN_FILE",
    env: (server) => ({ FACTORIO_USERNAME: USERNAME, ROBOPORT_TOKEN_FILE: tokenFile(server) }),
    plant: (server) => writeFile(tokenFile(server), `${TOKEN}\n`),
    uproot: (server) => rm(tokenFile(server)),
  },
  {
    name: "player-data.json",
    plant: (server) =>
      writeFile(playerData(server), JSON.stringify({ "service-username": USERNAME, "service-token": TOKEN })),
    uproot: (server) => rm(playerData(server)),
  },
  {
    name: "server-settings.json",
    plant: (server) => writeFile(serverSettings(server), JSON.stringify({ username: USERNAME, token: TOKEN })),
    uproot: (server) => rm(serverSettings(server)),
  },
  {
    name: "login --token-stdin",
    plant: async (server) => {
      expectExit(await server.run(["login", USERNAME, "--token-stdin"], { stdin: `${TOKEN}\n` }), 0);
    },
    uproot: (server) => server.run(["logout"]),
  },
];

describe("[SECRET-6] the token is sent to its portal and appears nowhere else", { timeout: 120_000 }, () => {
  it.each(SOURCES.map((source) => [source.name, source] as const))(
    "from %s",
    async (_, { env: envOf = () => ({}), plant, uproot }) => {
      let answer: Answer | undefined;
      const around: Answer = (request, next) => (answer && isDownload(request) ? answer(request, next) : next(request));
      const portal = await openPortal(around);
      await using server = await createTestServer({ portal: portal.url });
      await plant?.(server);
      const env = envOf(server);
      const outputs: string[] = [];
      const run = async ([exitCode, ...argv]: Step) => {
        const ran = await server.run(argv, { env });
        expectExit(ran, exitCode);
        outputs.push(ran.stdout, ran.stderr);
      };
      for (const step of SESSION) await run(step);
      for (const [exitCode, , indiscreet] of INDISCREET) {
        answer = indiscreet;
        await run([exitCode, "add", "other", "--verbose"]);
        await run([exitCode, "add", "other", "--json"]);
      }
      await uproot?.(server);
      await portal.close();
      expect(await findToken(server, { portal, outputs })).toBe("");
    },
  );

  it.skipIf(!existsSync(STRACE))("in processes, which start no others (strace)", async () => {
    const portal = await openPortal();
    await using program = await buildProgram();
    await using server = await createTestServer({ portal: portal.url });
    const outputs: string[] = [];
    const trace = join(dirname(server.root), "trace.txt");
    for (const [exitCode, ...argv] of SESSION) {
      const ended = await program.run(argv, {
        cwd: server.root,
        env: { ...server.env, FACTORIO_USERNAME: USERNAME, FACTORIO_TOKEN: TOKEN },
        through: [STRACE, "-f", "-qq", "--seccomp-bpf", "-s0", "-e", "trace=execve", "-o", trace],
      });
      expectExit(ended, exitCode);
      expect((await readFile(trace, "utf8")).match(/execve\(/g)).toHaveLength(1);
      outputs.push(ended.stdout, ended.stderr);
    }
    await portal.close();
    expect(await findToken(server, { portal, outputs })).toBe("");
  });
});

async function openPortal(around?: Answer): Promise<TestPortal> {
  const world = memoryWorld().mod("helper").release("1.0.0").mod("other").release("1.0.0");
  world
    .mod("wanted")
    .release("1.0.0", WANTED)
    .release("1.1.0", { dependencies: ["base", "helper"] });
  return startTestPortal(world, { around, requireLogin: { username: USERNAME, token: TOKEN } });
}

/** The two questions that an account belongs to, both asked of the API's own origin. */
function isForAccount({ url }: { readonly url: string }, origin: string): boolean {
  const { pathname } = new URL(url);
  return new URL(url).origin === origin && /^\/(?:api\/bookmarks$|download\/)/.test(pathname);
}

function isDownload({ url }: Request): boolean {
  return /^\/download\/[^/]+\/[^/]+$/.test(new URL(url).pathname);
}

interface Seen {
  readonly portal: TestPortal;
  readonly outputs: readonly string[];
}

/** What the search says about everything below the scratch folder, all output, and every other request. */
async function findToken(server: TestServer, { portal, outputs }: Seen): Promise<string> {
  const [own, others] = [true, false].map((is) =>
    portal.requests.filter((request) => isForAccount(request, portal.url) === is),
  );
  expect(own?.some(({ url }) => url.includes(encodeURIComponent(TOKEN)))).toBe(true);
  expect(others?.some(({ url }) => url.startsWith(portal.filesUrl))).toBe(true);
  const scratch = dirname(server.root);
  await mkdir(join(scratch, "seen"));
  await writeFile(join(scratch, "seen/requests.json"), JSON.stringify(others));
  await writeFile(join(scratch, "seen/outputs.txt"), outputs.join("\n"));
  const env = { ...process.env, ROBOPORT_CANARY: TOKEN };
  return spawnSync(process.execPath, [SEARCH, scratch], { env, encoding: "utf8" }).stderr;
}
