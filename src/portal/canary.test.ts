import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { closedPort } from "../../test/portal/loopback.ts";
import { type Answer, fullMod, memoryCache, scriptPortal } from "../../test/portal/scripted-portal.ts";
import type { Portal, PortalOptions } from "./client.ts";
import { openNodeTransport } from "./node-transport.ts";
import { Secret } from "./secret.ts";

const CANARY = "Canary7/+=tweet&x0123456789";
const bytes = Buffer.from(CANARY);
const SPELLINGS = [
  CANARY,
  CANARY.toUpperCase(),
  CANARY.toLowerCase(),
  encodeURIComponent(CANARY),
  encodeURIComponent(encodeURIComponent(CANARY)),
  JSON.stringify(CANARY).slice(1, -1),
  bytes.toString("hex"),
  ...[0, 1, 2].map((offset) =>
    Buffer.concat([Buffer.alloc(offset), bytes])
      .toString("base64")
      .slice(4, -4),
  ),
];
const echo = `token ${CANARY} / ${encodeURIComponent(CANARY)} / ${CANARY.toUpperCase()} / ${bytes.toString("base64")}`;
const to = (location: string) => new Response(null, { status: 302, headers: { location } });
const download = (portal: Portal) => portal.download("/download/a/1");

const SCENES: readonly (readonly [name: string, answer: Answer, act: (portal: Portal) => Promise<unknown>])[] = [
  [
    "a download over two origins",
    (_, index) => (index === 0 ? to("https://cdn.test/1") : new Response("PK")),
    download,
  ],
  ["a redirect that hands the token on", () => to(`https://evil.test/?t=${encodeURIComponent(CANARY)}`), download],
  ["a redirect that hands it on in base64", () => to(`https://evil.test/${bytes.toString("base64url")}`), download],
  ["a redirect to plain http", () => to(`http://evil.test/?t=${encodeURIComponent(CANARY)}`), download],
  ["a login page", () => to(`/login?next=${encodeURIComponent(CANARY)}`), download],
  ["a refusal that repeats the token", () => Response.json({ message: echo }, { status: 403 }), download],
  ["a fault that repeats the token", () => Response.json({ message: echo }, { status: 500 }), download],
  ["a wish to slow down", () => Response.json({ message: echo }, { status: 429 }), download],
  ["a web page instead of a zip", () => new Response(echo, { headers: { "content-type": "text/html" } }), download],
  ["a network that quotes the URL", ({ url }) => Promise.reject(new TypeError(`cannot fetch ${url}`)), download],
  [
    "a check that is refused",
    () => Response.json({ message: echo }, { status: 403 }),
    (portal) => portal.checkCredentials(),
  ],
  ["bookmarks of another shape", () => Response.json({ [CANARY]: echo }), (portal) => portal.getBookmarks()],
  ["bookmarks that are no JSON", () => new Response(echo), (portal) => portal.getBookmarks()],
  [
    "metadata",
    () => Response.json({ results: [fullMod("a")] }),
    (portal) => portal.getModsByName(["a"], { full: true }),
  ],
  [
    "metadata that repeats the token",
    () => Response.json({ message: echo }, { status: 400 }),
    (portal) => portal.listModsPage(),
  ],
  ["a search", () => Response.json({ results: [] }), (portal) => portal.search({ text: "rail" })],
];

const options = (): Partial<PortalOptions> & { readonly cache: ReturnType<typeof memoryCache> } => ({
  credentials: { username: "someone", token: new Secret(CANARY), source: "the test" },
  cache: memoryCache(),
});

/** Everything that a program can print of an outcome. */
const print = (value: unknown) =>
  [
    inspect(value, { depth: 9, showHidden: true }),
    value instanceof Error ? `${value.stack} ${JSON.stringify(value)}` : "",
  ].join();

function expectNoCanary(text: string): void {
  for (const spelling of SPELLINGS) expect(text).not.toContain(spelling);
}

describe("a planted token", () => {
  it.each(SCENES)("[SECRET-6] shows nowhere: %s", async (_name, answer, act) => {
    const given = options();
    const { portal, sent, events } = scriptPortal(answer, given);
    const outcome: unknown = await act(portal).catch((error: unknown) => error);
    const elsewhere = sent.filter((each) => new URL(each.url).origin !== "https://portal.test");
    expectNoCanary(print(outcome));
    expectNoCanary(JSON.stringify([events, elsewhere, [...given.cache.entries]]));
    expectNoCanary(print(portal));
  });

  it("[SECRET-6] is in no request for metadata", async () => {
    const { portal, sent } = scriptPortal(() => Response.json({ ...fullMod("a"), results: [fullMod("a")] }), options());
    await portal.findMod("a");
    await portal.findModFull("a");
    await portal.getModsByName(["a"]);
    await portal.listModsPage();
    await portal.search({ text: "a" });
    expectNoCanary(JSON.stringify(sent));
  });

  it("[SECRET-6] is in no error of Node's own client", async () => {
    const url = `http://127.0.0.1:${await closedPort()}`;
    const { portal, events } = scriptPortal(() => new Response(), {
      ...options(),
      url,
      transport: openNodeTransport(),
    });
    const outcome: unknown = await download(portal).catch((error: unknown) => error);
    expect(outcome).toMatchObject({ code: "PORTAL_UNREACHABLE" });
    expectNoCanary(print(outcome) + JSON.stringify(events));
  });
});
