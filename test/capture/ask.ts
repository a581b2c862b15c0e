import http, { type IncomingMessage, type OutgoingHttpHeaders } from "node:http";
import https from "node:https";
import type { Socket } from "node:net";
import tls from "node:tls";

/** What a client sends through a proxy. */
export interface Question {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Uint8Array;
}

/** What it gets back. */
export interface Reply {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A client of a proxy at `host:port` that trusts an authority (PEM). */
export function clientOf(proxy: string, ca?: string): (url: string, question?: Question) => Promise<Reply> {
  const [host = "", port = ""] = proxy.split(":");
  return async (url, question = {}) => {
    const target = new URL(url);
    if (target.protocol === "http:") {
      const headers = { host: target.host, ...question.headers };
      return await ask(
        http.request({ host, port, path: url, method: question.method, headers, agent: false }),
        question,
      );
    }
    const socket = await connect({ host, port, authority: `${target.hostname}:${target.port || 443}` });
    const secure = tls.connect({ socket, servername: target.hostname, ca });
    const { method, headers } = question;
    const request = https.request(url, { method, headers, createConnection: () => secure });
    return await ask(request, question).finally(() => secure.destroy());
  };
}

/** @throws an error whose message is the status when the proxy refuses. */
async function connect({ host, port, authority }: { host: string; port: string; authority: string }): Promise<Socket> {
  return await new Promise((resolve, reject) => {
    const request = http.request({ host, port, method: "CONNECT", path: authority, agent: false });
    request.on("connect", (answer: IncomingMessage, socket: Socket) => {
      if (answer.statusCode === 200) return resolve(socket);
      socket.destroy();
      reject(new Error(String(answer.statusCode)));
    });
    request.on("error", reject).end();
  });
}

async function ask(request: http.ClientRequest, { body }: Question): Promise<Reply> {
  return await new Promise((resolve, reject) => {
    request.on("error", reject);
    request.on("response", (answer) => {
      const pieces: Buffer[] = [];
      answer.on("data", (piece: Buffer) => pieces.push(piece));
      answer.on("error", reject);
      answer.on("end", () => {
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(pieces) });
      });
    });
    request.end(body);
  });
}
