import { expect } from "vitest";
import { type ErrorCode, exitCodeOf } from "../../src/errors.ts";
import { type MemoryWorld, memoryWorld, startTestPortal, type TestPortal } from "../../src/testing/index.ts";
import { createTestServer, type Ran, type TestServer } from "../cli/harness.ts";
import { findLeftovers, findUnproved, readState } from "./installed-state.ts";

export type Next = (request: Request) => Response | Promise<Response>;

/** Answers in place of a portal, or passes on. */
export type Answer = (request: Request, next: Next) => Response | Promise<Response>;

/** Which of a portal's services a request is for. */
export type Place = "api" | "download" | "file";

/** A server with one mod, and a portal that has more and can be made to fail. */
export interface Scene extends AsyncDisposable {
  readonly server: TestServer;
  readonly portal: TestPortal;
  /** `wanted` needs `helper`; `settled` is installed. */
  readonly world: MemoryWorld;
  /** From now on this answers, at one place or everywhere; nothing does without. */
  breakWith(answer?: Answer, place?: Place): void;
}

const ACCOUNT = { username: "alice", token: "a-token-of-twenty-letters" };

/** The environment of who has {@link ACCOUNT}. */
export const LOGGED_IN = { FACTORIO_USERNAME: ACCOUNT.username, FACTORIO_TOKEN: ACCOUNT.token };

/** What the mod `wanted` is like. */
export const WANTED = { dependencies: ["base", "helper"], releasedAt: "2025-06-01T00:00:00.000000Z" } as const;

/** @param options.requireLogin downloads are for {@link ACCOUNT} only */
export async function openScene({ requireLogin = false } = {}): Promise<Scene> {
  const world = memoryWorld().mod("settled").release("1.0.0").mod("helper").release("1.0.0");
  world.mod("wanted").release("1.0.0", WANTED);
  let broken: { readonly answer: Answer; readonly place: Place | undefined } | undefined;
  const around: Answer = (request, next) =>
    broken && (broken.place ?? placeOf(request)) === placeOf(request) ? broken.answer(request, next) : next(request);
  const portal = await startTestPortal(world, { around, ...(requireLogin && { requireLogin: ACCOUNT }) });
  const server = await createTestServer({ portal: portal.url });
  for (const argv of [["init"], ["add", "settled"]]) expectSuccess(await server.run(argv, { env: LOGGED_IN }));
  return {
    server,
    portal,
    world,
    breakWith: (answer, place) => {
      broken = answer && { answer, place };
    },
    [Symbol.asyncDispose]: async () => {
      await portal.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

function placeOf({ url }: Request): Place {
  const { pathname, searchParams } = new URL(url);
  if (searchParams.has("secure")) return "file";
  return pathname.startsWith("/download/") ? "download" : "api";
}

export function expectSuccess(ran: Pick<Ran, "stdout" | "stderr"> & { readonly exitCode: number | null }): void {
  expectExit(ran, 0);
}

/** With all that was said where it ended otherwise. */
export function expectExit(ran: Parameters<typeof expectSuccess>[0], exitCode: number): void {
  if (ran.exitCode !== exitCode)
    throw new Error(`Ended with ${ran.exitCode} instead of ${exitCode}\n${ran.stdout}${ran.stderr}`);
}

/** How a command is to be refused. */
export interface Refusal {
  readonly code: ErrorCode;
  /** What the error says beside its code. */
  readonly error?: object | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** Run a command that is refused with this code and its exit code, and changes and leaves nothing. */
export async function expectRefused(
  { server }: Scene,
  argv: readonly string[],
  { code, error, env = {} }: Refusal,
): Promise<void> {
  const before = await readState(server.root);
  const ran = await server.run([...argv, "--json"], { env });
  expect(JSON.parse(ran.stdout)).toMatchObject({ error: { code, ...error } });
  expect(ran.exitCode).toBe(exitCodeOf(code));
  expect(await readState(server.root)).toEqual(before);
  await expectNothingLeft(server);
}

export async function expectNothingLeft(server: TestServer): Promise<void> {
  expect(await findLeftovers(server.root)).toEqual([]);
  expect(await findUnproved(server.env["ROBOPORT_CACHE_DIR"]!)).toEqual([]);
}
