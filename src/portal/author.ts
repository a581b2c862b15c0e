import type * as z from "zod/mini";
import { RoboportError } from "../errors.ts";
import { parseModName } from "../game/mod-name.ts";
import { withRetries } from "./attempts.ts";
import { authoringError } from "./author-error.ts";
import { readText } from "./body.ts";
import type { RequestOptions } from "./client.ts";
import { type PortalContext, serviceContext, type ServiceOptions } from "./context.ts";
import { AuthoringSuccessSchema, ImagesSuccessSchema, UploadUrlSchema } from "./contract/authoring.ts";
import { ImageSchema, type PortalImage } from "./contract/mod.ts";
import { isPrivateWay } from "./credentials.ts";
import { decode } from "./decode.ts";
import { type FormEntry, formatMultipart } from "./form.ts";
import { type Secret, safeUrl } from "./secret.ts";
import type { PortalRequest } from "./send.ts";
import { findUrl, formatQuery } from "./url.ts";

/** Who publishes, and where. */
export interface AuthorOptions extends Omit<ServiceOptions, "credentials"> {
  /** An API key with the usages the calls need, made at https://factorio.com/profile. */
  readonly apiKey: Secret;
  /** Tells the parts of a form apart; random, 16 characters or more. Default: from the runtime's `crypto`. */
  readonly boundary?: (() => string) | undefined;
}

/** What the page of a new mod shall say beside what info.json says. */
export interface PublishDetails {
  readonly description?: string | undefined;
  readonly category?: string | undefined;
  /** `default_mit` and the like, or `custom_` and 24 hex digits. */
  readonly license?: string | undefined;
  readonly sourceUrl?: string | undefined;
}

/** What an author changes; what is left out stays. */
export interface ModChanges extends PublishDetails {
  readonly title?: string | undefined;
  readonly summary?: string | undefined;
  /** All tags the mod shall have. */
  readonly tags?: readonly string[] | undefined;
  readonly homepage?: string | undefined;
  readonly faq?: string | undefined;
  readonly deprecated?: boolean | undefined;
}

/**
 * What an author does with a portal.
 *
 * Every method throws `PUBLISH_REFUSED` with `data.error`, the portal's code, `CREDENTIALS_REFUSED` for the key,
 * `NO_SUCH_MOD`, `MOD_NAME` before anything is sent, and all that {@link Portal} lists.
 */
export interface Author {
  /** Add a release to a mod that exists. */
  uploadRelease(name: string, zip: Blob, options?: RequestOptions): Promise<void>;
  /** Publish a mod under a name no mod has. */
  publishMod(name: string, zip: Blob, details?: PublishDetails, options?: RequestOptions): Promise<void>;
  editDetails(name: string, changes: ModChanges, options?: RequestOptions): Promise<void>;
  /** Add an image to the end of the gallery. */
  addImage(name: string, image: Blob, options?: RequestOptions): Promise<PortalImage>;
  /** Make the gallery hold these images, in this order. */
  setImages(name: string, ids: readonly string[], options?: RequestOptions): Promise<readonly PortalImage[]>;
}

const ANSWER_CEILING = 1024 * 1024;
/** A zip of a gigabyte over a slow line. */
const UPLOAD_MS = 3_600_000;

/**
 * The client for authors.
 *
 * @throws {RoboportError} `USAGE` for a URL that is none, `CREDENTIALS_PLAINTEXT` when the key would go over plain http to
 *   another machine.
 * @see reference/portal-api.md §4, rules AUTHOR-1 to AUTHOR-6
 */
