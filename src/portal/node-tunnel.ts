import type { IncomingMessage, request as Request } from "node:http";
import type { RequestOptions } from "node:https";
import type { Socket } from "node:net";
import { isRoboportError, type RoboportError } from "../errors.ts";
import { proxyAuthorization } from "./proxy.ts";
import { networkError, unreachableError } from "./unreachable.ts";

export interface TunnelOptions {
  readonly proxy: URL;
  /** Of node:http or node:https, as the proxy wants it. */
  readonly request: typeof Request;
  /** The server at the far end. */
  readonly host: string;
  readonly port: number;
  readonly timeoutMs: number;
}

/** Either an error or a connection. */
export type TunnelCallback = (error: Error | undefined, socket?: Socket) => void;

/**
 * Connect to a server through a proxy (CONNECT).
 *
 * @param done gets `PORTAL_UNREACHABLE`, lasting when the proxy refuses us, or the connection
 * @see rule PROXY-2
 */
export function openTunnel({ proxy, request, host, port, timeoutMs }: TunnelOptions, done: TunnelCallback): void {
  const authority = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const options: RequestOptions = {
    protocol: proxy.protocol,
    hostname: proxy.hostname.replace(/^\[|\]$/g, ""),
    port: proxy.port || (proxy.protocol === "https:" ? 443 : 80),
    method: "CONNECT",
    path: authority,
    headers: { host: authority, ...proxyAuthorization(proxy) },
    agent: false,
    // As for portals: whoever reads the proxy's password must be the proxy.
    rejectUnauthorized: true,
  };
  const connect = request(options);
  const timer = setTimeout(
    () => connect.destroy(unreachableError(proxy, "the proxy does not answer", { timedOut: true })),
    timeoutMs,
  );
  connect.once("connect", (answer: IncomingMessage, socket: Socket) => {
    clearTimeout(timer);
    if (answer.statusCode === 200) return done(undefined, socket);
    socket.destroy();
    done(refusedByProxy(proxy, answer.statusCode));
  });
  connect.once("error", (error) => {
    clearTimeout(timer);
    done(isRoboportError(error) ? error : networkError(proxy, error));
  });
  connect.end();
}

function refusedByProxy(proxy: URL, status = 0): RoboportError {
  const hint = status === 407 ? "Put user name and password into HTTPS_PROXY." : "Check HTTPS_PROXY and NO_PROXY.";
  return unreachableError(proxy, `the proxy answered ${status}`, { hint, lasting: status < 500 });
}
