import type { Context, Hono } from "hono";
import { freshAnswer } from "../answers.ts";
import type { Limits } from "../http/limits.ts";
import { noteUser } from "../http/passage.ts";
import { readParameters } from "../request-body.ts";
import type { KeyUsage } from "../storage/accounts.ts";
import type { FormFields } from "./mod-details.ts";
import type { Publishing } from "./publishing.ts";
import { receiveRelease } from "./receive-release.ts";
import { refusal, tooManyChanges } from "./refusal.ts";
import type { Ticket } from "./tickets.ts";
import { readUploadForm } from "./upload-form.ts";

const API = "/api/v2/mods";
const IMAGE_MAX = 16 * 1024 * 1024;

interface Step {
  readonly kind: Ticket["kind"];
  readonly usage: KeyUsage;
  readonly begin: string;
  readonly finish: string;
}

const RELEASE: Step = {
  kind: "release",
  usage: "upload",
  begin: "releases/init_upload",
  finish: "releases/finish_upload",
};
const MOD: Step = { kind: "mod", usage: "publish", begin: "init_publish", finish: "finish_publish" };
const IMAGE: Step = { kind: "image", usage: "edit", begin: "images/add", finish: "images/finish_add" };

/** What authors' requests need. */
export interface PublishingRoutes {
  readonly publishing: Publishing;
  /** The API's own origin as the client reaches it, without a slash at the end. */
  readonly originOf: (request: Request) => string;
  /** There is no limit when not given. */
  readonly limits?: Pick<Limits, "upload"> | undefined;
}

/**
 * Adds what authors do: upload, publish, details, images.
 *
 * @see reference/portal-api.md §4, rules REG-80 to REG-86 and HTTP-15
 */
export function addPublishingRoutes(app: Hono, { publishing, originOf, limits }: PublishingRoutes): void {
  const author = (context: Context, usage: KeyUsage) => {
    const user = publishing.authorOf(keyOf(context.req.raw), usage);
    noteUser(context, user);
    const wait = limits?.upload(user) ?? 0;
    if (wait > 0) throw tooManyChanges(wait);
    return user;
  };
  for (const { kind, usage, begin, finish } of [RELEASE, MOD, IMAGE]) {
    app.post(`${API}/${begin}`, async (context) => {
      const { req } = context;
      const user = author(context, usage);
      const ticket = publishing.begin(user, kind, (await readForm(req.raw)).get("mod")?.at(-1));
      return freshAnswer({ upload_url: `${originOf(req.raw)}${API}/${finish}/${ticket}` });
    });
  }
  for (const { kind, finish } of [RELEASE, MOD]) {
    app.post(`${API}/${finish}/:ticket`, (context) => finishRelease(context, publishing, kind));
  }
  app.post(`${API}/${IMAGE.finish}/:ticket`, (context) => finishImage(context, publishing, originOf(context.req.raw)));
  app.post(`${API}/edit_details`, async (context) => {
    const name = publishing.editDetails(author(context, "edit"), await readForm(context.req.raw));
    return freshAnswer({ success: true, url: modPath(name) });
  });
  app.post(`${API}/images/edit`, async (context) => {
    const user = author(context, "edit");
    return freshAnswer({ success: true, images: publishing.setImages(user, await readForm(context.req.raw)) });
  });
}

async function finishRelease(context: Context, publishing: Publishing, kind: Ticket["kind"]): Promise<Response> {
  const { req } = context;
  const ticket = publishing.redeem(req.param("ticket") ?? "", kind);
  noteUser(context, ticket.user);
  const { fields, file } = await readUploadForm(req.raw, {
    field: "file",
    maximum: publishing.uploadMax,
    take: (pieces) => receiveRelease(publishing.store, ticket.mod, pieces),
  });
  if (!file) throw refusal("InvalidRequest", { message: "The form has no file" });
  await publishing.addRelease(ticket, file, fields);
  return freshAnswer(kind === "mod" ? { success: true, url: modPath(ticket.mod) } : { success: true });
}

async function finishImage(context: Context, publishing: Publishing, origin: string): Promise<Response> {
  const { req } = context;
  const ticket = publishing.redeem(req.param("ticket") ?? "", "image");
  noteUser(context, ticket.user);
  const { file } = await readUploadForm(req.raw, { field: "image", maximum: IMAGE_MAX, take: collect });
  if (!file) throw refusal("InvalidRequest", { message: "The form has no image" });
  return freshAnswer(await publishing.addImage(ticket, file, origin));
}

async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

/** Forms without a file may be of either kind. */
async function readForm(request: Request): Promise<FormFields> {
  if (/^multipart\/form-data\b/i.test(request.headers.get("content-type") ?? "")) {
    return (await readUploadForm(request, { field: "", maximum: 0, take: async () => undefined })).fields;
  }
  const fields = new Map<string, string[]>();
  for (const [name, value] of await readParameters(request)) fields.set(name, [...(fields.get(name) ?? []), value]);
  return fields;
}

function keyOf(request: Request): string | undefined {
  return /^Bearer\s+(\S+)\s*$/i.exec(request.headers.get("authorization") ?? "")?.[1];
}

function modPath(name: string): string {
  return `/api/mods/${encodeURIComponent(name)}/full`;
}
