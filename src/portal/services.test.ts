import { describe, expect, it } from "vitest";
import { openPortal } from "./client.ts";
import { fetchTransport } from "./fetch-transport.ts";
import { openGameFiles, openUpdater } from "./game-files.ts";
import { openMatchmaking } from "./matchmaking.ts";
import { Secret } from "./secret.ts";

function service(answers: Readonly<Record<string, () => Response>>) {
  const requests: Request[] = [];
  const transport = fetchTransport(async (request) => {
    requests.push(request.clone());
    return (
      answers[decodeURIComponent(new URL(request.url).pathname)]?.() ??
      Response.json({ message: "no" }, { status: 404 })
    );
  });
  return { options: { url: "https://service.test", transport, userAgent: "test", retry: { attempts: 1 } }, requests };
}

const credentials = { username: "u", token: new Secret("token-0123"), source: "test" };

describe("public games", () => {
  it("[GAMES-1] one game needs no account, and may not be there", async () => {
    const game = {
      game_id: 1,
      name: "g",
      application_version: { game_version: "2.0.66" },
      mods: [{ name: "base", version: "2.0.66" }],
    };
    const { options, requests } = service({ "/get-game-details/203.0.113.5:34197": () => Response.json(game) });
    const games = openMatchmaking({ ...options, credentials });
    expect(await games.findGame("203.0.113.5:34197")).toEqual(game);
    expect(await games.findGame("1/../2")).toBeUndefined();
    expect(requests.map(({ url }) => url)).toEqual([
      "https://service.test/get-game-details/203.0.113.5:34197",
      "https://service.test/get-game-details/1%2F..%2F2",
    ]);
  });

  it("[GAMES-1] the list needs one", async () => {
    const { options, requests } = service({ "/get-games": () => Response.json([]) });
    await expect(openMatchmaking(options).listGames()).rejects.toMatchObject({ code: "NO_CREDENTIALS" });
    expect(await openMatchmaking({ ...options, credentials }).listGames()).toEqual([]);
    expect(requests.map(({ url }) => url)).toEqual(["https://service.test/get-games?username=u&token=token-0123"]);
  });
});

describe("archives of the game", () => {
  it("[FILES-1] newest versions", async () => {
    const { options } = service({
      "/api/latest-releases": () => Response.json({ experimental: {}, stable: { headless: "2.0.77" } }),
    });
    expect(await openGameFiles(options).getLatestReleases()).toMatchObject({ stable: { headless: "2.0.77" } });
  });

  it("[FILES-2] digests", async () => {
    const text = `${"A".repeat(64)}  factorio-headless_linux_2.0.77.tar.xz\nnonsense\n${"0".repeat(63)}  short\n`;
    const { options } = service({ "/download/sha256sums/": () => new Response(text) });
    expect([...(await openGameFiles(options).getDigests())]).toEqual([
      ["factorio-headless_linux_2.0.77.tar.xz", "a".repeat(64)],
    ]);
  });

  it("[FILES-3] comes from where it leads, by that name, without an account", async () => {
    const { options, requests } = service({
      "/get-download/2.0.77/headless/linux64": () =>
        new Response(null, { status: 302, headers: { location: "https://cdn.test/f_2.0.77.tar.xz?secure=x" } }),
      "/f_2.0.77.tar.xz": () => new Response("xz", { headers: { "content-length": "2" } }),
    });
    const archive = await openGameFiles({ ...options, credentials }).download({
      version: "2.0.77",
      build: "headless",
      distro: "linux64",
    });
    expect([archive.fileName, archive.length]).toEqual(["f_2.0.77.tar.xz", 2]);
    expect(requests.map(({ url }) => url).join()).not.toContain("token-0123");
    archive.discard();
  });

  it.each([
    () => new Response("<html>", { headers: { "content-type": "text/html" } }),
    () => Response.json({}, { status: 404 }),
  ])("[FILES-3] may not be there", async (answer) => {
    const { options } = service({ "/get-download/9/headless/linux64": answer });
    const wanted = { version: "9", build: "headless", distro: "linux64" } as const;
    await expect(openGameFiles(options).download(wanted)).rejects.toMatchObject({ code: "NO_SUCH_RELEASE" });
  });

  it("[FILES-4] the rest of one that broke off", async () => {
    const answers = [
      new Response("c", { status: 206, headers: { "content-range": "bytes 2-2/3" } }),
      new Response(null, { status: 416, headers: { "content-range": "bytes */3" } }),
      new Response("abc", { headers: { "content-length": "3" } }),
      new Response("a", { status: 206, headers: { "content-range": "bytes 0-0/3" } }),
    ];
    const { options, requests } = service({
      "/get-download/9/headless/linux64": () => answers.shift() ?? Response.error(),
    });
    const ask = async () => {
      const { start, length } = await openGameFiles(options).download(
        { version: "9", build: "headless", distro: "linux64" },
        { start: 2 },
      );
      return [start, length];
    };
    expect([await ask(), await ask(), await ask()]).toEqual([
      [2, 3],
      [2, 3],
      [0, 3],
    ]);
    await expect(ask()).rejects.toMatchObject({ code: "PORTAL_STATUS" });
    expect(requests[0]?.headers.get("range")).toBe("bytes=2-");
  });

  it("[FILES-1] steps of the updater", async () => {
    const steps = { "core-linux_headless64": [{ from: "2.0.76", to: "2.0.77" }, { stable: "2.0.77" }] };
    const { options } = service({ "/get-available-versions": () => Response.json(steps) });
    expect(await openUpdater(options).listUpdates()).toEqual(steps);
  });
});

describe("bookmarks", () => {
  it("[LOGIN-5] are set by a form", async () => {
    const { options, requests } = service({ "/api/bookmarks/toggle": () => Response.json({}) });
    await openPortal({ ...options, credentials }).setBookmark("flib", true);
    const form = await requests[0]?.formData();
    expect([...(form?.entries() ?? [])]).toEqual([
      ["username", "u"],
      ["token", "token-0123"],
      ["mod", "flib"],
      ["state", "on"],
    ]);
    expect(requests[0]?.url).toBe("https://service.test/api/bookmarks/toggle");
  });

  it("[LOGIN-5] of a mod that is not there", async () => {
    const { options } = service({});
    await expect(openPortal({ ...options, credentials }).setBookmark("flib", false)).rejects.toMatchObject({
      code: "NO_SUCH_MOD",
    });
  });
});
