import { isOfDomain } from "../portal/contract/gaps/domain.ts";
import { findEndpoint } from "../portal/contract/match-request.ts";

/** Another portal in place of a host. */
export interface HostMap {
  /** `mods.factorio.com` */
  readonly host: string;
  /** Origin and path that its requests go to instead. */
  readonly to: URL;
}

/**
 * The address a client means: of Factorio's servers, also when it speaks to what stands in for one of them. What stands in
 * for several is taken for the first whose contract has the path.
 *
 * @returns undefined for any other host
 * @see rules CAPTURE-8 and CAPTURE-9
 */
export function meantUrl(asked: URL, maps: readonly HostMap[]): URL | undefined {
  if (isOfDomain(asked.hostname)) return asked;
  const stoodInFor = maps
    .filter(({ to }) => asked.origin === to.origin && asked.pathname.startsWith(folderOf(to)))
    .map(({ host, to }) =>
      withPath(new URL(`https://${host}`), asked.pathname.slice(folderOf(to).length), asked.search),
    );
  return stoodInFor.find((url) => findEndpoint({ method: "GET", url })) ?? stoodInFor[0];
}

/** Where a request really goes. */
export function realUrl(meant: URL, maps: readonly HostMap[]): URL {
  const map = maps.find(({ host }) => host === meant.hostname);
  if (!map) return meant;
  return withPath(map.to, meant.pathname.slice(1), meant.search);
}

/** A path may begin with two slashes, which would name a host. */
function withPath(base: URL, path: string, search: string): URL {
  const url = new URL(base);
  url.pathname = `${folderOf(base)}${path}`;
  url.search = search;
  return url;
}

/** What a `Location` says to the client, who knows nothing of what stands in for whom. */
export function meantLocation(location: string, maps: readonly HostMap[]): string {
  if (!URL.canParse(location)) return location;
  return meantUrl(new URL(location), maps)?.href ?? location;
}

/** The path of a URL with a slash at its end. */
export function folderOf({ pathname }: URL): string {
  return pathname.endsWith("/") ? pathname : `${pathname}/`;
}
