import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { isRoboportError, type RoboportError } from "../errors.ts";
import { type Access, openAccess } from "./access.ts";
import { errorAnswer } from "./answers.ts";
import type { FileLinks } from "./downloads/file-links.ts";
import type { Limits } from "./http/limits.ts";
import { packedOnTheWay } from "./http/packed-body.ts";
import type { PassageEnv } from "./http/passage.ts";
import { reportingBreaks } from "./http/stream-breaks.ts";
import { assetRoute } from "./assets-route.ts";
import { bookmarksRoute, toggleBookmarkRoute } from "./bookmarks.ts";
import { downloadRoute, fileRoute } from "./downloads/download-route.ts";
import { loginPageRoute } from "./downloads/login-page.ts";
import { loginRoute, type PasswordLogin } from "./login-route.ts";
import { categoriesRoute } from "./mods/categories-route.ts";
import { modRoute } from "./mods/mod-route.ts";
import { modListRoute } from "./mods/mod-list-route.ts";
import type { Publishing } from "./publishing/publishing.ts";
import { addPublishingRoutes } from "./publishing/publishing-routes.ts";
import { searchRoute } from "./search/search-route.ts";
import type { Assets } from "./storage/assets.ts";
import { type Bookmarks, memoryBookmarks } from "./storage/bookmarks.ts";
import type { World } from "./world.ts";

/** What the two apps of a portal are made of. */
export interface AppOptions {
  readonly world: World;
  /** Everything is open when not given. */
  readonly access?: Access | undefined;
  /** For as long as the process runs when not given. */
  readonly bookmarks?: Bookmarks | undefined;
  /** Uploads are refused with 404 when not given. */
  readonly publishing?: Publishing | undefined;
  /** Pictures of the mods that were published here. */
  readonly assets?: Assets | undefined;
  /** No password is taken when not given. */
  readonly logIn?: PasswordLogin | undefined;
  /** How much one client may do; there is no limit when not given. */
  readonly limits?: Limits | undefined;
  readonly links: FileLinks;
  /** The API's own origin as the client reaches it, without a slash at the end. */
  readonly originOf?: ((request: Request) => string) | undefined;
  /** Where {@link createFilesApp} is reached by whoever sent a request to the API, without a slash at the end. */
  readonly filesOrigin: (request: Request) => string;
  /** Told of errors that ended in an answer with status 500 or 503, and of which request. */
  readonly onError?: ((error: Error, requestId?: string) => void) | undefined;
}

/**
 * The Mod Portal API over a world, as a web-standard `fetch` handler.
 *
 * @see reference/portal-api.md §1 to §3 and §11.2
 */
export function createApp(options: AppOptions): Hono {
  const { world, access = openAccess, bookmarks = memoryBookmarks(), links, filesOrigin, onError } = options;
  const { publishing, assets, logIn, limits, originOf = (request) => new URL(request.url).origin } = options;
  const download = downloadRoute({ world, access, links, filesOrigin });
  const app = emptyApp(onError);
  app.on(["GET", "POST"], "/api/mods", reportingBreaks(packedOnTheWay(modListRoute(world)), onError));
  app.get("/api/mods/:name", modRoute(world, "short"));
  app.get("/api/mods/:name/full", modRoute(world, "full"));
  app.get("/api/categories", categoriesRoute);
  app.post("/api/search", packedOnTheWay(searchRoute({ world, access, bookmarks })));
  app.get("/api/bookmarks", bookmarksRoute({ access, bookmarks }));
  app.on(["GET", "POST"], "/api/bookmarks/toggle", toggleBookmarkRoute({ world, access, bookmarks }));
  app.get("/download/:name/:id", download);
  app.get("//download/:name/:id", download);
  app.get("/login", loginPageRoute);
  if (publishing) addPublishingRoutes(app, { publishing, originOf, limits });
  if (assets) app.get("/assets/:file", assetRoute(assets));
  if (logIn) app.post("/api-login", loginRoute({ logIn, limits }));
  return app;
}

/** The second origin, which serves the zips to whoever has a signed link. */
export function createFilesApp({ world, links, onError }: Pick<AppOptions, "world" | "links" | "onError">): Hono {
  const app = emptyApp(onError);
  app.get("/download/:name/:id/:file", fileRoute({ world, links, onError }));
  return app;
}

/** Answers every mistake in JSON, as clients expect. */
function emptyApp(report: AppOptions["onError"]): Hono {
  const app = new Hono();
  app.notFound(() => errorAnswer(404, "Not found"));
  app.onError((error, context) => {
    if (error instanceof HTTPException) return error.getResponse();
    if (isDisconnection(error)) return errorAnswer(400, "The body breaks off");
    report?.(error, (context as PassageEnv).env?.id);
    return isRoboportError(error) ? errorAnswer(503, reasonFor(error)) : errorAnswer(500, "Internal server error");
  });
  return app;
}

/**
 * Where the operator's files lie is told to the operator alone.
 *
 * @see rule HTTP-71
 */
function reasonFor({ code, message }: RoboportError): string {
  if (code === "DISK_FULL") return "The portal's disk is full";
  return code === "DISK_ERROR" || code === "PERMISSION" ? "The portal cannot use its disk" : message;
}

/** The client went away in the middle of its body. */
function isDisconnection(error: Error): boolean {
  return "code" in error && error.code === "ECONNRESET" && error.message === "aborted";
}
