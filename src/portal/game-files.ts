import { RoboportError } from "../errors.ts";
import { getAnswer } from "./ask.ts";
import { withRetries } from "./attempts.ts";
import { isWebPage, readText } from "./body.ts";
import type { RequestOptions } from "./client.ts";
import { type PortalContext, serviceContext, type ServiceOptions } from "./context.ts";
import {
  type AvailableVersions,
  AvailableVersionsSchema,
  type LatestReleases,
  LatestReleasesSchema,
} from "./contract/game-files.ts";
import type { SafeUrl } from "./secret.ts";
import type { PortalResponse } from "./send.ts";
import { statusError } from "./status-error.ts";

/** Which archive of the game. */
export interface GameBuild {
  /** A full version, `stable`, `experimental`, or `latest` for the newer of both. */
  readonly version: string;
  /** `headless` and `demo` need no account. */
  readonly build: "alpha" | "expansion" | "demo" | "headless";
  /** `linux64`, `win64`, … */
  readonly distro: string;
}

/** How to ask for an archive. */
export interface GameDownloadOptions extends RequestOptions {
  /** Bytes that are there already, 0 by default. */
  readonly start?: number | undefined;
}

/** An archive that begins to arrive. */
export interface GameArchive {
  /** The last part of the address it comes from: `factorio-headless_linux_2.0.77.tar.xz`. */
  readonly fileName: string;
  /** Of the first byte of `body`: 0 also where a server sends all of it although only the rest was wanted. */
  readonly start: number;
  /** Bytes of the whole archive, when the server says so. */
  readonly length: number | undefined;
  readonly url: SafeUrl;
  readonly body: AsyncIterable<Uint8Array>;
  discard(): void;
}

/** Archives of the game; every method throws what {@link Portal} lists. */
export interface GameFiles {
  getLatestReleases(options?: RequestOptions): Promise<LatestReleases>;
  /** SHA-256, 64 hex digits in lower case, by file name. */
  getDigests(options?: RequestOptions): Promise<ReadonlyMap<string, string>>;
  /** @throws {RoboportError} `NO_SUCH_RELEASE` for a web page or 404, `CREDENTIALS_REFUSED` for 403. */
  download(build: GameBuild, options?: GameDownloadOptions): Promise<GameArchive>;
}

const MIB = 1024 * 1024;

/**
 * The client of the game's website, `https://www.factorio.com`.
 *
 * @throws {RoboportError} `USAGE` for a URL that is none.
 * @see reference/portal-api.md §5.3 and §5.4, rules FILES-1 to FILES-4
 */
export function openGameFiles(options: ServiceOptions): GameFiles {
  const context = serviceContext(options);
  return {
    getLatestReleases: ({ signal } = {}) =>
      getAnswer(context, {
        method: "GET",
        path: "api/latest-releases",
        schema: LatestReleasesSchema,
        ceiling: MIB,
        cached: false,
        signal,
      }),
    getDigests: async ({ signal } = {}) => {
      const request = { method: "GET", path: "download/sha256sums/", signal } as const;
      return parseDigests(
        await withRetries(context, request, async (response) => {
          if (response.status !== 200) throw await statusError(context, response);
          return readText(response, 16 * MIB);
        }),
      );
    },
    download: (build, options = {}) => beginArchive(context, build, options),
  };
}

/** Lines that are no digest of a file are passed over. */
function parseDigests(text: string): ReadonlyMap<string, string> {
  const lines = text.split("\n").map((line) => /^([0-9a-f]{64})\s+\*?(\S+)\s*$/i.exec(line));
  return new Map(lines.flatMap((match) => (match?.[1] && match[2] ? [[match[2], match[1].toLowerCase()]] : [])));
}

function beginArchive(
  context: PortalContext,
  build: GameBuild,
  { start = 0, signal }: GameDownloadOptions,
): Promise<GameArchive> {
  const parts = [build.version, build.build, build.distro].map(encodeURIComponent);
  const request = {
    method: "GET",
    path: `get-download/${parts.join("/")}`,
    headers: { "accept-encoding": "identity", ...(start > 0 && { range: `bytes=${start}-` }) },
    authorised: context.credentials !== undefined && build.build !== "headless" && build.build !== "demo",
    signal,
  } as const;
  return withRetries(context, request, async (response) => {
    const { status, url, body } = response;
    if (status === 404 || (status === 200 && isWebPage(response))) {
      response.discard();
      throw noSuchBuild(build);
    }
    const position = findPosition(response, start);
    if (!position) throw await statusError(context, response);
    const fileName = decodeURIComponent(url.split("/").at(-1) ?? "");
    return { fileName, ...position, url, body, discard: () => response.discard() };
  });
}

/** Where an answer's bytes lie in the archive; a server that has no more of it says 416. */
function findPosition(
  { status, headers }: Pick<PortalResponse, "status" | "headers">,
  start: number,
): Pick<GameArchive, "start" | "length"> | undefined {
  const [, from, total] = /^bytes (?:(\d{1,15})-\d{1,15}|\*)\/(\d{1,15})$/.exec(headers["content-range"] ?? "") ?? [];
  const length = total === undefined ? undefined : Number(total);
  if (start > 0 && (status === 416 || (status === 206 && Number(from) === start))) return { start, length };
  if (status !== 200) return undefined;
  const announced = Number(headers["content-length"] ?? Number.NaN);
  return { start: 0, length: Number.isSafeInteger(announced) ? announced : undefined };
}

function noSuchBuild({ version, build, distro }: GameBuild): RoboportError {
  return new RoboportError("NO_SUCH_RELEASE", `There is no ${build} ${version} of the game for ${distro}`, {
    hint: "Run `roboport game versions` to see what there is.",
    data: { version, build, distro },
  });
}

/** Update packages of the game. */
export interface Updater {
  /** Steps by package; without an account those of the headless server only. */
  listUpdates(options?: RequestOptions): Promise<AvailableVersions>;
}

/**
 * The client of the updater, `https://updater.factorio.com`.
 *
 * @throws {RoboportError} `USAGE` for a URL that is none.
 * @see reference/portal-api.md §5.5
 */
export function openUpdater(options: ServiceOptions): Updater {
  const context = serviceContext(options);
  return {
    listUpdates: ({ signal } = {}) =>
      getAnswer(context, {
        method: "GET",
        path: "get-available-versions",
        query: [["apiVersion", "2"]],
        schema: AvailableVersionsSchema,
        ceiling: 16 * MIB,
        cached: false,
        signal,
      }),
  };
}
