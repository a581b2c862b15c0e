import { type Credentials, loginAccess, openAccess } from "../registry/access.ts";
import { createApp, createFilesApp } from "../registry/app.ts";
import { createFileLinks } from "../registry/downloads/file-links.ts";
import { type Handler, type RunningPortal, startPortal } from "../registry/serve.ts";
import type { World } from "../registry/world.ts";

/** A request that a test portal received. */
export interface SeenRequest {
  readonly method: string;
  /** Whole URL, with whatever the client put into it. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** How a test portal differs from an open, faultless one. */
export interface TestPortalOptions {
  readonly requireLogin?: Credentials | undefined;
  /** Answers in place of the portal, or passes on: for faults such as 429, a web page or bytes cut short. */
  readonly around?: ((request: Request, next: Handler) => Response | Promise<Response>) | undefined;
}

/** A portal that listens on loopback, and what it was asked. */
export interface TestPortal extends RunningPortal {
  /** Every request so far to either origin, oldest first. */
  readonly requests: readonly SeenRequest[];
}

/** Start a portal on two free loopback ports. */
export async function startTestPortal(world: World, options: TestPortalOptions = {}): Promise<TestPortal> {
  const { requests, around } = recorder(options.around);
  const portal = await startPortal({ world, requireLogin: options.requireLogin, around });
  return { ...portal, requests };
}

/** A portal in this process, reached through its own `fetch` and no socket. */
export interface InProcessPortal {
  /** `https://portal.test` */
  readonly url: string;
  /** `https://files.test` */
  readonly filesUrl: string;
  /** Never follows a redirect, whatever the request says. */
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
  readonly requests: readonly SeenRequest[];
}

const API_ORIGIN = "https://portal.test";
const FILES_ORIGIN = "https://files.test";

/** A portal without a network: requests to any other origin fail as an unreachable host does. */
export function testPortalFetch(world: World, options: TestPortalOptions = {}): InProcessPortal {
  const links = createFileLinks({ secret: new Uint8Array(32), now: () => 0 });
  const access = options.requireLogin ? loginAccess(options.requireLogin) : openAccess;
  const apps: Readonly<Record<string, Handler>> = {
    [API_ORIGIN]: createApp({ world, access, links, filesOrigin: () => FILES_ORIGIN }).fetch,
    [FILES_ORIGIN]: createFilesApp({ world, links }).fetch,
  };
  const { requests, around } = recorder(options.around);
  const fetch: InProcessPortal["fetch"] = async (input, init) => {
    const request = new Request(input, init);
    const app = apps[new URL(request.url).origin];
    if (!app) throw new TypeError(`fetch failed: nothing listens at ${new URL(request.url).origin}`);
    return around(request, app);
  };
  return { url: API_ORIGIN, filesUrl: FILES_ORIGIN, fetch, requests };
}

function recorder(answer: NonNullable<TestPortalOptions["around"]> = (request, next) => next(request)) {
  const requests: SeenRequest[] = [];
  const around = (request: Request, next: Handler) => {
    requests.push({ method: request.method, url: request.url, headers: Object.fromEntries(request.headers) });
    return answer(request, next);
  };
  return { requests, around };
}
