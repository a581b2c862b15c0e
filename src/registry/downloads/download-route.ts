import type { Context } from "hono";
import type { Access } from "../access.ts";
import { errorAnswer, redirectAnswer } from "../answers.ts";
import type { FileLinks } from "./file-links.ts";
import type { World, WorldRelease } from "../world.ts";
import { zipAnswer } from "./zip-answer.ts";

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
  return async ({ req }: Context): Promise<Response> => {
    const url = new URL(req.url);
    if (access.loginRequired) {
      const claim = { username: req.query("username"), token: req.query("token") };
      if (!claim.username || !claim.token) return redirectAnswer(`/login?next=${encodeURIComponent(url.pathname)}`);
      if (!(await access.findUser(claim))) return errorAnswer(403, "Forbidden");
    }
    const name = req.param("name") ?? "";
    const release = await findRelease(world, name, req.param("id"));
    if (!release) return errorAnswer(404, "Release not found");
    return redirectAnswer(filesOrigin(req.raw) + links.sign(release, name));
  };
}

/**
 * `GET /download/{name}/{id}/{file name}?secure=` on the files origin: the zip itself, without credentials.
 *
 * @see reference/portal-api.md §3, rules REG-31 to REG-36
 */
export function fileRoute({ world, links }: Pick<DownloadOptions, "world" | "links">) {
  return async ({ req }: Context): Promise<Response> => {
    const state = links.check(new URL(req.url).pathname, req.query("secure"));
    if (state === "forged") return errorAnswer(403, "Forbidden");
    if (state === "expired") return errorAnswer(410, "This link has expired");
    const release = await findRelease(world, req.param("name") ?? "", req.param("id"));
    if (!release) return errorAnswer(404, "Release not found");
    const { size } = release;
    return size === undefined ? errorAnswer(503, "The zip is not here yet") : zipAnswer(req.raw, { ...release, size });
  };
}

async function findRelease(world: World, name: string, id: string | undefined): Promise<WorldRelease | undefined> {
  const mod = await world.findMod(name);
  return mod?.releases.find((release) => release.id === id);
}
