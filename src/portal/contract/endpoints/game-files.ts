import * as z from "zod/mini";
import type { Endpoint, Parameter } from "../endpoint.ts";
import { byOneClient, documented, inGame } from "../fact.ts";
import { AvailableVersionsSchema, DownloadLinkSchema, LatestReleasesSchema } from "../game-files.ts";
import { openEnum } from "../wire.ts";
import { ACCOUNT } from "./account-parameters.ts";

const PAGE = "wiki Download_API";
const UPDATER = "game logs of 0.16.36, five clients";

const API_VERSION: Parameter = {
  name: "apiVersion",
  in: "query",
  schema: inGame(z.optional(z.string()), "`2`. One text writes `api_version`, which no client sends.", UPDATER),
  example: "2",
};

const step = (name: string, text: string, example: string): Parameter => ({
  name,
  in: "query",
  required: true,
  schema: inGame(z.string(), text, UPDATER),
  example,
});

/** The game itself: versions, archives, updates. */
export const GAME_FILE_ENDPOINTS: readonly Endpoint[] = [
  {
    id: "getLatestReleases",
    service: "website",
    method: "GET",
    path: "/api/latest-releases",
    summary: "Look up the newest versions of the game",
    description: "By channel and build. Builds may be missing, and `experimental` may be empty.",
    stability: "internal",
    confidence: "documented",
    source: PAGE,
    proof: "none",
    answers: [
      {
        status: 200,
        when: "Always.",
        type: "application/json",
        schema: LatestReleasesSchema,
        example: { stable: { alpha: "2.0.77", headless: "2.0.77" }, experimental: {} },
      },
    ],
  },
  {
    id: "downloadGame",
    service: "website",
    method: "GET",
    path: "/get-download/{version}/{build}/{distro}",
    summary: "Download the game",
    description:
      "A redirect to the archive; its last path part is the file name. `headless` and `demo` need no account. An unknown version is answered with a web page or 404, so check for the magic bytes of xz.",
    stability: "internal",
    confidence: "documented",
    source: PAGE,
    proof: "account, if any",
    parameters: [
      {
        name: "version",
        in: "path",
        required: true,
        schema: documented(
          z.string(),
          "A full version, `stable`, `experimental`, or `latest` for the newer of both.",
          PAGE,
        ),
        example: "2.0.77",
      },
      {
        name: "build",
        in: "path",
        required: true,
        schema: documented(openEnum(["alpha", "expansion", "demo", "headless"]), "Which build.", PAGE),
        example: "headless",
      },
      {
        name: "distro",
        in: "path",
        required: true,
        schema: documented(
          openEnum(["win64", "win64-manual", "osx", "linux64", "linux-arm64"]),
          "For which system; one client uses `linux-arm64` for headless 2.1.",
          PAGE,
        ),
        example: "linux64",
      },
      ...ACCOUNT,
    ],
    answers: [
      { status: 302, when: "To the archive on dl.factorio.com.", headers: { Location: "A signed URL." } },
      { status: 200, when: "An unknown version.", type: "text/html" },
      { status: 403, when: "The build needs an account that owns the game.", type: "text/html" },
      { status: 404, when: "There is no such version.", type: "text/html" },
    ],
  },
  {
    id: "getGameDigests",
    service: "website",
    method: "GET",
    path: "/download/sha256sums/",
    summary: "Look up the SHA-256 of every archive",
    description:
      "Lines of 64 hex digits, two spaces and a file name: `factorio-headless_linux_{version}.tar.xz` since 2.0, `factorio_headless_x64_{version}.tar.xz` before.",
    stability: "internal",
    confidence: "documented",
    source: PAGE,
    proof: "none",
    answers: [{ status: 200, when: "Always.", type: "text/plain", schema: z.string() }],
  },
  {
    id: "listGameArchive",
    service: "website",
    method: "GET",
    path: "/download/archive/",
    summary: "List all versions of the game",
    description: "A web page that clients read by the classes of its buttons; it may ask for a proof of being human.",
    stability: "undocumented",
    confidence: "one client",
    source: "clusterio",
    proof: "none",
    parameters: [
      {
        name: "show_experimental",
        in: "query",
        schema: byOneClient(z.optional(z.string()), "`1` lists experimental versions too.", "clusterio"),
        example: "1",
      },
    ],
    answers: [{ status: 200, when: "Always.", type: "text/html" }],
  },
  {
    id: "listUpdates",
    service: "updater",
    method: "GET",
    path: "/get-available-versions",
    summary: "List update packages with their steps",
    description:
      "Steps stand in no order, from many versions; one entry has the newest versions instead. Without an account only `core-linux_headless64` comes back.",
    stability: "undocumented",
    confidence: "game",
    source: UPDATER,
    proof: "account, if any",
    parameters: [...ACCOUNT, API_VERSION],
    answers: [
      {
        status: 200,
        when: "Always.",
        type: "application/json",
        schema: AvailableVersionsSchema,
        example: { "core-linux_headless64": [{ from: "2.0.76", to: "2.0.77" }, { stable: "2.0.77" }] },
      },
    ],
  },
  {
    id: "getUpdateLink",
    service: "updater",
    method: "GET",
    path: "/get-download-link",
    summary: "Look up where the package of one step is",
    description:
      "A list with one URL that soon ends. Packages are applied one after another, `factorio --apply-update`.",
    stability: "undocumented",
    confidence: "observed",
    source: UPDATER,
    proof: "account, if any",
    parameters: [
      ...ACCOUNT,
      step("package", "Name of the package.", "core-linux_headless64"),
      step("from", "Version the step starts from.", "2.0.76"),
      step("to", "Version the step leads to.", "2.0.77"),
      API_VERSION,
    ],
    answers: [
      {
        status: 200,
        when: "There is such a step.",
        type: "application/json",
        schema: DownloadLinkSchema,
        example: ["https://dl.factorio.com/updates/core-linux_headless64-2.0.76-2.0.77-update.zip?key=…"],
      },
    ],
  },
];
