import { resolve } from "node:path";
import { RoboportError } from "../errors.ts";
import type { LimitSettings } from "../registry/http/limits.ts";
import type { RateLimit } from "../registry/http/rate-limiter.ts";
import type { PortalOptions } from "../registry/serve.ts";
import type { PullThrough } from "../registry/sources/pull-through.ts";
import type { RegistryData } from "../registry/storage/registry-data.ts";
import type { WorldProblem } from "../registry/world.ts";
import type { CommandContext } from "./context.ts";
import { formatCount } from "./quantity.ts";
import { openData } from "./serve-admin.ts";
import { openServeLog } from "./serve-log.ts";
import type { ServeSettings } from "./serve-settings.ts";
import { styled } from "./styled.ts";

const MIB = 1024 * 1024;
const IDLE_MS = 120_000;
/** No picture takes this long to be written. */
const DRAFT_MS = 3_600_000;

/**
 * Serve until the signal to stop comes, and end well.
 *
 * @throws {RoboportError} `USAGE` unless exactly one source is named, `CANNOT_LISTEN`, and what the source throws.
 */
export async function servePortal(context: CommandContext, settings: ServeSettings): Promise<void> {
  const { output, signal } = context;
  const log = openServeLog(context, settings.log);
  const source = await openSource(context, settings);
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
    onError: log.error,
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

interface Source {
  readonly options: PortalOptions;
  close(): Promise<void>;
}

/** @throws {RoboportError} `USAGE` unless exactly one source is named. */
async function openSource(context: CommandContext, settings: ServeSettings): Promise<Source> {
  const { cwd, monotonic: now, clock, output } = context;
  const { data: dir, world: file, mods, open, uploadMax, upstream } = settings;
  const report = ({ file: bad, reason }: WorldProblem) => output.warn(`Not served: ${bad}: ${reason}`);
  if ([dir, file, mods].filter((each) => each !== undefined).length !== 1) {
    throw new RoboportError("USAGE", "Cannot serve without exactly one of --data, --world and --mods", {
      hint: "Give --data a folder for a registry, --world a universe file, or --mods a folder of mod zips.",
    });
  }
  if (dir !== undefined) {
    const { registryPortal } = await import("../registry/registry.ts");
    const data = await openData(context, dir);
    await data.assets.sweep(clock().getTime() - DRAFT_MS);
    const source = upstream === undefined ? undefined : await openSourceBehind(context, data, upstream);
    const options = { data, isOpen: open, uploadMax: uploadMax * MIB, clock: () => clock().toISOString(), now, source };
    const close = async () => {
      await source?.close();
      data.close();
    };
    return { options: { ...registryPortal(options), filesPort: "same" }, close };
  }
  if (file !== undefined) {
    const { openUniverseWorld } = await import("../registry/worlds/universe-world.ts");
    return { options: { world: await openUniverseWorld(resolve(cwd, file), report) }, close: async () => {} };
  }
  const { openFolderWorld } = await import("../registry/worlds/folder-world.ts");
  return {
    options: { world: await openFolderWorld(resolve(cwd, mods ?? ""), { report, now }) },
    close: async () => {},
  };
}

async function openSourceBehind(context: CommandContext, data: RegistryData, url: string): Promise<PullThrough> {
  const { openPullThrough } = await import("../registry/sources/pull-through.ts");
  const { openUpstreamService } = await import("./upstream-service.ts");
  const report = (error: Error) => context.output.warn(`The upstream failed: ${error.message}`);
  return openPullThrough({ data, upstream: await openUpstreamService(context, url), report });
}
