import { unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ErrorCode } from "../../src/errors.ts";
import type { MemoryWorld } from "../../src/testing/index.ts";
import type { TestServer } from "../cli/harness.ts";
import { buildProgram, type Program } from "./program.ts";
import {
  type Answer,
  expectNothingLeft,
  expectRefused,
  expectSuccess,
  LOGGED_IN,
  type Next,
  openScene,
  type Place,
  type Scene,
  WANTED,
} from "./scene.ts";
import { emptyStore } from "./two-sets.ts";

/** Something that goes wrong between portal and client. */
interface Fault {
  readonly what: string;
  readonly code: ErrorCode;
  /** What the error says beside its code. */
  readonly error?: object;
  readonly answer?: Answer;
  /** Where it answers; everywhere without. */
  readonly at?: Place;
  /** What the portal holds while the fault lasts. */
  readonly world?: (world: MemoryWorld) => void;
  /** Downloads are for an account only. */
  readonly requireLogin?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly prepare?: (server: TestServer) => Promise<void>;
}

const BINARY = { "Content-Type": "application/octet-stream" } as const;

const CREDENTIALS: readonly Fault[] = [
  {
    what: "[LOGIN-2] a wrong token in the environment",
    requireLogin: true,
    env: { ...LOGGED_IN, FACTORIO_TOKEN: "wrong" },
    code: "CREDENTIALS_REFUSED",
    error: { data: { source: "FACTORIO_TOKEN" } },
  },
  {
    what: "[OPS-17] a wrong token in player-data.json",
    requireLogin: true,
    prepare: ({ root }) =>
      writeFile(join(root, "player-data.json"), '{"service-username": "alice", "service-token": "wrong"}'),
    code: "CREDENTIALS_REFUSED",
    error: { data: { source: expect.stringMatching(/player-data\.json$/) } },
  },
  { what: "[LOGIN-2] no account", requireLogin: true, code: "NO_CREDENTIALS" },
  {
    what: "[LOGIN-3] an e-mail address as user name",
    requireLogin: true,
    env: { ...LOGGED_IN, FACTORIO_USERNAME: "alice@example.test" },
    code: "CREDENTIALS_REFUSED",
    error: { hint: expect.stringContaining("e-mail address") },
  },
  {
    what: "[DOWN-2] an account that may not download",
    at: "download",
    answer: () => Response.json({ message: "Forbidden" }, { status: 403 }),
    env: LOGGED_IN,
    code: "CREDENTIALS_REFUSED",
  },
];

const METADATA: readonly Fault[] = [
  { what: "[SHAPE-1] a web page instead of metadata", at: "api", answer: webPage, code: "PORTAL_SHAPE" },
  { what: "[SHAPE-1] an empty answer", at: "api", answer: () => new Response(""), code: "PORTAL_SHAPE" },
  {
    what: "[SHAPE-2] JSON of another shape",
    at: "api",
    answer: () => Response.json([{ a: 1 }]),
    code: "PORTAL_SHAPE",
  },
  {
    what: "[SHAPE-2] results that are no mods",
    at: "api",
    answer: () => Response.json({ pagination: null, results: [7, null] }),
    code: "PORTAL_SHAPE",
  },
  { what: "[RETRY-8] metadata that breaks off", at: "api", answer: cutInHalf, code: "PORTAL_UNREACHABLE" },
  { what: "[RETRY-1] 500 again and again", at: "api", answer: () => status(500), code: "PORTAL_STATUS" },
  {
    what: "[RETRY-9] 429 that asks for a year",
    at: "api",
    answer: () => status(429, "31536000"),
    code: "PORTAL_RATE_LIMITED",
    error: { data: { retryAfterSeconds: 31_536_000 } },
  },
  {
    what: "[RETRY-3] 429 until a date far away",
    answer: () => status(429, "Fri, 01 Jan 2100 00:00:00 GMT"),
    code: "PORTAL_RATE_LIMITED",
  },
  { what: "[RETRY-2] 503 that asks for an hour", answer: () => status(503, "3600"), code: "PORTAL_RATE_LIMITED" },
];

