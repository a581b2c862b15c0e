import http from "node:http";
import https from "node:https";
import net from "node:net";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { type CertificatePair, ELSEWHERE, LOCAL } from "../../test/portal/certificates.ts";
import { answerWith, closedPort, closeLater, serveBytes, serveHttp } from "../../test/portal/loopback.ts";
import { failureOf } from "../../test/portal/scripted-portal.ts";
import { fetchTransport } from "./fetch-transport.ts";
import { type NodeTransportOptions, openNodeTransport } from "./node-transport.ts";
import type { HttpResponse, Transport } from "./transport.ts";

const open = (options: NodeTransportOptions = {}) => closeLater(openNodeTransport(options));
const get = (transport: Transport, url: string, headers: Record<string, string> = {}) =>
  transport({ method: "GET", url, headers });
const textOf = async ({ body }: HttpResponse) => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
};
const at = (port: number, path = "/") => `http://127.0.0.1:${port}${path}`;

/** The same transport, asked for large answers only. */
function inBulk<T extends Transport>(transport: T): Transport {
  return (request) => transport({ ...request, bulk: request.method === "GET" });
}

const INFLATING: readonly (readonly [name: string, open: () => Transport])[] = [
  ["node:http", () => open()],
  ["fetch", () => fetchTransport(fetch)],
];
const TRANSPORTS = [...INFLATING, ["node:net", () => inBulk(open())]] as const;
/** The two ways of Node's transport. */
const WAYS = [
  ["node:http", open],
  ["node:net", (options: NodeTransportOptions = {}) => inBulk(open(options))],
] as const;

describe.each(TRANSPORTS)("every transport: %s", (_, make) => {
  it("[NET-1] sends what it is given and gives back what comes", async () => {
    const port = await serveHttp((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const { method, url, headers } = request;
        response.writeHead(207, { "X-Answer": "yes", "set-cookie": ["a=1", "b=2"] });
        response.end(
          JSON.stringify({ method, url, agent: headers["user-agent"], body: Buffer.concat(chunks).toString() }),
        );
      });
    });
    const response = await make()({
      method: "POST",
      url: at(port, "/api/mods?full=true"),
      headers: { "user-agent": "test/1.0", "content-type": "text/plain" },
      body: "namelist=ä",
    });
    expect(response).toMatchObject({ status: 207, headers: { "x-answer": "yes" } });
    expect(JSON.parse(await textOf(response))).toEqual({
      method: "POST",
      url: "/api/mods?full=true",
      agent: "test/1.0",
      body: "namelist=ä",
    });
  });

  it("[NET-13] sends a blob as it is read, with its length", async () => {
    const port = await serveHttp((request, response) => {
      let length = 0;
      request.on("data", (chunk: Buffer) => (length += chunk.length));
      request.on("end", () => response.end(JSON.stringify([request.headers["content-length"], length])));
    });
    const body = new Blob([new Uint8Array(3_000_000), "end"]);
    const response = await make()({ method: "POST", url: at(port), headers: {}, body });
    expect(JSON.parse(await textOf(response))).toEqual(["3000003", 3_000_003]);
  });

  it("[NET-2] never follows a redirect and sends no referrer", async () => {
    const seen: http.IncomingHttpHeaders[] = [];
    const port = await serveHttp((request, response) => {
      seen.push(request.headers);
      response.writeHead(302, { location: "/elsewhere" }).end();
    });
    const response = await get(make(), at(port, "/?token=canary"));
    response.discard();
    expect(response).toMatchObject({ status: 302, headers: { location: "/elsewhere" } });
    expect(seen.length).toBe(1);
    expect(seen[0]).not.toHaveProperty("referer");
  });

  it("[NET-3] declines compression when it is told to", async () => {
    const port = await serveHttp((request, response) => response.end(request.headers["accept-encoding"]));
    expect(await textOf(await get(make(), at(port), { "accept-encoding": "identity" }))).toBe("identity");
  });

  it("[NET-4] a refused connection says so, without the query", async () => {
    const url = at(await closedPort(), "/download/a/1?username=u&token=canary");
    const error = await failureOf(get(make(), url));
    expect(error).toMatchObject({ code: "PORTAL_UNREACHABLE", message: expect.stringContaining("ECONNREFUSED") });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain("canary");
  });

  it.each([
    ["fewer bytes than announced", ["HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf"]],
    ["chunks that break off", ["HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n"]],
  ])("[NET-5] %s are an error of the body", async (_name, parts) => {
    const port = await serveBytes(answerWith(...parts));
    const response = await get(make(), at(port));
    expect(await failureOf(textOf(response))).toMatchObject({ code: "PORTAL_UNREACHABLE" });
  });

  it.each([
    ["no HTTP", ["SSH-2.0-OpenSSH_9.2\r\n"]],
    ["headers without end", [`HTTP/1.1 200 OK\r\nx: ${"y".repeat(70_000)}\r\n\r\n`]],
    ["two lengths", ["HTTP/1.1 200 OK\r\ncontent-length: 4\r\ncontent-length: 5\r\n\r\nhalf"]],
    ["nothing", []],
  ])("[NET-5] %s is an error", async (_name, parts) => {
    const port = await serveBytes(answerWith(...parts));
    expect(await failureOf(get(make(), at(port)))).toMatchObject({ code: "PORTAL_UNREACHABLE" });
  });

  it("[NET-5] a reset in the middle of the body is one too", async () => {
    const port = await serveHttp((_request, response) => {
      response.writeHead(200, { "content-length": "1000000" });
      response.write("x".repeat(1000), () => response.socket?.resetAndDestroy());
    });
    const outcome = get(make(), at(port)).then(textOf);
    expect(await failureOf(outcome)).toMatchObject({ code: "PORTAL_UNREACHABLE" });
  });

  it("[NET-6] aborting throws the signal's reason, before and during the body", async () => {
    const port = await serveHttp((request, response) => {
      if (request.url === "/body") response.writeHead(200, { "content-length": "10" }).write("half");
    });
    for (const path of ["/silent", "/body"]) {
      const controller = new AbortController();
      const reason = new Error("interrupted");
      const request = { method: "GET", url: at(port, path), headers: {}, signal: controller.signal } as const;
      const outcome = make()(request).then(async (response) => {
        for await (const _chunk of response.body) controller.abort(reason);
      });
      if (path === "/silent") controller.abort(reason);
      expect(await failureOf(outcome)).toBe(reason);
    }
  });

  it("[NET-7] a discarded body frees its connection", async () => {
    let closed = () => {};
    const gone = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const port = await serveHttp((_request, response) => {
      response.on("close", closed);
      const send = () => {
        while (!response.destroyed && response.write("x".repeat(65_536)));
      };
      response.on("drain", send);
      send();
    });
    (await get(make(), at(port))).discard();
    await gone;
  });
});

