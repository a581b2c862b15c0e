import type { Portal } from "../portal/client.ts";
import { saysNoSuchEndpoint } from "../portal/status-error.ts";
import type { Session } from "./session.ts";

/** What is looked for. */
export interface SearchRequest {
  readonly text: string;
  /** Only mods for this game, a full version or `major.minor`. */
  readonly factorio: string | undefined;
  readonly limit: number;
}

/** One found mod. */
export interface Found {
  readonly name: string;
  readonly title: string;
  readonly owner: string;
  readonly summary: string;
  readonly downloads: number;
  readonly latest: string | undefined;
  readonly deprecated: boolean;
  readonly portal: string;
}

/**
 * Search the portals, best match first. A portal without a search of its own is searched by its list.
 *
 * @throws {RoboportError} as a portal does.
 * @see reference/portal-api.md §2.1, rule OPS-13
 */
export async function searchMods(session: Session, request: SearchRequest): Promise<readonly Found[]> {
  const found = new Map<string, Found>();
  for (const portal of await session.portals()) {
    for (const mod of await searchPortal(portal, session, request)) if (!found.has(mod.name)) found.set(mod.name, mod);
  }
  return [...found.values()].slice(0, request.limit);
}

async function searchPortal(portal: Portal, session: Session, request: SearchRequest): Promise<readonly Found[]> {
  const { text, limit, factorio: version } = request;
  const options = { signal: session.signal };
  try {
    const page = await portal.search({ text, version, pageSize: limit, sort: "relevancy" }, options);
    return page.results.map((each) => ({
      name: each.name,
      title: each.title,
      owner: each.owner,
      summary: each.summary ?? "",
      downloads: each.downloads_count ?? 0,
      latest: each.latest_release_version ?? undefined,
      deprecated: each.deprecated === true,
      portal: portal.url,
    }));
  } catch (error) {
    if (!saysNoSuchEndpoint(error)) throw error;
    return await searchList(portal, session, request);
  }
}

async function searchList(portal: Portal, session: Session, request: SearchRequest): Promise<readonly Found[]> {
  const words = request.text.toLowerCase().split(/\s+/).filter(Boolean);
  const found: Found[] = [];
  const query = { version: request.factorio, pageSize: "max" as const };
  for await (const mod of portal.listMods(query, { signal: session.signal })) {
    const haystack = `${mod.name} ${mod.title} ${mod.owner} ${mod.summary ?? ""}`.toLowerCase();
    if (!words.every((word) => haystack.includes(word))) continue;
    found.push({
      name: mod.name,
      title: mod.title,
      owner: mod.owner,
      summary: mod.summary ?? "",
      downloads: mod.downloads_count ?? 0,
      latest: mod.latest_release?.version,
      deprecated: mod.deprecated === true,
      portal: portal.url,
    });
  }
  return found.sort((a, b) => b.downloads - a.downloads);
}
