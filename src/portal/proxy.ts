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
  const user = Buffer.concat([percentDecoded(proxy.username), Buffer.from(":"), percentDecoded(proxy.password)]);
  return { "proxy-authorization": `Basic ${user.toString("base64")}` };
}

/** Passwords are often written as they are: a percent sign that begins no byte stands for itself. */
function percentDecoded(text: string): Buffer {
  const parts = text.split(/(%[0-9A-Fa-f]{2})/);
  return Buffer.concat(parts.map((part, at) => (at % 2 === 1 ? Buffer.from(part.slice(1), "hex") : Buffer.from(part))));
}
