import { RoboportError } from "../errors.ts";
import { type Flags, type FlagValues, listFlag, oneOf, switchFlag, valueFlag } from "./command.ts";
import { parseTrustedProxies } from "../registry/http/trusted-proxies.ts";
import { parseRate } from "./rate-flag.ts";

const LOGS = ["json", "text", "off"] as const;

/**
 * Everything that can be said about serving: each an option, a key of roboport-serve.json, and, as `ROBOPORT_SERVE_` with
 * capitals and underscores, a variable of the environment.
 */
export const SERVE_SETTINGS = {
  data: valueFlag("DIR", "Serve the registry in this folder, which is made when it is not there"),
  world: valueFlag("FILE", "Serve the mods of a universe file (.json or .json.gz), with zips made on demand"),
  mods: valueFlag("DIR", "Serve the mod zips of a folder"),
  upstream: valueFlag(
    "URL",
    "With --data: the portal that is asked for what is not here, such as https://mods.factorio.com",
  ),
  port: valueFlag("N", "Port of the API; 0 is any free one", parsePort),
  filesPort: valueFlag(
    "N",
    "Port that downloads are redirected to (default: any free one; with --data the same)",
    parsePort,
  ),
  host: valueFlag("HOST", "Address to listen on"),
  open: switchFlag("With --data: downloads without an account"),
  uploadMax: valueFlag("MIB", "With --data: longest zip that is taken", parseCount),
  requireLogin: switchFlag("Downloads only for the test account, which is printed"),
  trustedProxy: listFlag(
    "CIDR",
    "A reverse proxy or network of them whose Forwarded and X-Forwarded-* headers count",
    parseProxy,
  ),
  rateRequests: valueFlag(
    "RATE",
    "Requests of one address, such as 2000/s, or off; this machine has no limit",
    parseRate,
  ),
  rateLogins: valueFlag("RATE", "Attempts to log in of one address, and for one user name, or off", parseRate),
  rateUploads: valueFlag("RATE", "Uploads and changes of one user, or off", parseRate),
  connections: valueFlag("N", "Connections at the same time", parseCount),
  addressConnections: valueFlag("N", "Connections of one address; this machine and proxies have no limit", parseCount),
  headTimeout: valueFlag("SECONDS", "Time for the head of a request", parseCount),
  bodyTimeout: valueFlag("SECONDS", "Time for the body of a request that is no upload", parseCount),
  uploadTimeout: valueFlag("SECONDS", "Time for an upload", parseCount),
  closeTimeout: valueFlag("SECONDS", "Time for transfers under way when the server is told to stop", parseCount),
  metrics: valueFlag("PLACE", "Where /metrics is: local (this machine only), off, or HOST:PORT", parseMetrics),
  log: valueFlag("FORMAT", "Requests on stderr: json, text or off", oneOf(LOGS)),
} as const;

/** Whatever stands nowhere else. */
export const SERVE_DEFAULTS = {
  port: "0",
  host: "127.0.0.1",
  uploadMax: "1024",
  rateRequests: "20000/10s",
  rateLogins: "30/15m",
  rateUploads: "2000/h",
  connections: "20000",
  addressConnections: "2000",
  headTimeout: "10",
  bodyTimeout: "30",
  uploadTimeout: "900",
  closeTimeout: "30",
  metrics: "local",
  log: "off",
} as const satisfies Readonly<Partial<Record<keyof typeof SERVE_SETTINGS, string>>>;

/** Of these a relative one in the file starts at the file's folder. */
export const SERVE_PATHS: ReadonlySet<string> = new Set(["data", "world", "mods"]);

type Values = FlagValues<typeof SERVE_SETTINGS>;

/** What is settled when everything was looked at. */
export type ServeSettings = {
  readonly [K in keyof Values]: K extends keyof typeof SERVE_DEFAULTS ? NonNullable<Values[K]> : Values[K];
};

/** @throws {RoboportError} `USAGE` */
function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65535) return port;
  throw new RoboportError("USAGE", `Cannot use port ${text.slice(0, 20)}`, { hint: "Give a number from 0 to 65535." });
}

/** @throws {RoboportError} `USAGE` */
function parseProxy(text: string): string {
  parseTrustedProxies([text]);
  return text;
}

/** A whole number from 1. */
export function parseCount(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new RangeError("expected a whole number from 1");
}

/** @throws {RoboportError} `USAGE` */
function parseMetrics(text: string): "local" | "off" | { readonly host: string; readonly port: number } {
  if (text === "local" || text === "off") return text;
  const [, host, port] = /^(?:\[?([A-Za-z0-9.:-]+?)\]?:)?(\d+)$/.exec(text) ?? [];
  if (port !== undefined) return { host: host ?? "127.0.0.1", port: parsePort(port) };
  throw new RoboportError("USAGE", `Cannot serve metrics at "${text.slice(0, 60)}"`, {
    hint: "Give local, off, a port, or HOST:PORT.",
  });
}

/** The settings as options, whose help tells the defaults. */
export const SERVE_OPTIONS = withDefaults(SERVE_SETTINGS);

function withDefaults<F extends Flags>(flags: F): F {
  const defaults: Readonly<Record<string, string>> = SERVE_DEFAULTS;
  const entries = Object.entries(flags).map(([name, flag]) => {
    const standard = defaults[name];
    return [name, standard === undefined ? flag : { ...flag, brief: `${flag.brief} (default ${standard})` }];
  });
  return Object.fromEntries(entries) as F;
}
