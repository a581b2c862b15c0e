/** The URL in a text, undefined when it is none. */
export function findUrl(text: string, base?: URL): URL | undefined {
  return URL.canParse(text, base?.href) ? new URL(text, base?.href) : undefined;
}

/** True for hosts that never leave this machine. */
export function isLoopback(url: URL): boolean {
  const host = url.hostname;
  return host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/** True for addresses of the network card's own neighbourhood, where machines of a cloud learn their secrets. */
export function isLinkLocal(url: URL): boolean {
  return /^(?:169\.254\.|\[fe[89ab]|\[::ffff:a9fe:)/.test(url.hostname);
}

/** Name and value of each parameter; a name may repeat. */
export type QueryEntries = readonly (readonly [name: string, value: string])[];

/** A query or form body; spaces become `%20`, which every server reads, as the game writes it. */
export function formatQuery(entries: QueryEntries): string {
  return entries.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join("&");
}
