import { request, type OutgoingHttpHeaders } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { memoryWorld } from "../testing/index.ts";
import { type PortalOptions, type RunningPortal, startPortal } from "./serve.ts";
import type { World } from "./world.ts";
import { everyModOf, staticWorld } from "./worlds/memory-source.ts";

const mods = memoryWorld()
  .mod("rail", { title: "Track", summary: "Plain rail. ".repeat(200), tags: ["trains"] })
  .release("1.0.0")
  .mod("two words", { title: "Spaced" })
  .release("0.1.0");
const world = staticWorld(await everyModOf(mods));

interface Question {
  readonly method?: string;
  readonly path: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string;
}

let routed: RunningPortal;
let ready: RunningPortal;
const errors: string[] = [];
const start = (options: Partial<PortalOptions>) =>
  startPortal({ world, filesPort: "same", onError: ({ message }) => errors.push(message), ...options });

beforeAll(async () => {
  routed = await start({ around: (asked, next) => next(asked) });
  ready = await start({});
});
afterAll(() => Promise.all([routed.close(), ready.close()]));

/** Everything that goes over the wire but the clock. */
function answerOf(portal: RunningPortal, { method = "GET", path, headers = {}, body }: Question): Promise<object> {
  return new Promise((resolve, reject) => {
    const asked = request(`${portal.url}${path}`, { method, headers, agent: false }, (response) => {
      const pieces: Buffer[] = [];
      response.on("data", (piece: Buffer) => pieces.push(piece));
      response.once("end", () => {
        const { date: _, ...told } = response.headers;
        resolve({ status: response.statusCode, headers: told, body: Buffer.concat(pieces).toString("base64") });
      });
    });
    asked.once("error", reject);
    asked.end(body);
  });
}

const search = (body: string, headers: OutgoingHttpHeaders = {}): Question => ({
  method: "POST",
  path: "/api/search",
  body,
  headers: { "content-length": Buffer.byteLength(body), ...headers },
});

const QUESTIONS: readonly Question[] = [
  { path: "/api/mods/rail" },
  { path: "/api/mods/rail/full" },
  { path: "/api/mods/rail/full?version=2.0&lang=en" },
  { path: "/api/mods/rail", headers: { "if-none-match": "*" } },
  { path: "/api/mods/rail", headers: { "if-none-match": '"other"' } },
  { path: "/api/mods/rail/full", headers: { "accept-encoding": "gzip" } },
  { path: "/api/mods/rail/full", headers: { "accept-encoding": "identity" } },
  { path: "/api/mods/two%20words" },
  { path: "/api/mods/none" },
  { path: "/api/mods/rail/other" },
  { path: "/api/mods/rail", method: "HEAD" },
  { path: "/api/mods/rail", method: "POST" },
  search('{"query":"track"}'),
  search('{"query":"spaced","highlight_pre_tag":"<b>"}'),
  search("no JSON"),
  search('{"only_bookmarks":true}'),
  search('{"query":"track"}', { "accept-encoding": "gzip" }),
  search(`{"query":"track","more":"${"x".repeat(20_000)}"}`),
  { method: "POST", path: "/api/search", body: '{"query":"track"}', headers: { "transfer-encoding": "chunked" } },
  { method: "POST", path: "/api/search?query=track" },
];

describe("ready answers", () => {
  it.each(QUESTIONS)("[REG-55] are those of the routes: $method $path $headers $body", async (question) => {
    expect(await answerOf(ready, question)).toEqual(await answerOf(routed, question));
    expect(await answerOf(ready, question)).toEqual(await answerOf(routed, question));
  });

  it("[REG-55] leave what breaks to the routes, which report it", async () => {
    const breaks = () => {
      throw new Error("it broke");
    };
    const findMod = async () => breaks();
    const broken: World = { ...world, findMod, peekMod: breaks, allMods: findMod };
    const portal = await start({ world: broken });
    const statuses = [await answerOf(portal, { path: "/api/mods/rail" }), await answerOf(portal, search("{}"))];
    await portal.close();
    expect(statuses).toMatchObject([{ status: 500 }, { status: 500 }]);
    expect(errors).toEqual(["it broke", "it broke"]);
  });
});