export function openAuthor(options: AuthorOptions): Author {
  const context = serviceContext(options);
  if (!isPrivateWay(context.base)) throw plaintextError(context);
  const { apiKey, boundary = () => `roboport-${globalThis.crypto.randomUUID()}` } = options;
  const call = <Schema extends z.ZodMiniType>(path: string, schema: Schema, entries: readonly Entry[]) => ({
    path: `api/v2/mods/${path}`,
    schema,
    body: formatQuery(entries),
    headers: { ...FORM, authorization: `Bearer ${apiKey.reveal()}` },
  });
  const begin = async (path: string, name: string, { signal }: RequestOptions) => {
    const answer = await ask(context, { ...call(path, UploadUrlSchema, [["mod", parseModName(name)]]), signal });
    return uploadTarget(context, answer.upload_url);
  };
  const send = <Schema extends z.ZodMiniType>(target: URL, schema: Schema, upload: Upload) => {
    const { contentType, body } = formatMultipart(upload.entries, boundary());
    const once = { attempts: 1, maxWaitMs: 0, totalMs: UPLOAD_MS };
    const headers = { "content-type": contentType };
    const place = { ...context, base: target, retry: once };
    return ask(place, { path: target.href, schema, body, headers, signal: upload.signal });
  };
  return {
    uploadRelease: async (name, zip, { signal } = {}) => {
      const target = await begin("releases/init_upload", name, { signal });
      await send(target, AuthoringSuccessSchema, { entries: [zipEntry(name, zip)], signal });
    },
    publishMod: async (name, zip, details = {}, { signal } = {}) => {
      const target = await begin("init_publish", name, { signal });
      const entries = [zipEntry(name, zip), ...detailEntries(details)];
      await send(target, AuthoringSuccessSchema, { entries, signal });
    },
    editDetails: async (name, changes, { signal } = {}) => {
      const entries: readonly Entry[] = [["mod", parseModName(name)], ...changeEntries(changes)];
      await ask(context, { ...call("edit_details", AuthoringSuccessSchema, entries), signal });
    },
    addImage: async (name, image, { signal } = {}) => {
      const target = await begin("images/add", name, { signal });
      const entries: readonly FormEntry[] = [["image", { fileName: "image", content: image }]];
      return send(target, ImageSchema, { entries, signal });
    },
    setImages: async (name, ids, { signal } = {}) => {
      const entries: readonly Entry[] = [
        ["mod", parseModName(name)],
        ["images", ids.join(",")],
      ];
      return (await ask(context, { ...call("images/edit", ImagesSuccessSchema, entries), signal })).images;
    },
  };
}

type Entry = readonly [name: string, value: string];

const FORM = { "content-type": "application/x-www-form-urlencoded" } as const;

interface Upload extends RequestOptions {
  readonly entries: readonly FormEntry[];
}

interface Call<Schema extends z.ZodMiniType> extends Pick<PortalRequest, "path" | "body" | "headers" | "signal"> {
  readonly schema: Schema;
}

function ask<Schema extends z.ZodMiniType>(
  context: PortalContext,
  { schema, ...request }: Call<Schema>,
): Promise<z.output<Schema>> {
  return withRetries(context, { ...request, method: "POST", confidential: true }, async (response) => {
    if (response.status < 200 || response.status > 299) throw await authoringError(response);
    return decode(await readText(response, ANSWER_CEILING), schema, response.url);
  });
}

/**
 * The portal names the place, so it may be another server; the key stays here, and the way there is as private as here.
 *
 * @throws {RoboportError} `PORTAL_SHAPE`
 */
function uploadTarget({ base }: PortalContext, text: string): URL {
  const url = findUrl(text, base);
  if (
    url &&
    isPrivateWay(url) &&
    url.username === "" &&
    (url.protocol === base.protocol || url.protocol === "https:")
  ) {
    return url;
  }
  const shown = url ? safeUrl(url) : "a text that is no URL";
  throw new RoboportError("PORTAL_SHAPE", `Cannot upload to ${shown}, where ${safeUrl(base)} wants it`, {
    hint: "Check that the address is that of a mod portal.",
    data: { url: shown },
  });
}

function zipEntry(name: string, zip: Blob): FormEntry {
  return ["file", { fileName: `${name}.zip`, content: new Blob([zip], { type: "application/x-zip-compressed" }) }];
}

function detailEntries({ description, category, license, sourceUrl }: PublishDetails): readonly Entry[] {
  return given({ description, category, license, source_url: sourceUrl });
}

function changeEntries(changes: ModChanges): readonly Entry[] {
  const { title, summary, homepage, faq, tags = [], deprecated } = changes;
  const repeated = tags.map((tag): Entry => ["tags", tag]);
  return [
    ...given({ title, summary, homepage, faq, deprecated: deprecated?.toString() }),
    ...detailEntries(changes),
    ...repeated,
  ];
}

function given(fields: Readonly<Record<string, string | undefined>>): readonly Entry[] {
  return Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
}

function plaintextError({ base }: PortalContext): RoboportError {
  return new RoboportError("CREDENTIALS_PLAINTEXT", `The API key was not sent to ${safeUrl(base)}`, {
    hint: "Use the portal's https:// address; a key never travels over plain http to another machine.",
    data: { portal: safeUrl(base) },
  });
}
