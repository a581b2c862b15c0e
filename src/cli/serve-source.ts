import { resolve } from "node:path";
import { RoboportError } from "../errors.ts";
import type { PortalOptions } from "../registry/serve.ts";
import type { PullThrough, PullThroughOptions } from "../registry/sources/pull-through.ts";
import type { WorldProblem } from "../registry/world.ts";
import type { CommandContext } from "./context.ts";
import { openData } from "./serve-admin.ts";
import type { ServeLog } from "./serve-log.ts";
import type { ServeSettings } from "./serve-settings.ts";

const MIB = 1024 * 1024;
/** No picture takes this long to be written. */
const DRAFT_MS = 3_600_000;

/** What is served. */
export interface Source {
  readonly options: PortalOptions;
  close(): Promise<void>;
}

/**
 * Open what the settings name.
 *
 * @throws {RoboportError} `USAGE` unless exactly one source is named, and as opening it does.
 */
export async function openSource(context: CommandContext, settings: ServeSettings, log: ServeLog): Promise<Source> {
  const { cwd, monotonic: now } = context;
  const { data: dir, world: file, mods } = settings;
  const report = ({ file: bad, reason }: WorldProblem) => log.warn(`Not served: ${bad}: ${reason}`);
  if ([dir, file, mods].filter((each) => each !== undefined).length !== 1) {
    throw new RoboportError("USAGE", "Cannot serve without exactly one of --data, --world and --mods", {
      hint: "Give --data a folder for a registry, --world a universe file, or --mods a folder of mod zips.",
    });
  }
  if (settings.upstream !== undefined && dir === undefined) {
    throw new RoboportError("USAGE", "Cannot use --upstream without --data", {
      hint: "Name with --data the folder where what comes from there is kept.",
    });
  }
  if (dir !== undefined) return await openRegistry(context, { ...settings, data: dir }, log);
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

type RegistrySettings = ServeSettings & { readonly data: string };

async function openRegistry(context: CommandContext, settings: RegistrySettings, log: ServeLog): Promise<Source> {
  const { monotonic: now, clock } = context;
  const { open: isOpen, uploadMax, upstream } = settings;
  const { registryPortal } = await import("../registry/registry.ts");
  const data = await openData(context, settings.data);
  await data.assets.sweep(clock().getTime() - DRAFT_MS);
  const report = (error: Error) => log.trouble("The upstream failed", error);
  const source = upstream === undefined ? undefined : await openUpstream(context, upstream, { data, report });
  const options = { data, isOpen, uploadMax: uploadMax * MIB, clock: () => clock().toISOString(), now, source };
  const close = async () => {
    await source?.close();
    data.close();
  };
  return { options: { ...registryPortal(options), filesPort: "same" }, close };
}

async function openUpstream(
  context: CommandContext,
  url: string,
  options: Omit<PullThroughOptions, "upstream">,
): Promise<PullThrough> {
  const { openPullThrough } = await import("../registry/sources/pull-through.ts");
  const { openUpstreamService } = await import("./upstream-service.ts");
  return openPullThrough({ ...options, upstream: await openUpstreamService(context, url) });
}
