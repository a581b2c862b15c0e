import * as z from "zod/mini";
import { documented, named, observed } from "./fact.ts";
import { CATEGORIES, ImageSchema, TAGS } from "./mod.ts";
import { openEnum } from "./wire.ts";

/** Codes of the upload, publish, details and images endpoints. */
export const AUTHORING_ERRORS = [
  "InvalidApiKey",
  "InvalidRequest",
  "InternalError",
  "Forbidden",
  "Unknown",
  "UnknownMod",
  "InvalidModRelease",
  "InvalidModUpload",
  "ModAlreadyExists",
  "InvalidImageUpload",
] as const;

/** Licences every mod may choose; an author's own ones are `custom_{24 hex digits}`. */
export const LICENSE_IDS = [
  "default_mit",
  "default_gnugplv3",
  "default_gnulgplv3",
  "default_mozilla2",
  "default_apache2",
  "default_unlicense",
] as const;

const DETAILS = "wiki Mod_details_API";
const PUBLISH = "wiki Mod_publish_API";
const UPLOAD = "wiki Mod_upload_API";
const IMAGES = "wiki Mod_images_API";

/** The body of every call that begins something for one mod. */
export const ModFormSchema = named(
  "ModForm",
  z.looseObject({ mod: documented(z.string(), "Name of the mod for machines.", UPLOAD) }),
);

/** Where the file goes next. */
export const UploadUrlSchema = named(
  "UploadUrl",
  z.looseObject({
    upload_url: documented(
      z.string(),
      "Absolute URL for one upload; take it as it is, its path is on no record.",
      UPLOAD,
    ),
  }),
);

/** The zip of a new release. */
export const ReleaseFormSchema = named(
  "ReleaseForm",
  z.looseObject({ file: documented(z.file(), "The zip, as `application/x-zip-compressed`.", UPLOAD) }),
);

const details = {
  description: documented(z.optional(z.string()), "Long text for the page, in Markdown.", DETAILS),
  category: documented(z.optional(openEnum(CATEGORIES)), "One category.", DETAILS),
  license: documented(z.optional(openEnum(LICENSE_IDS)), "Id of a licence, or `custom_{24 hex digits}`.", DETAILS),
  source_url: documented(z.optional(z.string()), "Where the source code is, at most 256 characters.", DETAILS),
};

/** The zip of a new mod, with what its page shall say. */
export const PublishFormSchema = named(
  "PublishForm",
  z.looseObject({ file: documented(z.file(), "The zip, as `application/x-zip-compressed`.", PUBLISH), ...details }),
);

/** What an author changes about a mod. */
export const DetailsFormSchema = named(
  "DetailsForm",
  z.looseObject({
    mod: documented(z.string(), "Name of the mod for machines.", DETAILS),
    title: documented(z.optional(z.string()), "1 to 250 characters.", DETAILS),
    summary: documented(z.optional(z.string()), "At most 500 characters.", DETAILS),
    ...details,
    tags: documented(
      z.optional(z.array(openEnum(TAGS))),
      "All tags the mod shall have; the field is repeated, a comma list is not read.",
      DETAILS,
    ),
    homepage: documented(z.optional(z.string()), "http or https URL of at most 256 characters.", DETAILS),
    faq: documented(z.optional(z.string()), "Questions and answers, in Markdown.", DETAILS),
    deprecated: documented(
      z.optional(z.union([z.boolean(), z.enum(["true", "false"])])),
      "Give the mod up, or take it up again.",
      DETAILS,
    ),
  }),
);

/** The answer to a finished upload, publication or edit. */
export const AuthoringSuccessSchema = named(
  "AuthoringSuccess",
  z.looseObject({
    success: documented(z.boolean(), "True.", UPLOAD),
    url: documented(z.optional(z.string()), "Path of the mod, `/api/mods/{name}/full`; not after an upload.", PUBLISH),
  }),
);

/** An image for the gallery. */
export const ImageFormSchema = named(
  "ImageForm",
  z.looseObject({ image: documented(z.file(), "The image, with its own media type.", IMAGES) }),
);

/** The gallery as it shall be. */
export const ImagesFormSchema = named(
  "ImagesForm",
  z.looseObject({
    mod: documented(z.string(), "Name of the mod for machines.", IMAGES),
    images: documented(z.string(), "Ids in order, with commas between; one that is left out is removed.", IMAGES),
  }),
);

/** The answer to a changed gallery. */
export const ImagesSuccessSchema = named(
  "ImagesSuccess",
  z.looseObject({
    success: documented(z.boolean(), "True.", IMAGES),
    images: documented(z.array(ImageSchema), "The gallery as it is now.", IMAGES),
  }),
);

/** What the endpoints for authors answer when they refuse. */
export const AuthoringErrorSchema = named(
  "AuthoringError",
  z.looseObject({
    error: documented(openEnum(AUTHORING_ERRORS), "What is wrong, for machines.", UPLOAD),
    message: observed(z.string(), "What is wrong, for people; differs from the wiki's words.", "two clients' logs"),
  }),
);