describe.each(INFLATING)("transports that inflate: %s", (_, make) => {
  it.each([
    ["gzip", gzipSync],
    ["br", brotliCompressSync],
  ] as const)("[NET-3] undoes %s and hides that it was there", async (encoding, compress) => {
    const port = await serveHttp((_request, response) => {
      const body = compress('{"name":"a"}');
      response.writeHead(200, { "content-encoding": encoding, "content-length": body.length }).end(body);
    });
    const response = await get(make(), at(port));
    expect(response.headers).not.toHaveProperty("content-encoding");
    expect(response.headers).not.toHaveProperty("content-length");
    expect(await textOf(response)).toBe('{"name":"a"}');
  });
});

describe.each(WAYS)("connections and limits: %s", (_, open) => {
  it("[NET-8] keeps connections, and survives a server that closed one meanwhile", async () => {
    let connections = 0;
    const port = await serveBytes((socket) => {
      const patience = ++connections === 1 ? 2 : 1;
      let requests = 0;
      socket.on("data", () => {
        if (++requests > patience) socket.resetAndDestroy();
        else socket.write("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nfine");
      });
    });
    const transport = open();
    for (const connectionsSoFar of [1, 1, 2]) {
      expect(await textOf(await get(transport, at(port)))).toBe("fine");
      expect(connections).toBe(connectionsSoFar);
    }
  });

  it.each(["http", "https"])(
    "[NET-8] many requests share few connections and one signal without a warning: %s",
    async (scheme) => {
      const warnings: Error[] = [];
      const note = (warning: Error) => warnings.push(warning);
      process.on("warning", note);
      const server = scheme === "https" ? https.createServer(LOCAL) : http.createServer();
      const port = await serveHttp((_request, response) => response.end("fine"), server);
      const { signal } = new AbortController();
      const transport = open({ maxConnections: 2, ca: LOCAL.cert });
      const url = `${scheme}://127.0.0.1:${port}/`;
      const asked = Array.from({ length: 60 }, () =>
        transport({ method: "GET", url, headers: {}, signal }).then(textOf),
      );
      expect(new Set(await Promise.all(asked))).toEqual(new Set(["fine"]));
      await new Promise((resolve) => setImmediate(resolve));
      process.off("warning", note);
      expect(warnings).toEqual([]);
    },
  );

  it("[NET-8] a redirect's short body does not cost the connection", async () => {
    const sockets = new Set<unknown>();
    const port = await serveHttp((request, response) => {
      sockets.add(request.socket);
      response.writeHead(302, { location: "/", "content-length": "5" }).end("moved");
    });
    const transport = open();
    for (let count = 0; count < 3; count++) {
      (await get(transport, at(port))).discard();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(sockets.size).toBeLessThan(3);
  });

  it("[NET-9] a server that takes the connection and says nothing is given up", async () => {
    const port = await serveBytes(() => {});
    expect(await failureOf(get(open({ answerTimeoutMs: 20 }), at(port)))).toMatchObject({
      code: "PORTAL_UNREACHABLE",
      message: expect.stringContaining("it does not answer"),
      data: { timedOut: true },
    });
  });

  it("[NET-9] so is one whose headers trickle in", async () => {
    const port = await serveBytes((socket) => {
      const timer = setInterval(() => socket.write("x"), 2);
      socket.write("HTTP/1.1 200 OK\r\nx: ");
      socket.on("close", () => clearInterval(timer));
    });
    expect(await failureOf(get(open({ answerTimeoutMs: 40 }), at(port)))).toMatchObject({ code: "PORTAL_UNREACHABLE" });
  });

  it("[NET-9] and one that never finishes TLS", async () => {
    const port = await serveBytes(() => {});
    expect(await failureOf(get(open({ connectTimeoutMs: 20 }), `https://127.0.0.1:${port}/`))).toMatchObject({
      message: expect.stringContaining("it does not take the connection"),
    });
  });

  it("[NET-10] a body that stops is given up", async () => {
    const port = await serveHttp((_request, response) => response.writeHead(200).write("half"));
    const response = await get(open({ idleTimeoutMs: 20 }), at(port));
    expect(await failureOf(textOf(response))).toMatchObject({ message: expect.stringContaining("it stopped sending") });
  });

  it("[NET-10] so is one that trickles", async () => {
    const port = await serveHttp((_request, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write("x"), 2);
      response.on("close", () => clearInterval(timer));
    });
    const response = await get(open({ idleTimeoutMs: 1_000, minBytesPerSecond: 100_000 }), at(port));
    expect(await failureOf(textOf(response))).toMatchObject({
      message: expect.stringContaining("it sends too slowly"),
    });
  });

  it("[NET-10] a reader that takes its time is not the server's fault", async () => {
    const port = await serveHttp((_request, response) => response.end("x".repeat(300_000)));
    const response = await get(open({ idleTimeoutMs: 500, minBytesPerSecond: 1_000_000 }), at(port));
    let length = 0;
    for await (const chunk of response.body) {
      if (length === 0) await new Promise((resolve) => setTimeout(resolve, 600));
      length += chunk.length;
    }
    expect(length).toBe(300_000);
  });
});

