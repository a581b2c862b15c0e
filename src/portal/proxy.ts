import { RoboportError } from "../errors.ts";
import { findUrl, isLoopback } from "./url.ts";

/** Proxies, as the environment variables of the same names hold them. */
export interface ProxySettings {
  /** For http:// targets (HTTP_PROXY). */
  readonly http?: string | undefined;
  /** For https:// targets (HTTPS_PROXY). */
  readonly https?: string | undefined;
  /** Hosts to reach directly, by comma or space (NO_PROXY): `example.com` counts for its subdomains too, `*` for all. */
  readonly except?: string | undefined;
}

/**
 * The proxy to reach a URL through, undefined for directly; this machine is always reached directly.
 *
 * @throws {RoboportError} `USAGE` when the proxy's address is not one.
 * @see rule PROXY-1
 */
export function findProxy(target: URL, settings: ProxySettings): URL | undefined {
  const text = target.protocol === "https:" ? settings.https : settings.http;
  if (!text || isLoopback(target) || isExcepted(target, settings.except ?? "")) return undefined;
  const proxy = findUrl(text.includes("://") ? text : `http://${text}`);
  if (proxy?.protocol === "http:" || proxy?.protocol === "https:") return proxy;
  throw new RoboportError("USAGE", `Cannot use the proxy for ${target.protocol}// addresses: it is no http address`, {
    hint: "Set HTTPS_PROXY or HTTP_PROXY to an address such as http://proxy.example:3128.",
  });
}

function isExcepted(target: URL, except: string): boolean {
  const host = target.hostname.replace(/^\[|\]$/g, "");
  const port = target.port || (target.protocol === "https:" ? "443" : "80");
  return except
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => {
      if (entry === "*") return true;
      const [, name = "", wantedPort] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
      const domain = name.replace(/^\*?\.|^\[|\]$/g, "");
      const isHost = host === domain || host.endsWith(`.${domain}`);
      return domain !== "" && isHost && (wantedPort === undefined || wantedPort === port);
    });
}

/** The header that opens the proxy, when its address names a user. */
export function proxyAuthorization(proxy: URL): Record<string, string> {
  if (proxy.username === "" && proxy.password === "") return {};
  const user = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(user).toString("base64")}` };
}
