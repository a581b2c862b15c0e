import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { plantFolder } from "../../test/installation/planted-folder.ts";
import type { HttpRequest, HttpResponse } from "../portal/transport.ts";
import { type FileSystem, nodeFileSystem } from "../store/file-system.ts";
import { gameSite, makeTestGame } from "../testing/index.ts";
import { downloadGame } from "./game-download.ts";
import type { Session } from "./session.ts";

const GAME = { version: "2.0.77" };
const ARCHIVE = makeTestGame(GAME);
const site = gameSite({ games: [GAME], stable: "2.0.77" });

/** What the website sends, of each archive only so many bytes. */
function website(lengths: readonly number[], replace?: Uint8Array<ArrayBuffer>) {
  const ranges: (string | undefined)[] = [];
  const left = [...lengths];
  const transport = async ({ url, headers }: HttpRequest): Promise<HttpResponse> => {
    const request = new Request(url, { headers: { ...headers } });
    const answer = await site(request, () => new Response(null, { status: 404 }));
    const isArchive = new URL(url).pathname.startsWith("/releases/");
    if (isArchive) ranges.push(headers?.["range"]);
    const bytes = isArchive && replace ? replace : new Uint8Array(await answer.arrayBuffer());
    const length = isArchive ? (left.shift() ?? bytes.byteLength) : bytes.byteLength;
    const own = Object.fromEntries(answer.headers);
    async function* body() {
      yield bytes.subarray(0, length);
      if (length < bytes.byteLength) throw new Error("broke off");
    }
    return {
      status: answer.status,
      headers: { ...own, ...(answer.status === 200 && { "content-length": String(bytes.byteLength) }) },
      body: body(),
      discard: () => {},
    };
  };
  return { transport, ranges };
}

async function download(
  { transport }: Pick<ReturnType<typeof website>, "transport">,
  fs: FileSystem = nodeFileSystem,
): Promise<{ readonly bytes: Buffer; readonly events: readonly string[] }> {
  const path = join(plantFolder(), "game.part");
  const events: string[] = [];
  const session = {
    service: () => ({ url: "https://www.test", transport, userAgent: "test", retry: { attempts: 1 } }),
    store: () => ({ fs }),
    signal: new AbortController().signal,
    emit: ({ kind }: { readonly kind: string }) => void (kind.startsWith("download") && events.push(kind)),
  } as unknown as Session;
  await downloadGame(session, { version: "2.0.77", distro: "linux64", unverified: false, path });
  return { bytes: readFileSync(path), events: [...new Set(events)] };
}

describe("downloading the game", () => {
  it("[GAMEFILE-1] goes on where it broke off, again and again while bytes come", async () => {
    const site = website([100, 100, 1, 1, 1, 1, 1, 1]);
    const { bytes, events } = await download(site);
    expect(bytes.equals(ARCHIVE)).toBe(true);
    expect(site.ranges.slice(0, 4)).toEqual([undefined, "bytes=100-", "bytes=200-", "bytes=201-"]);
    expect(events).toEqual([
      "download-queued",
      "download-started",
      "download-progress",
      "download-restarted",
      "download-verified",
    ]);
  });

  it("[GAMEFILE-1] gives up when no bytes come any more", async () => {
    const broken = website(Array.from({ length: 9 }, () => 0));
    await expect(download(broken)).rejects.toMatchObject({ code: "PORTAL_UNREACHABLE" });
    expect(broken.ranges).toHaveLength(5);
  });

  it("[GAMEFILE-7] refuses what does not begin as an xz", async () => {
    const page = website([], Buffer.from("<html>Please log in</html>"));
    await expect(download(page)).rejects.toMatchObject({ code: "GAME_ARCHIVE" });
  });

  it("[GAMEFILE-9] refuses to begin without room for the archive and the game", async () => {
    const fs = { ...nodeFileSystem, freeSpace: async () => ARCHIVE.byteLength * 4 };
    await expect(download(website([]), fs)).rejects.toMatchObject({ code: "DISK_FULL" });
  });
});
