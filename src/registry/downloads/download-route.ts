import type { Context } from "hono";
import { type Access, identify } from "../access.ts";
import { errorAnswer, redirectAnswer } from "../answers.ts";
import type { World } from "../world.ts";
import { awaitZip } from "./arriving-zip.ts";
import type { FileLinks } from "./file-links.ts";
import { sendBody } from "./send-body.ts";
import { type SendBody, zipAnswer } from "./zip-answer.ts";

export interface DownloadOptions {
  readonly world: World;
  readonly access: Access;
  readonly links: FileLinks;
  /** Where the zips are for whoever sent a request, without a slash at the end. */
  readonly filesOrigin: (request: Request) => string;
}

/**
 * `GET /download/{name}/{id}`: sends those who may to a link on the files origin, the others to the login page.
 *
 * @see reference/portal-api.md §3, rules REG-27 to REG-30
 */
export function downloadRoute({ world, access, links, filesOrigin }: DownloadOptions) {
  return async (context: Context): Promise<Response> => {
    const { req } = context;
    const url = new URL(req.url);
    if (access.loginRequired) {
      const claim = { username: req.query("username"), token: req.query("token") };
      if (!claim.username || !claim.token) return redirectAnswer(`/login?next=${encodeURIComponent(url.pathname)}`);
      if (!(await identify(context, access, claim))) return errorAnswer(403, "Forbidden");
    }
    const name = req.param("name") ?? "";
    const release = await world.findRelease(name, req.param("id") ?? "");
    if (!release) return errorAnswer(404, "Release not found");
    return redirectAnswer(filesOrigin(req.raw) + links.sign(release, name));
  };
}

export interface FileOptions extends Pick<DownloadOptions, "world" | "links"> {
  /** Told of a zip that breaks while it is sent, and in which request. */
  readonly onError?: ((error: Error, requestId?: string) => void) | undefined;
}

/**
 * `GET /download/{name}/{id}/{file name}?secure=` on the files origin: the zip itself, without credentials.
 *
 * @see reference/portal-api.md §3, rules REG-31 to REG-36 and PULL-1 to PULL-5
 */
export function fileRoute({ world, links, onError }: FileOptions) {
  return async (context: Context): Promise<Response> => {
    const { req } = context;
    const state = links.check(new URL(req.url).pathname, req.query("secure"));
    if (state === "forged") return errorAnswer(403, "Forbidden");
    if (state === "expired") return errorAnswer(410, "This link has expired");
    const release = await world.findRelease(req.param("name") ?? "", req.param("id") ?? "");
    if (!release) return errorAnswer(404, "Release not found");
    const { size, bring } = release;
    const send = sendBody(context, onError);
    if (size !== undefined) return await zipAnswer(req.raw, { ...release, size }, send);
    if (!bring) return errorAnswer(503, "The zip is not here yet");
    const { release: arriving, mayEndEarly } = await awaitZip(req.raw, release, bring());
    return await zipAnswer(req.raw, arriving, mayEndEarly ? sendLast(send) : send);
  };
}

/** What may end early ends its connection. */
function sendLast(send: SendBody): SendBody {
  return (body, { status, headers }) => send(body, { status, headers: { ...headers, Connection: "close" } });
}
