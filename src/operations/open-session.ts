import { resolve } from "node:path";
import { isRoboportError, RoboportError } from "../errors.ts";
import type { Version } from "../game/version.ts";
import { findCredentials } from "../installation/credentials-files.ts";
import { findInstallation } from "../installation/find-installation.ts";
import type { Installation } from "../installation/installation.ts";
import type { Portal } from "../portal/client.ts";
import type { ServiceOptions } from "../portal/context.ts";
import type { Credentials } from "../portal/credentials.ts";
import type { Secret } from "../portal/secret.ts";
import { openStore } from "../store/blob-store.ts";
import { openMetadataCache } from "../store/metadata-cache.ts";
import { chooseGame } from "./choose-game.ts";
import { findManifest } from "./files.ts";
import { networkLimits } from "./network-limits.ts";
import { findOurFolders } from "./our-folders.ts";
import { accountPortal, choosePortals, OFFICIAL_PORTAL, openWithAccount, serviceUrl } from "./portal-access.ts";
import type { Session, SessionEvent } from "./session.ts";

/** Surroundings of a run and what its options chose. */
export interface OpenSessionOptions {
  readonly serverDir: string | undefined;
  readonly modsDir: string | undefined;
  /** Of the command line, first wins. */
  readonly portals: readonly string[];
  readonly factorio: Version | undefined;
  readonly offline: boolean;
  readonly jobs: number | undefined;
  readonly breakLock: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute. */
  readonly cwd: string;
  readonly clock: () => Date;
  readonly monotonic: () => number;
  readonly signal: AbortSignal;
  readonly userAgent: string;
  readonly emit: (event: SessionEvent) => void;
  /** Told every token that is found, before it can be printed. */
  readonly addSecret: (secret: Secret) => void;
}

/** Put together what a command works with; nothing is read or asked before it is needed. */
export function openSession(options: OpenSessionOptions): Session {
  const { env, cwd, serverDir, modsDir, factorio, offline, jobs, breakLock, clock, monotonic, signal, emit } = options;
  const home = env["HOME"] ?? env["USERPROFILE"];
  const folders = findOurFolders({ env, cwd });
  const owner = { puid: idOf(env, "PUID"), pgid: idOf(env, "PGID") };
  const look = () => {
    const installation = once(() => findInstallation({ cwd, home, serverDir, modsDir }));
    const game = once(async () => {
      const found = await installation();
      const manifest = (await findManifest(found.root))?.manifest;
      return chooseGame({ asked: factorio, installation: found, manifest });
    });
    return { installation, game };
  };
  let found = look();
  const installation = () => found.installation();
  const credentials = once(() => loadCredentials(options, { installation, configDir: folders.config }));
  const store = once(() => openStore({ dir: folders.cache, owner }));
  const connection = connect(options);
  const open = portalOpener(options, { connection, cacheDir: folders.cache });
  const urls = (manifest: readonly string[] = []) =>
    choosePortals({ asked: options.portals, environment: env["ROBOPORT_PORTAL"], manifest });
  return {
    installation,
    game: () => found.game(),
    lookAgain: () => {
      found = look();
    },
    portals: async (manifest) => await Promise.all(urls(manifest).map((url) => open(url))),
    downloadPortals: async (manifest) => {
      const all = urls(manifest);
      const accounts = offline ? [] : await credentials();
      const forAccount = accountPortal(all);
      const opened = all.map(async (url) =>
        url === forAccount ? openWithAccount((account) => open(url, account), { accounts, signal, emit }) : open(url),
      );
      return await Promise.all(opened);
    },
    service: (name, account) => ({ ...connection(), url: serviceUrl(urls(), name), credentials: account }),
    portalFor: async (account) => open(accountPortal(urls()) ?? OFFICIAL_PORTAL, account),
    store,
    credentials,
    configDir: folders.config,
    digests: new Map(),
    owner,
    clock,
    monotonic,
    signal,
    emit,
    offline,
    jobs,
    breakLock,
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

type Environment = OpenSessionOptions["env"];

/** @throws {RoboportError} `USAGE` when the variable is set and no id. */
function idOf(env: Environment, variable: "PUID" | "PGID"): number | undefined {
  const text = env[variable];
  if (!text) return undefined;
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw new RoboportError("USAGE", `Cannot use ${variable}=${text.slice(0, 40)}: it is not a number`, {
    hint: `Set ${variable} to a numeric id, such as 845, or unset it.`,
  });
}

/** @throws {RoboportError} as looking for credentials does. */
async function loadCredentials(
  { env, cwd, addSecret }: OpenSessionOptions,
  from: { installation: () => Promise<Installation>; configDir: string },
): Promise<readonly Credentials[]> {
  const installation = await from.installation().catch(unlessNoInstallation);
  const found = await findCredentials({
    environment: withAbsoluteTokenFile(env, cwd),
    configDir: from.configDir,
    installation,
  });
  for (const { token } of found) addSecret(token);
  return found;
}

function withAbsoluteTokenFile(env: Environment, cwd: string): Environment {
  const path = env["ROBOPORT_TOKEN_FILE"];
  return path ? { ...env, ROBOPORT_TOKEN_FILE: resolve(cwd, path) } : env;
}

function unlessNoInstallation(error: unknown): undefined {
  if (!isRoboportError(error, "NO_INSTALLATION")) throw error;
}

/** How every client of this run reaches its server. What speaks to a network is loaded by the first question. */
function connect({ env, userAgent, emit }: OpenSessionOptions): () => Omit<ServiceOptions, "url"> {
  return once(() => {
    const { transport, retry } = networkLimits(env);
    const proxy = {
      http: env["HTTP_PROXY"] ?? env["http_proxy"],
      https: env["HTTPS_PROXY"] ?? env["https_proxy"],
      except: env["NO_PROXY"] ?? env["no_proxy"],
    };
    const opened = once(async () => {
      const { openNodeTransport } = await import("../portal/node-transport.ts");
      return openNodeTransport({ ...transport, proxy });
    });
    return { transport: async (request) => (await opened())(request), userAgent, retry, events: emit };
  });
}

interface PortalSurroundings {
  readonly connection: () => Omit<ServiceOptions, "url">;
  readonly cacheDir: string;
}

function portalOpener(
  { offline }: OpenSessionOptions,
  { connection, cacheDir }: PortalSurroundings,
): (url: string, account?: Credentials) => Promise<Portal> {
  const cache = once(() => openMetadataCache({ dir: cacheDir }));
  const cacheMode = offline ? "offline" : "default";
  return async (url, credentials) => {
    const { openPortal } = await import("../portal/client.ts");
    return openPortal({ ...connection(), url, credentials, cache: cache(), cacheMode });
  };
}
