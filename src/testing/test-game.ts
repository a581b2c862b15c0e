import { createHash } from "node:crypto";
import { storedXz } from "./stored-xz.ts";
import type { TestPortalOptions } from "./test-portal.ts";

/** A headless game of a test: nothing in it is Wube's. */
export interface TestGame {
  readonly version: string;
  /** base alone when not given. */
  readonly builtIns?: readonly string[];
  /** Further files by path below the game's folder, and others in place of those it has. */
  readonly files?: Readonly<Record<string, string>>;
}

/** An entry of a tar archive, as it is or as nobody should unpack it. */
export interface TarFile {
  readonly path: string;
  readonly content?: string;
  /** `0` for a plain file, `5` for a folder, `2` for a symbolic link. */
  readonly type?: string;
  readonly mode?: number;
}

/** What a game's website serves. */
export interface GameSiteOptions {
  readonly games: readonly TestGame[];
  readonly stable: string;
  /** None when not given. */
  readonly experimental?: string;
  /** Versions whose digest is not listed, or wrong. */
  readonly unlisted?: readonly string[];
  readonly wrong?: readonly string[];
}

/** The headless server as the website packs it: a `factorio/` folder with bin/, data/ and config-path.cfg, as tar.xz. */
export function makeTestGame(game: TestGame): Uint8Array<ArrayBuffer> {
  const files: Record<string, string> = {
    "bin/x64/factorio": `#!/bin/sh\necho "Factorio ${game.version}"\n`,
    "config-path.cfg": "config-path=__PATH__executable__/../../config\nuse-system-read-write-data-directories=false\n",
    "data/changelog.txt": `Version: ${game.version}\n`,
    "data/server-settings.example.json": "{}\n",
  };
  for (const name of game.builtIns ?? ["base"]) files[`data/${name}/info.json`] = infoJson(name, game.version);
  const entries = Object.entries({ ...files, ...game.files });
  return storedXz(
    makeTar(entries.map(([path, content]) => ({ path: `factorio/${path}`, content, mode: modeOf(path) }))),
  );
}

function modeOf(path: string): number {
  return path.startsWith("bin/") ? 0o755 : 0o644;
}

function infoJson(name: string, version: string): string {
  const dependencies = name === "base" ? [] : ["base"];
  return `${JSON.stringify({ name, version, title: name, author: "test", dependencies })}\n`;
}

/** A tar archive of the POSIX kind. */
export function makeTar(files: readonly TarFile[]): Uint8Array<ArrayBuffer> {
  return Buffer.concat([...files.flatMap(tarEntry), Buffer.alloc(1024)]);
}

function tarEntry({ path, content = "", type = "0", mode = 0o644 }: TarFile): readonly Buffer[] {
  const body = Buffer.from(content);
  const header = Buffer.alloc(512);
  const octal = (value: number, at: number, length: number) =>
    header.write(`${value.toString(8).padStart(length - 1, "0")}\0`, at, "latin1");
  header.write(path, 0, 100, "utf8");
  octal(mode, 100, 8);
  octal(body.byteLength, 124, 12);
  header.write(`        ${type}`, 148, "latin1");
  header.write("ustar\x0000", 257, "latin1");
  octal(
    header.reduce((sum, byte) => sum + byte, 0),
    148,
    7,
  );
  return [header, body, Buffer.alloc(-body.byteLength & 511)];
}

/**
 * The game's website in front of a portal: newest versions, digests and archives; whatever else is asked goes on to it.
 *
 * Archives are sent in ranges when asked so, and come from another path, as on the real one.
 */
export function gameSite({
  games,
  stable,
  experimental,
  ...options
}: GameSiteOptions): NonNullable<TestPortalOptions["around"]> {
  const archives = new Map(games.map((game) => [game.version, makeTestGame(game)]));
  const channels = { stable, experimental, latest: experimental ?? stable };
  const digests = [...archives]
    .filter(([version]) => !options.unlisted?.includes(version))
    .map(
      ([version, bytes]) =>
        `${options.wrong?.includes(version) ? "0".repeat(64) : sha256(bytes)}  ${fileName(version)}`,
    );
  return (request, next) => {
    const { pathname, origin } = new URL(request.url);
    if (pathname === "/api/latest-releases") {
      return Response.json({
        stable: { headless: stable },
        experimental: experimental ? { headless: experimental } : {},
      });
    }
    if (pathname === "/download/sha256sums/") return new Response(`${digests.join("\n")}\n`);
    const [, asked = ""] = /^\/get-download\/([^/]+)\/headless\/linux[^/]*$/.exec(pathname) ?? [];
    if (asked !== "") {
      const version = channels[asked as keyof typeof channels] ?? asked;
      if (!archives.has(version))
        return new Response("<html>not found</html>", { headers: { "content-type": "text/html" } });
      return Response.redirect(`${origin}/releases/${fileName(version)}`, 302);
    }
    const [, version = ""] = /^\/releases\/factorio-headless_linux_(.+)\.tar\.xz$/.exec(pathname) ?? [];
    const bytes = archives.get(version);
    return bytes ? archiveAnswer(bytes, request.headers.get("range")) : next(request);
  };
}

function archiveAnswer(bytes: Uint8Array<ArrayBuffer>, range: string | null): Response {
  const start = Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0);
  const headers = { "content-type": "application/octet-stream", etag: `"${sha256(bytes).slice(0, 16)}"` };
  if (start === 0) return new Response(bytes, { headers });
  const status = start < bytes.byteLength ? 206 : 416;
  const contentRange = `bytes ${status === 206 ? `${start}-${bytes.byteLength - 1}` : "*"}/${bytes.byteLength}`;
  return new Response(status === 206 ? bytes.subarray(start) : null, {
    status,
    headers: { ...headers, "content-range": contentRange },
  });
}

function fileName(version: string): string {
  return `factorio-headless_linux_${version}.tar.xz`;
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