describe("node:http in particular", () => {
  it("[NET-3] a compressed body that breaks off or is damaged is an error", async () => {
    const body = gzipSync("x".repeat(10_000));
    const damaged = Buffer.from(body).fill(7, 12, 20);
    for (const [encoding, sent, why] of [
      ["gzip", body.subarray(0, 20), "the connection broke off"],
      ["gzip", damaged, "what it sent is damaged"],
      ["br", brotliCompressSync("x".repeat(10_000)).fill(0xff, 0, 4), "what it sent is damaged"],
    ] as const) {
      const port = await serveHttp((_request, response) =>
        response.writeHead(200, { "content-encoding": encoding }).end(sent),
      );
      const failure = await failureOf(get(open(), at(port)).then(textOf));
      expect(failure).toMatchObject({ code: "PORTAL_UNREACHABLE", message: expect.stringContaining(why) });
    }
  });

  it("[NET-3] a compressed body is inflated only as far as it is read", async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    const port = await serveHttp((_request, response) =>
      response.writeHead(200, { "content-encoding": "gzip" }).end(bomb),
    );
    let length = 0;
    for await (const chunk of (await get(open(), at(port))).body) {
      length += chunk.length;
      if (length > 1_000_000) break;
    }
    expect(length).toBeLessThan(1_100_000);
  });
});

