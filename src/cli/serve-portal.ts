import type { LimitSettings } from "../registry/http/limits.ts";
import type { RateLimit } from "../registry/http/rate-limiter.ts";
import type { PortalOptions } from "../registry/serve.ts";
import type { CommandContext } from "./context.ts";
import { formatCount } from "./quantity.ts";
import { openServeLog } from "./serve-log.ts";
import type { ServeSettings } from "./serve-settings.ts";
import { openSource } from "./serve-source.ts";
import { styled } from "./styled.ts";

const IDLE_MS = 120_000;

/**
 * Serve until the signal to stop comes, and end well.
 *
 * @throws {RoboportError} `USAGE` unless exactly one source is named, `CANNOT_LISTEN`, and what the source throws.
 */
export async function servePortal(context: CommandContext, settings: ServeSettings): Promise<void> {
  const { output, signal } = context;
  const log = openServeLog(context, settings.log);
  const source = await openSource(context, settings, log);
  const { startPortal } = await import("../registry/serve.ts");
  const { TEST_TOKEN, TEST_USERNAME } = await import("../registry/access.ts");
  const account = settings.requireLogin ? { username: TEST_USERNAME, token: TEST_TOKEN } : undefined;
  const portal = await startPortal({
    ...source.options,
    ...(await httpOptions(settings)),
    filesPort: settings.filesPort ?? source.options.filesPort,
    requireLogin: account,
    version: context.version,
    observers: log.observers,
    namesAnswers: log.observers.length > 0,
    onError: (error, id) => log.trouble("Answered with an error", error, id),
  });
  const { url, filesUrl, metricsUrl } = portal;
  output.data({ url, filesUrl, ...(metricsUrl && { metricsUrl }), ...(account && { account }) }, url);
  const mods = await source.options.world.modCount();
  output.note(styled`Serving ${formatCount(mods, "mod")}; zips come from ${filesUrl}; Ctrl-C stops`);
  if (account) output.note(`Downloads need FACTORIO_USERNAME=${account.username} and FACTORIO_TOKEN=${account.token}`);
  log.event("listening", { url, filesUrl, metricsUrl, mods });
  await untilAborted(signal);
  log.event("closing", {});
  await portal.close();
  await source.close();
  log.event("closed", {});
}

async function httpOptions(settings: ServeSettings): Promise<Partial<PortalOptions>> {
  const { parseTrustedProxies } = await import("../registry/http/trusted-proxies.ts");
  const { host, port, metrics, connections, addressConnections } = settings;
  const { headTimeout, bodyTimeout, uploadTimeout, closeTimeout, trustedProxy } = settings;
  return {
    host,
    port,
    proxies: parseTrustedProxies(trustedProxy),
    limits: limitsOf(settings),
    times: { head: headTimeout * 1000, body: bodyTimeout * 1000, upload: uploadTimeout * 1000, idle: IDLE_MS },
    connections: { all: connections, perAddress: addressConnections },
    closeGrace: closeTimeout * 1000,
    metrics: metrics === "off" ? undefined : metrics,
  };
}

function limitsOf({ rateRequests, rateLogins, rateUploads }: ServeSettings): LimitSettings {
  const limit = (rate: RateLimit | "off") => (rate === "off" ? undefined : rate);
  return { requests: limit(rateRequests), logins: limit(rateLogins), uploads: limit(rateUploads) };
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  await new Promise<void>((stop) => {
    if (signal.aborted) stop();
    signal.addEventListener("abort", () => stop(), { once: true });
  });
}
