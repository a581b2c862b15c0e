import http, { type Agent, type RequestOptions } from "node:http";
import type { Agent as HttpsAgent } from "node:https";
import type { Duplex } from "node:stream";
import { ADDRESS_ATTEMPT_MS } from "./node-wire.ts";
import { openTunnel, type TunnelOptions } from "./node-tunnel.ts";
import { findProxy, type ProxySettings, proxyAuthorization } from "./proxy.ts";

export interface PoolOptions {
  readonly proxy: ProxySettings;
  readonly ca: string | undefined;
  readonly connectTimeoutMs: number;
  readonly maxConnections: number;
}

/** How to send a request to a URL. */
export interface Route {
  readonly request: typeof http.request;
  readonly options: RequestOptions;
}

/** Connections kept for reuse, direct and through proxies. */
export interface Pool {
  findRoute(url: URL): Promise<Route>;
  close(): void;
}

export function openPool(options: PoolOptions): Pool {
  const agents = new Map<string, Promise<Agent>>();
  const agentFor = (url: URL, tunnel?: URL | undefined): Promise<Agent> => {
    const key = `${url.protocol} ${tunnel?.href ?? ""}`;
    const agent = agents.get(key) ?? openAgent(options, url, tunnel);
    agents.set(key, agent);
    return agent;
  };
  return {
    findRoute: async (url) => {
      const proxy = findProxy(url, options.proxy);
      if (!proxy || url.protocol === "https:") {
        return { request: await requesterFor(url), options: { ...targetOf(url), agent: await agentFor(url, proxy) } };
      }
      const headers = { host: url.host, ...proxyAuthorization(proxy) };
      const target = { ...targetOf(proxy), path: url.href, headers };
      return { request: await requesterFor(proxy), options: { ...target, agent: await agentFor(proxy) } };
    },
    close: () => {
      for (const agent of agents.values()) void agent.then((each) => each.destroy());
    },
  };
}

/** TLS is loaded only by those who need it: a portal on this machine costs no more than node:http. */
async function requesterFor(url: URL): Promise<typeof http.request> {
  return url.protocol === "https:" ? (await import("node:https")).request : http.request;
}

function targetOf(url: URL): RequestOptions {
  return {
    protocol: url.protocol,
    hostname: url.hostname.replace(/^\[|\]$/g, ""),
    ...(url.port !== "" && { port: url.port }),
    path: `${url.pathname}${url.search}`,
  };
}

async function openAgent(options: PoolOptions, url: URL, tunnel: URL | undefined): Promise<Agent> {
  const shared = {
    keepAlive: true,
    maxSockets: options.maxConnections,
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: ADDRESS_ATTEMPT_MS,
  };
  if (url.protocol === "http:") return new http.Agent(shared);
  const [https, tls] = await Promise.all([import("node:https"), import("node:tls")]);
  const agent = new https.Agent({
    ...shared,
    // Whatever NODE_TLS_REJECT_UNAUTHORIZED says: the token is at stake.
    rejectUnauthorized: true,
    ...(options.ca !== undefined && { ca: [...tls.rootCertificates, options.ca] }),
  });
  if (tunnel) {
    const timeoutMs = options.connectTimeoutMs;
    connectThrough(agent, { proxy: tunnel, request: await requesterFor(tunnel), timeoutMs });
  }
  return agent;
}

/** Make an agent begin each connection with a tunnel through the proxy. */
function connectThrough(agent: HttpsAgent, tunnel: Omit<TunnelOptions, "host" | "port">): void {
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (target, callback) => {
    openTunnel({ ...tunnel, host: target.host ?? "", port: Number(target.port) }, (error, socket) => {
      if (error) callback?.(error, undefined as never);
      else callback?.(null, connect({ ...target, socket } as typeof target) as Duplex);
    });
    return undefined;
  };
}
