import net from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type NodeTransportOptions, openNodeTransport } from "../portal/node-transport.ts";
import type { HttpResponse } from "../portal/transport.ts";
import {
  type ChaosPortal,
  createTestCertificate,
  type FaultRule,
  memoryWorld,
  NETWORK_FAULTS,
  openBlackhole,
  startChaosPortal,
  startTestProxy,
} from "./index.ts";

const world = memoryWorld().mod("flib").release("1.0.0").release("1.1.0").mod("helmod").release("2.0.0");
let portal: ChaosPortal;

beforeEach(async () => {
  portal = await startChaosPortal({ world });
});
afterEach(() => portal.close());

/** Status and text, or why there is none. */
async function ask(path: string, options: NodeTransportOptions = {}): Promise<string> {
  const transport = openNodeTransport(options);
  try {
    const url = path.startsWith("http") ? path : `${portal.url}${path}`;
    const response = await transport({ method: "GET", url, headers: {} });
    return `${response.status} ${await textOf(response)}`;
  } catch (error) {
    return (error as Error).message.replace(/^.*: /, "");
  } finally {
    transport.close();
  }
}

/** Ask and do not wait for more than the head of the answer. */
async function touch(url: string): Promise<void> {
  const transport = openNodeTransport({ answerTimeoutMs: 100 });
  const head = transport({ method: "GET", url, headers: {} });
  await head.then((response) => response.discard()).catch(() => {});
  transport.close();
}

async function textOf({ body }: HttpResponse): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString("latin1");
}

async function headOf(path: string): Promise<HttpResponse["headers"]> {
  const transport = openNodeTransport();
  const response = await transport({ method: "GET", url: `${portal.url}${path}`, headers: {} });
  response.discard();
  transport.close();
  return response.headers;
}

describe("which answers go wrong", () => {
  const statusesOf = async (faults: readonly FaultRule[], paths: readonly string[]) => {
    portal.setFaults(faults);
    const texts: string[] = [];
    for (const path of paths) texts.push((await ask(path)).slice(0, 3));
    return texts;
  };
  const FAIL = { fault: "status", status: 500 } as const;

  it("[CHAOS-1] none, all, those of a service, those about a mod", async () => {
    const paths = ["/api/mods?namelist=flib", "/api/mods/flib", "/api/mods/helmod/full", "/api/mods"];
    expect(await statusesOf([], paths)).toEqual(["200", "200", "200", "200"]);
    expect(await statusesOf([FAIL], paths)).toEqual(["500", "500", "500", "500"]);
    expect(await statusesOf([{ on: "mod", ...FAIL }], paths)).toEqual(["200", "500", "200", "200"]);
    expect(await statusesOf([{ on: ["list", "full"], ...FAIL }], paths)).toEqual(["500", "200", "500", "500"]);
    expect(await statusesOf([{ mod: "flib", ...FAIL }], paths)).toEqual(["500", "500", "200", "200"]);
  });

  it("[CHAOS-1] the n-th, counted by every rule for itself; the first rule that strikes counts", async () => {
    const paths = Array.from({ length: 5 }, () => "/api/mods/flib");
    const rules: readonly FaultRule[] = [
      { nth: [1, 3], fault: "status", status: 503 },
      { nth: [3, 4], fault: "status", status: 404 },
    ];
    expect(await statusesOf(rules, paths)).toEqual(["503", "200", "503", "404", "200"]);
    expect(await statusesOf(rules, paths)).toEqual(["503", "200", "503", "404", "200"]);
  });

  it("[CHAOS-2] chance is the same for the same seed, in whatever order is asked", async () => {
    const rules: readonly FaultRule[] = [{ chance: 0.5, ...FAIL }];
    const paths = Array.from({ length: 16 }, (_, at) => `/api/mods/${at % 2 === 0 ? "flib" : "helmod"}`);
    const there = await statusesOf(rules, paths);
    expect(new Set(there)).toEqual(new Set(["200", "500"]));
    const back = await statusesOf(rules, paths.toReversed());
    for (const parity of [0, 1]) {
      const mine = (statuses: readonly string[], start: number) => statuses.filter((_, at) => at % 2 === start);
      expect(mine(back, 1 - parity)).toEqual(mine(there, parity));
    }
  });

  it("[CHAOS-3] it remembers what it was asked, and what went wrong", async () => {
    portal.setFaults([{ on: "mod", fault: "hang-up" }]);
    await ask("/api/mods/a%20b?x=1");
    await ask(`${portal.elsewhereUrl}/page`);
    expect(portal.requests).toMatchObject([
      { service: "mod", method: "GET", url: `${portal.url}/api/mods/a%20b?x=1`, mods: ["a b"], fault: "hang-up" },
      { service: "elsewhere", url: `${portal.elsewhereUrl}/page`, fault: undefined },
    ]);
    expect(portal.requests[0]?.headers["accept-encoding"]).toBe("gzip, br");
  });
});