const DOWNLOADS: readonly Fault[] = [
  { what: "[DOWN-4] a web page instead of a zip", at: "file", answer: webPage, code: "DOWNLOAD_NOT_ZIP" },
  {
    what: "[DOWN-4] a web page that calls itself a zip",
    at: "file",
    answer: disguised("<!DOCTYPE html><title>Sign in</title>"),
    code: "DOWNLOAD_NOT_ZIP",
  },
  {
    what: "[DOWN-4] JSON that calls itself a zip",
    at: "file",
    answer: disguised('{"message": "no"}'),
    code: "DOWNLOAD_NOT_ZIP",
  },
  { what: "[DOWN-4] nothing at all", at: "file", answer: disguised(""), code: "DOWNLOAD_NOT_ZIP" },
  {
    what: "[FETCH-4] half a zip that says how long it is",
    at: "file",
    answer: altered((zip) => new Uint8Array(zip.subarray(0, zip.length / 2))),
    code: "DOWNLOAD_DIGEST",
  },
  {
    what: "[FETCH-4] a zip without its last byte that does not say how long it is",
    at: "file",
    answer: (request, next) => shortened(request, next),
    code: "DOWNLOAD_DIGEST",
  },
  { what: "[FETCH-4] one flipped bit", at: "file", answer: altered(withFlippedBit), code: "DOWNLOAD_DIGEST" },
  {
    what: "[FETCH-4] a zip that goes on",
    at: "file",
    answer: altered((zip) => new Uint8Array(Buffer.concat([zip, Buffer.alloc(100_000)]))),
    code: "DOWNLOAD_DIGEST",
  },
  {
    what: "[FETCH-4] another SHA-1 than announced",
    world: (world) => world.mod("wanted").release("1.0.0", { ...WANTED, sha1: "0".repeat(40) }),
    code: "DOWNLOAD_DIGEST",
  },
  {
    what: "[FETCH-12] a portal that hangs up in the middle of every zip",
    at: "file",
    answer: cutInHalf,
    code: "PORTAL_UNREACHABLE",
  },
  { what: "[DOWN-5] a compressed zip", at: "file", answer: compressed, code: "PORTAL_SHAPE" },
  { what: "[DOWN-7] a part that nobody asked for", at: "file", answer: otherPart, code: "PORTAL_SHAPE" },
  {
    what: "[REDIR-1] a redirect that goes in circles",
    at: "download",
    answer: ({ url }) => redirectTo(new URL("?again", url).href),
    code: "PORTAL_REDIRECT",
  },
  {
    what: "[REDIR-2] a redirect to a file",
    at: "download",
    answer: () => redirectTo("file:///etc/passwd"),
    code: "PORTAL_REDIRECT",
  },
  {
    what: "[REDIR-2] a redirect with a password",
    at: "download",
    answer: () => redirectTo("http://a:b@127.0.0.1:9/"),
    code: "PORTAL_REDIRECT",
  },
  { what: "[REDIR-2] a redirect to nowhere", at: "download", answer: () => status(302), code: "PORTAL_REDIRECT" },
  { what: "[DOWN-3] a release that was withdrawn", at: "download", answer: () => status(404), code: "NO_SUCH_RELEASE" },
  { what: "[RETRY-1] a file that is not there", at: "file", answer: () => status(404), code: "PORTAL_STATUS" },
];

