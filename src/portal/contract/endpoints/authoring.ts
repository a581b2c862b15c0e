import * as z from "zod/mini";
import {
  AuthoringErrorSchema,
  AuthoringSuccessSchema,
  DetailsFormSchema,
  ImageFormSchema,
  ImagesFormSchema,
  ImagesSuccessSchema,
  ModFormSchema,
  PublishFormSchema,
  ReleaseFormSchema,
  UploadUrlSchema,
} from "../authoring.ts";
import type { Answer, ApiKeyUsage, Body, Endpoint, Parameter } from "../endpoint.ts";
import { assumed } from "../fact.ts";
import { ImageSchema } from "../mod.ts";

const MOD_FORM: Body = {
  types: ["multipart/form-data", "application/x-www-form-urlencoded"],
  required: true,
  schema: ModFormSchema,
  example: { mod: "belt-lamps" },
};

const UPLOAD_URL: Answer = success(UploadUrlSchema, {
  upload_url: "https://mods.factorio.com/api/v2/mods/releases/finish_upload/5f2a9c01d3e4b5a697881234",
});

/** Why an author's request is refused; the wiki gives no status, so these are the ones our own server uses. */
const REFUSALS: readonly Answer[] = [
  refusal(
    400,
    "InvalidRequest",
    "A field is missing or makes no sense; also InvalidModRelease, InvalidModUpload, InvalidImageUpload.",
  ),
  refusal(401, "InvalidApiKey", "The key is missing or unknown."),
  refusal(403, "Forbidden", "The key lacks the usage, or the mod belongs to another account."),
  refusal(404, "UnknownMod", "There is no such mod, or the upload URL is over."),
  refusal(409, "ModAlreadyExists", "The name, or the version, is taken."),
  refusal(413, "InvalidModUpload", "The file is too large."),
  refusal(500, "InternalError", "The server failed; try again later."),
];

const TICKET: Parameter = {
  name: "ticket",
  in: "path",
  required: true,
  schema: assumed(z.string(), "Part of `upload_url`, which is to be taken as it is.", "no public source shows one"),
  example: "5f2a9c01d3e4b5a697881234",
};

interface Call {
  readonly id: string;
  readonly path: string;
  readonly usage: ApiKeyUsage;
  readonly page: string;
  readonly summary: string;
  readonly description: string;
  readonly body: Body;
  readonly success: Answer;
}

const CALLS: readonly Call[] = [
  {
    id: "initUpload",
    path: "/api/v2/mods/releases/init_upload",
    usage: "key: Upload Mods",
    page: "wiki Mod_upload_API",
    summary: "Begin to upload a release",
    description: "For a mod that exists. Send the zip to the URL that comes back.",
    body: MOD_FORM,
    success: UPLOAD_URL,
  },
  {
    id: "finishUpload",
    path: "/api/v2/mods/releases/finish_upload/{ticket}",
    usage: "key: Upload Mods",
    page: "wiki Mod_upload_API",
    summary: "Upload the zip of a release",
    description: "The path is an example: use `upload_url` as it is. The URL is proof enough; a key may come along.",
    body: { types: ["multipart/form-data"], required: true, schema: ReleaseFormSchema },
    success: success(AuthoringSuccessSchema, { success: true }),
  },
  {
    id: "initPublish",
    path: "/api/v2/mods/init_publish",
    usage: "key: Publish Mods",
    page: "wiki Mod_publish_API",
    summary: "Begin to publish a new mod",
    description: "For a name no mod has. Send the zip to the URL that comes back.",
    body: MOD_FORM,
    success: success(UploadUrlSchema, {
      upload_url: "https://mods.factorio.com/api/v2/mods/finish_publish/5f2a9c01d3e4b5a697881234",
    }),
  },
  {
    id: "finishPublish",
    path: "/api/v2/mods/finish_publish/{ticket}",
    usage: "key: Publish Mods",
    page: "wiki Mod_publish_API",
    summary: "Publish a new mod",
    description: "The path is an example: use `upload_url` as it is. Title and summary come from info.json.",
    body: { types: ["multipart/form-data"], required: true, schema: PublishFormSchema },
    success: success(AuthoringSuccessSchema, { success: true, url: "/api/mods/belt-lamps/full" }),
  },
  {
    id: "editDetails",
    path: "/api/v2/mods/edit_details",
    usage: "key: Edit Mods",
    page: "wiki Mod_details_API",
    summary: "Change what the page of a mod says",
    description: "Fields that are left out stay as they are. `tags` is repeated, one tag each time.",
    body: {
      types: ["multipart/form-data", "application/x-www-form-urlencoded"],
      required: true,
      schema: DetailsFormSchema,
      example: { mod: "belt-lamps", title: "Belt lamps", tags: ["logistics"], deprecated: "false" },
    },
    success: success(AuthoringSuccessSchema, { success: true, url: "/api/mods/belt-lamps/full" }),
  },
  {
    id: "addImage",
    path: "/api/v2/mods/images/add",
    usage: "key: Edit Mods",
    page: "wiki Mod_images_API",
    summary: "Begin to add an image",
    description: "Send the image to the URL that comes back.",
    body: MOD_FORM,
    success: success(UploadUrlSchema, {
      upload_url: "https://mods.factorio.com/api/v2/mods/images/finish_add/5f2a9c01d3e4b5a697881234",
    }),
  },
  {
    id: "finishImage",
    path: "/api/v2/mods/images/finish_add/{ticket}",
    usage: "key: Edit Mods",
    page: "wiki Mod_images_API",
    summary: "Upload an image",
    description: "The path is an example: use `upload_url` as it is. The image joins the end of the gallery.",
    body: { types: ["multipart/form-data"], required: true, schema: ImageFormSchema },
    success: success(ImageSchema, image()),
  },
  {
    id: "editImages",
    path: "/api/v2/mods/images/edit",
    usage: "key: Edit Mods",
    page: "wiki Mod_images_API",
    summary: "Order the gallery, or remove images",
    description: "Ids in the wanted order; one that is left out is removed.",
    body: {
      types: ["multipart/form-data", "application/x-www-form-urlencoded"],
      required: true,
      schema: ImagesFormSchema,
      example: { mod: "belt-lamps", images: "2fd4e1c67a2d28fced849ee1bb76e7391b93eb12" },
    },
    success: success(ImagesSuccessSchema, { success: true, images: [image()] }),
  },
];

/** What authors do; every call needs a key made on the profile page. */
export const AUTHORING_ENDPOINTS: readonly Endpoint[] = CALLS.map(endpointOf);

function endpointOf({ id, path, usage, page, summary, description, body, success: done }: Call): Endpoint {
  const opaque = path.includes("{ticket}");
  return {
    id,
    service: "portal",
    method: "POST",
    path,
    summary,
    description,
    stability: "public",
    confidence: "documented",
    source: page,
    proof: opaque ? "none" : usage,
    ...(opaque && { parameters: [TICKET] }),
    body,
    answers: [done, ...REFUSALS],
  };
}

function success(schema: z.ZodMiniType, example: unknown): Answer {
  return { status: 200, when: "It is done.", type: "application/json", schema, example };
}

function refusal(status: number, error: string, when: string): Answer {
  const example = { error, message: when };
  return { status, when, type: "application/json", schema: AuthoringErrorSchema, example };
}

function image() {
  const id = "2fd4e1c67a2d28fced849ee1bb76e7391b93eb12";
  const url = `https://assets-mod.factorio.com/assets/${id}.png`;
  return { id, url, thumbnail: url.replace(".png", ".thumb.png") };
}
