import { randomBytes } from "node:crypto";
import { type Access, type Credentials, loginAccess, openAccess } from "./access.ts";
import { type AppOptions, createApp, createFilesApp } from "./app.ts";
import { createFileLinks } from "./downloads/file-links.ts";
import { addApiPage } from "./http/api-page.ts";
import { addHealthRoutes, type ReadinessCheck } from "./http/health.ts";
import { DEFAULT_LIMITS, type Limits, type LimitSettings, openLimits } from "./http/limits.ts";
import { type Handler, listen, type Listening, type ListenOptions } from "./http/listener.ts";
import { type Gauge, openMetrics } from "./http/metrics.ts";
import { addLocalMetrics, createMetricsApp } from "./http/metrics-route.ts";
import { openTraffic } from "./http/traffic.ts";
import { openReadyAnswers } from "./ready-answers.ts";
import type { World } from "./world.ts";

export type { Handler } from "./http/listener.ts";

/** What to serve, where, and to whom. */
export interface PortalOptions
  extends Pick<AppOptions, "bookmarks" | "publishing" | "assets" | "logIn" | "originOf">,
    Pick<ListenOptions, "host" | "proxies" | "times" | "connections" | "observers" | "namesAnswers"> {
  readonly world: World;
  /** Of the API; 0 or nothing means any free one. */
  readonly port?: number | undefined;
  /** Of the zips, another origin than the API's; 0 or nothing means any free one, `same` the API's own. */
  readonly filesPort?: number | "same" | undefined;
  /** Downloads are only for this user. */
  readonly requireLogin?: Credentials | undefined;
  /** Who may do what, in place of `requireLogin`. */
  readonly access?: Access | undefined;
  /** Sees every request to both origins before they do, to count or log it, or to answer in their place. */
  readonly around?: ((request: Request, next: Handler) => Response | Promise<Response>) | undefined;
  /** {@link DEFAULT_LIMITS} when not given. */
  readonly limits?: LimitSettings | undefined;
  /** How long `close` lets requests under way finish, in milliseconds; five seconds when not given. */
  readonly closeGrace?: number | undefined;
  /** What has to work for `/readyz`, by what it looks at. */
  readonly checks?: Readonly<Record<string, ReadinessCheck>> | undefined;
  /** Where `/metrics` is: for this machine beside the API, or on a listener of its own; nowhere when not given. */
  readonly metrics?: "local" | MetricsPlace | undefined;
  /** Of the program, for `/openapi.json`; without it there is neither that nor `/docs`. */
  readonly version?: string | undefined;
  /** Numbers for `/metrics` beside those of requests and the process. */
  readonly gauges?: readonly Gauge[] | undefined;
  /** Told of errors that ended in an answer with status 500 or 503. */
  readonly onError?: AppOptions["onError"];
}

/** Where a listener for metrics is. */
export interface MetricsPlace {
  readonly host: string;
  readonly port: number;
}

/** A portal that is listening. */
export interface RunningPortal {
  /** Origin of the API, without a slash at the end. */
  readonly url: string;
  /** Origin of the zips, without a slash at the end. */
  readonly filesUrl: string;
  /** Where metrics are; undefined when they have no listener of their own. */
  readonly metricsUrl: string | undefined;
  /** Takes no new connection and lets requests under way finish, for at most as long as `closeGrace` says. */
  close(): Promise<void>;
}

const CLOSE_GRACE_MS = 5_000;

/**
 * Start a portal on two listeners: one for the API, one for the zips.
 *
 * @throws {RoboportError} `CANNOT_LISTEN` when an address or port cannot be used.
 * @see rules REG-50 to REG-53
 */
export async function startPortal(options: PortalOptions): Promise<RunningPortal> {
  const { host = "127.0.0.1", metrics, checks = {}, onError, closeGrace = CLOSE_GRACE_MS } = options;
  const now = () => performance.now();
  const limits = openLimits(options.limits ?? DEFAULT_LIMITS, now);
  const traffic = metrics && openTraffic();
  const observers = [...(options.observers ?? []), ...(traffic ? [traffic.observe] : [])];
  const listeners: Listening[] = [];
  let isClosing = false;
  const close = async (grace: number) => {
    isClosing = true;
    await Promise.all(listeners.map((each) => each.close(grace)));
  };
  const start = async (handler: Handler, port: number | undefined, place: Partial<ListenOptions> = {}) => {
    const server = await listen(around(handler, options), port ?? 0, { ...options, observers, limits, now, ...place });
    listeners.push(server);
    return server;
  };
  try {
    const { app, files } = await openApps(options, limits, start);
    addHealthRoutes(app, { checks, isClosing: () => isClosing, onError });
    if (options.version !== undefined) addApiPage(app, options.version);
    const readMetrics = traffic && openMetrics(traffic, options.gauges ?? []);
    if (readMetrics && metrics === "local") addLocalMetrics(app, readMetrics);
    const own = typeof metrics === "object" ? metrics : undefined;
    const numbers =
      readMetrics &&
      own &&
      (await start(createMetricsApp(readMetrics).fetch, own.port, { host: own.host, observers: [] }));
    // Whoever looks at every request must not miss those that are answered before the routes.
    const api = await start(app.fetch, options.port, options.around ? {} : { ready: openReadyAnswers(options.world) });
    return {
      url: urlOf(api, host),
      filesUrl: urlOf(files ?? api, host),
      metricsUrl: numbers && own && `${urlOf(numbers, own.host)}/metrics`,
      close: () => close(closeGrace),
    };
  } catch (error) {
    await close(0);
    throw error;
  }
}

type Start = (handler: Handler, port: number | undefined) => Promise<Listening>;

/** The API's app, and the listener of the zips where they have one of their own. */
async function openApps(options: PortalOptions, limits: Limits, start: Start) {
  const { world, requireLogin, onError, filesPort } = options;
  const links = createFileLinks({ secret: randomBytes(32), now: Date.now });
  const access = options.access ?? (requireLogin ? loginAccess(requireLogin) : openAccess);
  const zips = createFilesApp({ world, links, onError });
  const files = filesPort === "same" ? undefined : await start(zips.fetch, filesPort);
  const originOf = options.originOf ?? ((request: Request) => new URL(request.url).origin);
  const filesOrigin = (request: Request) =>
    files ? `http://${new URL(request.url).hostname}:${files.port}` : originOf(request);
  const app = createApp({ ...options, access, limits, links, originOf, filesOrigin });
  if (!files) app.route("/", zips);
  return { app, files };
}

function around(handler: Handler, { around: intercept }: PortalOptions): Handler {
  if (!intercept) return handler;
  return (request, passage) => intercept(request, (passed) => handler(passed, passage));
}

function urlOf({ port }: Listening, host: string): string {
  return `http://${reachable(host)}:${port}`;
}

/** A host that stands for all addresses is reached at the loopback one. */
function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}