describe.each(WAYS)("TLS and proxies: %s", (_, open) => {
  const serveTls = (pair: CertificatePair) =>
    serveHttp((_request, response) => response.end("secure"), https.createServer(pair));

  it("[NET-11] a certificate nobody vouches for is refused for good", async () => {
    const port = await serveTls(LOCAL);
    expect(await failureOf(get(open(), `https://127.0.0.1:${port}/`))).toMatchObject({
      code: "PORTAL_UNREACHABLE",
      data: { lasting: true },
      hint: "Check the clock of this machine and the certificate of the server.",
    });
  });

  it("[NET-11] a trusted one is accepted for its own name only", async () => {
    const good = await get(open({ ca: LOCAL.cert }), `https://127.0.0.1:${await serveTls(LOCAL)}/`);
    expect(await textOf(good)).toBe("secure");
    const wrong = get(open({ ca: ELSEWHERE.cert }), `https://127.0.0.1:${await serveTls(ELSEWHERE)}/`);
    expect(await failureOf(wrong)).toMatchObject({ message: expect.stringContaining("ERR_TLS_CERT_ALTNAME_INVALID") });
  });

  /** A proxy that leads every name to 127.0.0.1. */
  const serveProxy = async (refuseWith?: number) => {
    const seen: string[] = [];
    const server = http.createServer();
    server.on("connect", (request: http.IncomingMessage, socket: net.Socket) => {
      seen.push(`CONNECT ${request.url} ${request.headers["proxy-authorization"]}`);
      if (refuseWith !== undefined) {
        socket.end(`HTTP/1.1 ${refuseWith} No\r\n\r\n`);
        return;
      }
      const target = net.connect(Number(request.url?.split(":")[1]), "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
        socket.pipe(target).pipe(socket);
      });
      for (const each of [socket, target]) each.on("error", () => each.destroy());
    });
    const port = await serveHttp((request, response) => {
      seen.push(`${request.method} ${request.url}`);
      response.end("through the proxy");
    }, server);
    return { seen, address: `http://user:p%40ss@127.0.0.1:${port}` };
  };

  it("[PROXY-2] https goes through a tunnel, kept for the next request", async () => {
    const port = await serveTls(LOCAL);
    const { seen, address } = await serveProxy();
    const transport = open({ proxy: { https: address }, ca: LOCAL.cert });
    expect(await textOf(await get(transport, `https://portal.test:${port}/?token=canary`))).toBe("secure");
    expect(await textOf(await get(transport, `https://portal.test:${port}/?token=canary`))).toBe("secure");
    expect(seen).toEqual([`CONNECT portal.test:${port} Basic ${Buffer.from("user:p@ss").toString("base64")}`]);
  });

  it("[PROXY-2] plain http is handed to the proxy whole", async () => {
    const { seen, address } = await serveProxy();
    const response = await get(open({ proxy: { http: address } }), "http://portal.test/api/mods?page=2");
    expect(await textOf(response)).toBe("through the proxy");
    expect(seen).toEqual(["GET http://portal.test/api/mods?page=2"]);
  });

  it("[PROXY-2] a proxy that wants a password is not asked twice, and never named with it", async () => {
    const { address } = await serveProxy(407);
    const error = await failureOf(get(open({ proxy: { https: address } }), "https://portal.test/?token=canary"));
    expect(error).toMatchObject({
      code: "PORTAL_UNREACHABLE",
      data: { lasting: true },
      hint: expect.stringContaining("HTTPS_PROXY"),
    });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toMatch(/canary|p%40ss|p@ss/);
  });

  it("[PROXY-2] a proxy that is not there or says nothing is unreachable", async () => {
    const silent = await serveBytes(() => {});
    for (const port of [await closedPort(), silent]) {
      const transport = open({ proxy: { https: `127.0.0.1:${port}` }, connectTimeoutMs: 50 });
      expect(await failureOf(get(transport, "https://portal.test/"))).toMatchObject({ code: "PORTAL_UNREACHABLE" });
    }
  });
});