describe.concurrent("a fault changes nothing, leaves nothing, and is over when it ends", { timeout: 90_000 }, () => {
  it.each([...CREDENTIALS, ...METADATA, ...DOWNLOADS].map((fault) => [fault.what, fault] as const))(
    "%s",
    async (_, fault) => {
      await using scene = await openScene(fault);
      const { server, world, breakWith } = scene;
      await fault.prepare?.(server);
      fault.world?.(world);
      breakWith(fault.answer, fault.at);
      await expectRefused(scene, ["add", "wanted"], fault);
      breakWith();
      if (fault.world) await publishAgain(scene);
      expectSuccess(await server.run(["add", "wanted"], { env: LOGGED_IN }));
      expectSuccess(await server.run(["verify"]));
      await expectNothingLeft(server);
    },
  );

  it("[NET-4] a portal that is down", async () => {
    await using scene = await openScene();
    await scene.portal.close();
    await expectRefused(scene, ["add", "wanted"], { code: "PORTAL_UNREACHABLE" });
    expectSuccess(await scene.server.run(["install"]));
  });

  it.each([
    ["another name", "other", "1.0.0"],
    ["another version", "wanted", "2.0.0"],
  ])("[FETCH-7] a zip that holds %s than was asked for", async (_, name, version) => {
    await using scene = await openScene();
    const { world, server } = scene;
    world.mod(name).release(version, WANTED);
    const bytes = await zipOf(world, name, version);
    world
      .withdraw(name, version)
      .mod("wanted")
      .release("1.0.0", { ...WANTED, bytes });
    await expectRefused(scene, ["add", "wanted"], { code: "ZIP_INVALID" });
    await publishAgain(scene);
    expectSuccess(await server.run(["add", "wanted"]));
  });

  it("[FETCH-5] a release whose bytes are no longer those of the lockfile", async () => {
    await using scene = await openScene();
    const { world, server } = scene;
    const naming = (mod: string) => ({ ...WANTED, dependencies: ["base", "helper", `? ${mod}`] });
    world.mod("wanted").release("1.0.0", naming("first"));
    expectSuccess(await server.run(["add", "wanted"]));
    await unlink(join(server.modsDir, "wanted_1.0.0.zip"));
    await emptyStore(server);
    world.mod("wanted").release("1.0.0", naming("other"));
    await expectRefused(scene, ["install"], { code: "RELEASE_MUTATED" });
    world.mod("wanted").release("1.0.0", naming("first"));
    expectSuccess(await server.run(["install"]));
  });
});

describe("an account that is refused", () => {
  let program: Program;
  beforeAll(async () => {
    program = await buildProgram();
  });
  afterAll(() => program?.[Symbol.asyncDispose]());

  /** In a process of its own, where a failure that nobody waits for is the end. */
  const run = ({ root, env }: TestServer, argv: readonly string[]) =>
    program.run(argv, { cwd: root, env: { ...env, ...LOGGED_IN, FACTORIO_TOKEN: "wrong" } });

  it("[OPS-17] ends the process with 7 and a message, whatever else is going on", async () => {
    await using scene = await openScene({ requireLogin: true });
    for (let time = 0; time < 3; time++) {
      const ended = await run(scene.server, ["add", "wanted"]);
      expect([ended.exitCode, ended.stderr]).toEqual([7, expect.stringContaining("error CREDENTIALS_REFUSED")]);
    }
    await expectNothingLeft(scene.server);
  });

  it("[FETCH-8] does not matter where the store has everything: nobody is asked", async () => {
    await using scene = await openScene({ requireLogin: true });
    const { server, portal } = scene;
    expectSuccess(await server.run(["add", "wanted"], { env: LOGGED_IN }));
    const asked = portal.requests.length;
    expectSuccess(await run(server, ["rollback"]));
    expectSuccess(await run(server, ["rollback"]));
    expectSuccess(await server.run(["verify"]));
    expect(portal.requests.slice(asked)).toEqual([]);
  });
});

