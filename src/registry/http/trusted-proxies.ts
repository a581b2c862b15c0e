import { BlockList, isIP } from "node:net";
import { RoboportError } from "../../errors.ts";

/** The reverse proxies whose word about a client counts. */
export interface TrustedProxies {
  /** @param address as {@link plainAddress} gives it */
  readonly has: (address: string) => boolean;
}

/** Nobody's word counts. */
export const NO_PROXIES: TrustedProxies = { has: () => false };

/**
 * Read addresses and networks such as `10.0.0.0/8`, `192.0.2.7` or `fd00::/8`.
 *
 * @throws {RoboportError} `USAGE` for a text that is none.
 * @see rule HTTP-1
 */
export function parseTrustedProxies(texts: readonly string[]): TrustedProxies {
  if (texts.length === 0) return NO_PROXIES;
  const list = new BlockList();
  for (const text of texts) addNetwork(list, text);
  return { has: (address) => list.check(address, familyOf(address)) };
}

function addNetwork(list: BlockList, text: string): void {
  const [address = "", length, ...more] = text.trim().split("/");
  const bits = isIP(address) === 4 ? 32 : 128;
  const prefix = length === undefined ? bits : /^\d{1,3}$/.test(length) ? Number(length) : Infinity;
  if (isIP(address) === 0 || prefix > bits || more.length > 0) {
    throw new RoboportError("USAGE", `Cannot use ${JSON.stringify(text.slice(0, 60))} as a trusted proxy`, {
      hint: "Give an address or a network such as 127.0.0.1, 10.0.0.0/8 or fd00::/8.",
    });
  }
  list.addSubnet(address, prefix, familyOf(address));
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return address.includes(":") ? "ipv6" : "ipv4";
}

const IPV4_IN_IPV6 = "::ffff:";

/** An address as it is compared: IPv4 is never written as IPv6, and no interface is named. */
export function plainAddress(address: string): string {
  if (address.startsWith(IPV4_IN_IPV6) && address.includes(".")) return address.slice(IPV4_IN_IPV6.length);
  return address.split("%", 1)[0] ?? address;
}

/** True for this machine itself. */
export function isLoopback(address: string): boolean {
  return address.startsWith("127.") || address === "::1";
}
