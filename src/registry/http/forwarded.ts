import type { IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";
import { plainAddress, type TrustedProxies } from "./trusted-proxies.ts";

/** What proxies say about a request, one entry per hop, nearest to us last. */
interface Hops {
  readonly addresses: readonly (string | undefined)[];
  readonly protocols: readonly string[];
  readonly hosts: readonly string[];
}

/** A request as the first trusted proxy saw it. */
export interface Forwarded {
  readonly address: string;
  /** `https://mods.example.com`, undefined when no proxy told. */
  readonly origin: string | undefined;
}

/**
 * Who sent a request that came from a trusted proxy, and where to: `Forwarded` and `X-Forwarded-For`, `-Proto`, `-Host` are
 * read from their end for as long as the hops are trusted. A proxy writes one kind and passes on whatever it got of the
 * other, so where both tell of different clients neither counts.
 *
 * @param peer the proxy that is connected to us
 * @see RFC 7239, rules HTTP-2 and HTTP-3
 */
export function readForwarded(headers: IncomingHttpHeaders, peer: string, proxies: TrustedProxies): Forwarded {
  const kinds = [legacyHops(headers), standardHops(headers["forwarded"])].filter((hops) => hops !== undefined);
  const told = kinds.map((hops) => walk(hops, { peer, proxies, host: headers.host }));
  const [first = { address: peer, origin: undefined }, second = first] = told;
  return first.address === second.address ? first : { address: peer, origin: undefined };
}

interface Walk {
  readonly peer: string;
  readonly proxies: TrustedProxies;
  readonly host: string | undefined;
}

function walk({ addresses, protocols, hosts }: Hops, { peer, proxies, host }: Walk): Forwarded {
  let address = peer;
  let hops = 0;
  while (hops < addresses.length && proxies.has(address)) {
    const next = addresses.at(-1 - hops);
    if (next === undefined) break;
    address = next;
    hops++;
  }
  const seen = <T>(values: readonly T[]) => values.at(-Math.min(Math.max(hops, 1), values.length));
  const protocol = findProtocol(seen(protocols));
  const authority = findHost(seen(hosts));
  if (protocol === undefined && authority === undefined) return { address, origin: undefined };
  const known = authority ?? findHost(host);
  return { address, origin: known && `${protocol ?? "http"}://${known}` };
}

function legacyHops(headers: IncomingHttpHeaders): Hops | undefined {
  const [from, protocols, hosts] = ["x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"].map((name) =>
    splitList(headers[name]),
  );
  if (!from || !protocols || !hosts || from.length + protocols.length + hosts.length === 0) return undefined;
  return { addresses: from.map(findAddress), protocols, hosts };
}

function splitList(value: string | string[] | undefined): readonly string[] {
  const text = Array.isArray(value) ? value.join(",") : value;
  return text === undefined ? [] : text.split(",").map((each) => each.trim());
}

const PAIR = /(?:^|;)\s*([a-z]+)=(?:"([^"]*)"|([^;"]*))/gi;

function standardHops(value: string | undefined): Hops | undefined {
  if (value === undefined) return undefined;
  const hops = splitOutsideQuotes(value).map((element) => {
    const pairs = [...element.matchAll(PAIR)];
    return new Map(pairs.map(([, name = "", quoted, plain = ""]) => [name.toLowerCase(), (quoted ?? plain).trim()]));
  });
  const all = (name: string) => hops.map((hop) => hop.get(name)).filter((each) => each !== undefined);
  return { addresses: hops.map((hop) => findAddress(hop.get("for"))), protocols: all("proto"), hosts: all("host") };
}

function splitOutsideQuotes(text: string): readonly string[] {
  return text.match(/(?:[^,"]|"[^"]*"?)+/g) ?? [];
}

/** `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]:4711`; undefined for `unknown` and what else is no address. */
function findAddress(text: string | undefined): string | undefined {
  const bare = text?.match(/^\[([^\]]+)\](?::\d+)?$/)?.[1] ?? text?.match(/^([\d.]+)(?::\d+)?$/)?.[1] ?? text;
  return bare !== undefined && isIP(bare) > 0 ? plainAddress(bare) : undefined;
}

function findProtocol(text: string | undefined): "http" | "https" | undefined {
  const word = text?.toLowerCase();
  return word === "http" || word === "https" ? word : undefined;
}

/** A host that can stand in a URL as it is. */
function findHost(text: string | undefined): string | undefined {
  return text !== undefined && /^(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/.test(text)
    ? text
    : undefined;
}