describe.concurrent("a fault that passes is waited for", { timeout: 90_000 }, () => {
  it.each<[string, Place, Answer]>([
    ["[RETRY-2] 429 with seconds", "api", () => status(429, "1")],
    ["[RETRY-3] 429 with a date", "api", () => status(429, new Date(Date.now() + 1000).toUTCString())],
    ["[RETRY-4] 429 with a date that is over", "api", () => status(429, "Fri, 01 Jan 2016 00:00:00 GMT")],
    ["[RETRY-6] 429 with nonsense", "api", () => status(429, "soon")],
    ["[RETRY-1] 500 while asking", "api", () => status(500)],
    ["[RETRY-1] 502 while downloading", "download", () => status(502)],
    ["[RETRY-1] 503 while the file is sent", "file", () => status(503)],
    ["[RETRY-8] metadata that breaks off", "api", cutInHalf],
    ["[FETCH-11] a zip that breaks off", "file", cutInHalf],
    ["[FETCH-6] a zip with a flipped bit", "file", altered(withFlippedBit)],
  ])("%s", async (_, place, answer) => {
    await using scene = await openScene();
    let times = 0;
    scene.breakWith((request, next) => (times++ === 0 ? answer(request, next) : next(request)), place);
    expectSuccess(await scene.server.run(["add", "wanted"]));
    expect(times).toBeGreaterThan(1);
    expectSuccess(await scene.server.run(["verify"]));
    await expectNothingLeft(scene.server);
  });
});

/** The author mends the release, and what was known of it is forgotten. */
async function publishAgain({ world, server }: Scene): Promise<void> {
  world.mod("wanted").release("1.0.0", WANTED);
  await emptyStore(server);
}

function webPage(): Response {
  return new Response("<!DOCTYPE html><title>Sign in</title>", { headers: { "Content-Type": "text/html" } });
}

function status(code: number, retryAfter?: string): Response {
  return new Response(null, {
    status: code,
    ...(retryAfter !== undefined && { headers: { "Retry-After": retryAfter } }),
  });
}

function redirectTo(location: string): Response {
  return new Response(null, { status: 302, headers: { Location: location } });
}

function disguised(body: string): Answer {
  return () => new Response(body, { headers: BINARY });
}

/** The true answer with other bytes, which say how long they are. */
function altered(change: (zip: Buffer) => Uint8Array<ArrayBuffer>): Answer {
  return async (request, next) => {
    const zip = change(await zipIn(await next(request)));
    return new Response(zip, { headers: { ...BINARY, "Content-Length": String(zip.length) } });
  };
}

/** The true answer without its last byte, in chunks. */
const shortened: Answer = async (request, next) => {
  const zip = await zipIn(await next(request));
  const chunks = [zip.subarray(0, 100), zip.subarray(100, -1)];
  return new Response(streamOf(chunks), { headers: BINARY });
};

/** The true answer until the connection breaks; what is asked for by its range breaks off as well. */
async function cutInHalf(request: Request, next: Next): Promise<Response> {
  const answer = await next(request);
  const bytes = Buffer.from(await answer.arrayBuffer());
  const half = bytes.subarray(0, Math.ceil(bytes.length / 2));
  return new Response(streamOf([half], new Error("hung up")), { status: answer.status, headers: answer.headers });
}

async function compressed(request: Request, next: Next): Promise<Response> {
  const zip = gzipSync(await zipIn(await next(request)));
  return new Response(zip, { headers: { ...BINARY, "Content-Encoding": "gzip" } });
}

async function otherPart(request: Request, next: Next): Promise<Response> {
  const zip = await zipIn(await next(request));
  const headers = { ...BINARY, "Content-Range": `bytes 1-${zip.length - 1}/${zip.length}` };
  return new Response(zip.subarray(1), { status: 206, headers });
}

async function zipIn(answer: Response): Promise<Buffer<ArrayBuffer>> {
  return Buffer.from(await answer.arrayBuffer());
}

/** These pieces, and then an error if there is one. */
function streamOf(pieces: readonly Uint8Array[], error?: Error): ReadableStream<Uint8Array> {
  const rest = [...pieces];
  return new ReadableStream({
    pull(controller) {
      const piece = rest.shift();
      if (piece) controller.enqueue(piece);
      else if (error) controller.error(error);
      else controller.close();
    },
  });
}

function withFlippedBit(zip: Buffer): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(zip);
  const middle = Math.floor(bytes.length / 2);
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  return bytes;
}

/** The zip of a release in a world. */
async function zipOf(world: MemoryWorld, name: string, version: string): Promise<Uint8Array<ArrayBuffer>> {
  const release = (await world.findMod(name))?.releases.find((each) => each.version === version);
  return new Uint8Array(await new Response(await release?.open()).arrayBuffer());
}
