/** Where a client wants to be connected to. */
export interface ConnectTarget {
  /** In lower case; an IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
}

/** What stands behind CONNECT: `mods.factorio.com:443`; undefined for anything else. */
export function findConnectTarget(authority: string): ConnectTarget | undefined {
  const [, name, address, digits = ""] =
    /^(?:([a-z\d](?:[a-z\d.-]{0,251}[a-z\d])?)|\[([\da-f:.]{2,45})\]):(\d{1,5})$/i.exec(authority) ?? [];
  const [host, port] = [name ?? address, Number(digits)];
  if (host === undefined || port < 1 || port > 65535) return undefined;
  return { host: host.toLowerCase(), port };
}
