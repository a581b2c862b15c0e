import { describe, expect, it, onTestFinished, vi } from "vitest";
import { closeLater, serveHttp } from "../../test/portal/loopback.ts";
import { failureOf, fullMod, scriptPortal } from "../../test/portal/scripted-portal.ts";
import { openNodeTransport } from "./node-transport.ts";

const good = () => Response.json(fullMod("a"));
const busy = (headers: Record<string, string> = {}) =>
  Response.json({ message: "Too many requests" }, { status: 429, headers });

describe("trying again", () => {
  it("[RETRY-1] a fault that passes is not seen", async () => {
    const { portal, waits } = scriptPortal((_, index) => (index < 2 ? new Response(null, { status: 502 }) : good()));
    expect((await portal.findMod("a"))?.name).toBe("a");
    expect(waits).toEqual([500, 1000]);
  });

  it("[RETRY-1] a lasting one ends after five attempts", async () => {
    const { portal, sent } = scriptPortal(() => new Response(null, { status: 500 }));
    expect(await failureOf(portal.findMod("a"))).toMatchObject({ code: "PORTAL_STATUS", data: { status: 500 } });
    expect(sent.length).toBe(5);
  });

  it("[RETRY-1] so does a portal that cannot be reached", async () => {
    const { portal, sent } = scriptPortal(() => {
      throw new TypeError("fetch failed", { cause: Object.assign(new Error("x"), { code: "ECONNREFUSED" }) });
    });
    expect(await failureOf(portal.findMod("a"))).toMatchObject({
      code: "PORTAL_UNREACHABLE",
      message: "Cannot reach https://portal.test/api/mods/a: the connection was refused (ECONNREFUSED)",
    });
    expect(sent.length).toBe(5);
  });

  it("[RETRY-11] a portal that does not answer in time is asked twice", async () => {
    const { portal, sent } = scriptPortal(() => {
      throw new TypeError("fetch failed", {
        cause: Object.assign(new Error("x"), { code: "UND_ERR_HEADERS_TIMEOUT" }),
      });
    });
    expect(await failureOf(portal.findMod("a"))).toMatchObject({
      code: "PORTAL_UNREACHABLE",
      data: { timedOut: true },
    });
    expect(sent.length).toBe(2);
  });

  it("[RETRY-8] an answer that breaks off counts as none", async () => {
    const broken = () =>
      new Response(
        new ReadableStream({
          start: (controller) => controller.enqueue(new TextEncoder().encode('{"name":')),
          pull: (controller) => controller.error(new TypeError("terminated")),
        }),
      );
    const { portal, sent } = scriptPortal((_, index) => (index === 0 ? broken() : good()));
    expect((await portal.findMod("a"))?.name).toBe("a");
    expect(sent.length).toBe(2);
  });

  it("[RETRY-8] so does half a text that nobody announced the end of", async () => {
    const half = (headers = {}) => new Response('{"name": "a", "title', { headers });
    const passing = scriptPortal((_, index) => (index === 0 ? half() : good()));
    expect((await passing.portal.findMod("a"))?.name).toBe("a");
    const lasting = scriptPortal(() => half());
    expect(await failureOf(lasting.portal.findMod("a"))).toMatchObject({ code: "PORTAL_UNREACHABLE" });
    expect(lasting.sent.length).toBe(5);
    const announced = scriptPortal(() => half({ "content-length": "20" }));
    expect(await failureOf(announced.portal.findMod("a"))).toMatchObject({ code: "PORTAL_SHAPE" });
    expect(announced.sent.length).toBe(1);
  });

  it("[RETRY-12] a question ends in time, whatever keeps it busy", async () => {
    let asked = 0;
    const port = await serveHttp((request, response) => {
      asked++;
      if (request.url === "/api/mods/silent") return;
      const timer = setInterval(() => response.write(" "), 2);
      response.on("close", () => clearInterval(timer));
    });
    const url = `http://127.0.0.1:${port}`;
    const transport = closeLater(openNodeTransport());
    const { portal } = scriptPortal(good, { url, transport, retry: { totalMs: 50 } });
    for (const name of ["silent", "slow"]) {
      expect(await failureOf(portal.findMod(name))).toMatchObject({
        code: "PORTAL_UNREACHABLE",
        message: `Cannot reach ${url}/api/mods/${name}: no answer within 0.05 s`,
        data: { timedOut: true },
      });
    }
    expect(asked).toBe(2);
  });

  it("[RETRY-12] a download that has begun may take longer", async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    let send = () => {};
    const body = new ReadableStream({
      start: (controller) => {
        send = () => (controller.enqueue(new TextEncoder().encode("PK")), controller.close());
      },
    });
    const { portal } = scriptPortal(() => new Response(body));
    const download = await portal.download("/download/a/1");
    vi.advanceTimersByTime(3_600_000);
    send();
    let length = 0;
    for await (const piece of download.body) length += piece.length;
    expect(length).toBe(2);
  });

  it("[RETRY-2] the portal's own wait is kept", async () => {
    const { portal, waits, events } = scriptPortal((_, index) => (index === 0 ? busy({ "retry-after": "7" }) : good()));
    await portal.findMod("a");
    expect(waits).toEqual([7000]);
    expect(events).toContainEqual({
      kind: "retry-waiting",
      url: "https://portal.test/api/mods/a",
      attempt: 1,
      ms: 7000,
      why: "https://portal.test/api/mods/a answered 429: Too many requests",
    });
  });

  it("[RETRY-9] a wait that is too long becomes an error that names it", async () => {
    const { portal, waits } = scriptPortal(() => busy({ "retry-after": "7200" }));
    expect(await failureOf(portal.findMod("a"))).toMatchObject({
      code: "PORTAL_RATE_LIMITED",
      hint: "Try again in 2 hours.",
      data: { retryAfterSeconds: 7200, status: 429 },
    });
    expect(waits).toEqual([]);
  });

  it("[RETRY-9] so does asking to slow down five times, and 503 with a long wait", async () => {
    const always = scriptPortal(() => busy());
    expect(await failureOf(always.portal.findMod("a"))).toMatchObject({ code: "PORTAL_RATE_LIMITED" });
    expect(always.waits).toEqual([2000, 4000, 8000, 16_000]);
    const closed = scriptPortal(() => new Response(null, { status: 503, headers: { "retry-after": "600" } }));
    expect(await failureOf(closed.portal.findMod("a"))).toMatchObject({ code: "PORTAL_RATE_LIMITED" });
  });

  it("[RETRY-10] aborting ends a wait at once, with the signal's reason", async () => {
    const reason = new Error("interrupted");
    const controller = new AbortController();
    const { portal, sent } = scriptPortal(() => {
      controller.abort(reason);
      return busy();
    });
    expect(await failureOf(portal.findMod("a", { signal: controller.signal }))).toBe(reason);
    expect(sent.length).toBe(1);
  });

  it("[RETRY-10] nothing is sent once the signal aborted", async () => {
    const { portal, sent } = scriptPortal(good);
    const reason = new Error("interrupted");
    expect(await failureOf(portal.findMod("a", { signal: AbortSignal.abort(reason) }))).toBe(reason);
    expect(sent).toEqual([]);
  });
});