it("[CHAOS-4] it changes what was said, not how it was packed", async () => {
  const wordy = memoryWorld().mod("wordy", { summary: "many words ".repeat(1_000) });
  wordy.release("1.0.0");
  const said: string[] = [];
  const change = (body: Uint8Array) => {
    said.push(Buffer.from(body).toString());
    return body;
  };
  await using wordyPortal = await startChaosPortal({ world: wordy, faults: [{ on: "mod", fault: "change", change }] });
  const answer = await fetch(`${wordyPortal.url}/api/mods/wordy`);
  expect(said).toEqual([await answer.text()]);
  expect(JSON.parse(said[0] ?? "")).toMatchObject({ name: "wordy" });
});

describe("what goes wrong", () => {
  const MOD = "/api/mods/flib";
  const IMPATIENT = { answerTimeoutMs: 500, idleTimeoutMs: 500 };
  const broken = async (fault: FaultRule, options: NodeTransportOptions = {}) => {
    portal.setFaults([fault]);
    return await ask(MOD, options);
  };

  it.each<[FaultRule, string]>([
    [{ fault: "silent" }, "it does not answer"],
    [{ fault: "slow-head", everyMs: 50 }, "it does not answer"],
    [{ fault: "slow-body" }, "it sends too slowly"],
    [{ fault: "stall", at: 10 }, "it stopped sending"],
  ])("[CHAOS-4] %o", async (fault, told) => {
    expect(await broken(fault, IMPATIENT)).toBe(told);
  });

  it.each<[FaultRule, string | RegExp]>([
    [{ fault: "hang-up" }, /ECONNRESET/],
    [{ fault: "reset", at: 10 }, /ECONNRESET/],
    [{ fault: "cut", at: 10 }, /ECONNRESET/],
    [{ fault: "cut", at: 0, framing: "chunked" }, /ECONNRESET/],
    [{ fault: "cut", at: 10, framing: "chunked" }, /ECONNRESET/],
    [{ fault: "cut", at: 9, framing: "none" }, '200 {"downloa'],
    [{ fault: "status", status: 418 }, '418 {"message":"A fault with status 418"}'],
    [{ fault: "redirect" }, "302 "],
    [{ fault: "part" }, /^206 (?!\{)/],
    [{ fault: "bytes", bytes: "SSH-2.0\r\n" }, /HPE_INVALID_CONSTANT/],
    [{ fault: "headers", add: ["content-length: 3"] }, /HPE_UNEXPECTED_CONTENT_LENGTH/],
    [{ fault: "headers", add: [`x: ${"y".repeat(70_000)}`] }, /HPE_HEADER_OVERFLOW/],
    [{ fault: "replace", body: "<html>", type: "text/html" }, "200 <html>"],
    [{ fault: "change", change: (body) => body.subarray(0, 6) }, '200 {"down'],
  ])("[CHAOS-4] %o", async (fault, told) => {
    expect(await broken(fault)).toEqual(typeof told === "string" ? told : expect.stringMatching(told));
  });

  it("[CHAOS-4] one flipped bit, the same one for the same seed", async () => {
    const right = await broken({ nth: 2, fault: "flip" });
    const first = await broken({ fault: "flip" });
    expect(first).not.toBe(right);
    expect(first.length).toBe(right.length);
    expect(await broken({ fault: "flip" })).toBe(first);
    expect(await broken({ fault: "flip", at: 0 })).toBe(right.replace("{", "z"));
  });

  it("[CHAOS-4] redirects without end, and with one", async () => {
    portal.setFaults([{ fault: "redirects", hops: 2 }]);
    let path = MOD;
    for (const next of ["?hop=1", "?hop=1&hop=2"]) {
      const { location = "" } = await headOf(path);
      expect(location).toBe(`${portal.url}${MOD}${next}`);
      path = location.slice(portal.url.length);
    }
    expect(await ask(path)).toMatch(/^200 \{"/);
  });

  it("[CHAOS-4] a date to try again by the portal's own clock", async () => {
    portal.setFaults([{ fault: "status", status: 429, retryAfter: { inSeconds: 7 }, clockAhead: 86_400 }]);
    const headers = await headOf(MOD);
    const [date, until] = [headers["date"], headers["retry-after"]].map((text) => Date.parse(text ?? ""));
    expect((until ?? 0) - (date ?? 0)).toBe(7000);
    expect((date ?? 0) - Date.now()).toBeGreaterThan(86_000_000);
  });

  it("[CHAOS-4] a small body that inflates to a large one", async () => {
    const text = await broken({ fault: "bomb", length: 20_000_000 });
    expect(text.length).toBeGreaterThan(20_000_000);
  });

  it("[CHAOS-5] every named fault strikes every service it is for", async () => {
    expect(new Set(NETWORK_FAULTS.map(({ name }) => name)).size).toBe(NETWORK_FAULTS.length);
    for (const { fault, on } of NETWORK_FAULTS) {
      portal.setFaults([{ on, ...fault }]);
      const [service] = on;
      await touch(service === "file" ? `${portal.filesUrl}/download/flib/1/flib_1.0.0.zip` : `${portal.url}/api/mods`);
    }
    const struck = new Set(portal.requests.map((request) => request.fault));
    expect([...struck].filter((name) => name === undefined)).toEqual([]);
  });
});

describe("the machine around it", () => {
  it("[CHAOS-6] it goes down and comes up where it was", async () => {
    await portal.goDown();
    expect(await ask("/api/mods")).toContain("ECONNREFUSED");
    await portal.comeUp();
    expect(await ask("/api/mods")).toMatch(/^200 /);
    expect((await ask(`${portal.filesUrl}/`)).slice(0, 3)).toBe("404");
  });

  it("[CHAOS-7] it speaks https with the certificate it is given", async () => {
    const authority = createTestCertificate();
    const cases = [
      [createTestCertificate({ issuer: authority }), /^200 /],
      [createTestCertificate(), /DEPTH_ZERO_SELF_SIGNED_CERT/],
      [createTestCertificate({ issuer: authority, hosts: ["portal.test", "10.0.0.1"] }), /ALTNAME_INVALID/],
      [createTestCertificate({ issuer: authority, notAfter: new Date("2020-01-01") }), /CERT_HAS_EXPIRED/],
      [createTestCertificate({ issuer: authority, notBefore: new Date("2120-01-01") }), /CERT_NOT_YET_VALID/],
    ] as const;
    for (const [tls, told] of cases) {
      await using secure = await startChaosPortal({ world, tls });
      expect(secure.url).toMatch(/^https:/);
      expect(await ask(`${secure.url}/api/mods`, { ca: authority.cert })).toMatch(told);
    }
  });

  it("[CHAOS-8] a blackhole never takes a connection", async () => {
    await using hole = await openBlackhole();
    const socket = net.connect(hole.port, "127.0.0.1");
    const told = await new Promise((resolve) => {
      socket.once("connect", () => resolve("connected")).once("error", resolve);
      setTimeout(() => resolve("nothing"), 300);
    });
    socket.destroy();
    expect(told).toBe("nothing");
  });

  it("[CHAOS-9] a proxy leads every name here, remembers it, or refuses", async () => {
    const tls = createTestCertificate({ hosts: ["portal.test"] });
    await using secure = await startChaosPortal({ world, tls });
    const { port } = new URL(secure.url);
    for (const [refuseWith, told] of [
      [undefined, /^200 /],
      [407, /the proxy answered 407/],
    ] as const) {
      await using proxy = await startTestProxy({ refuseWith });
      const options = { ca: tls.cert, proxy: { https: proxy.address, http: proxy.address } };
      expect(await ask(`https://portal.test:${port}/api/mods`, options)).toMatch(told);
      const plain = await ask(`http://portal.test:${new URL(portal.url).port}/api/mods?page=1`, options);
      expect(plain.slice(0, 3)).toBe(String(refuseWith ?? 200));
      expect(proxy.requests).toMatchObject([
        { method: "CONNECT", target: `portal.test:${port}` },
        { method: "GET", target: expect.stringMatching(/^http:\/\/portal\.test:\d+\/api\/mods\?page=1$/) },
      ]);
    }
  });
});
