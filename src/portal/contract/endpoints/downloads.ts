import * as z from "zod/mini";
import { PortalErrorSchema } from "../account.ts";
import type { Answer, Endpoint } from "../endpoint.ts";
import { documented, observed } from "../fact.ts";
import { ACCOUNT, REFUSED } from "./account-parameters.ts";

const PAGE = "wiki Mod_portal_API";
const ZIP = { type: "application/octet-stream", schema: z.file() } as const;

const UNSATISFIABLE: Answer = {
  status: 416,
  when: "The part that was asked for is not there.",
  type: "application/json",
  schema: PortalErrorSchema,
};

/** Zips and pictures. */
export const DOWNLOAD_ENDPOINTS: readonly Endpoint[] = [
  {
    id: "downloadRelease",
    service: "portal",
    method: "GET",
    path: "/download/{name}/{release}",
    summary: "Download a release",
    description: `The \`download_url\` of a release, with the account. It answers with a redirect to the file server, which asks for no account: do not send the token there. Two slashes in front work too.

Without an account, or with a bad one, some answers are a redirect to the login page, which is HTML with status 200. So check that the file is a zip and that its SHA-1 is the one the release names.`,
    stability: "internal",
    confidence: "documented",
    source: PAGE,
    proof: "account",
    parameters: [
      {
        name: "name",
        in: "path",
        required: true,
        schema: documented(z.string(), "Name of the mod for machines, percent-encoded.", PAGE),
        example: "belt-lamps",
      },
      {
        name: "release",
        in: "path",
        required: true,
        schema: documented(z.string(), "Id of the release, 24 hex digits.", PAGE),
        example: "5f2a9c01d3e4b5a697881234",
      },
      ...ACCOUNT,
    ],
    answers: [
      {
        status: 302,
        when: "The account is accepted: to the file, by a signed URL that soon ends. Else maybe to the login page.",
        headers: { Location: "`https://dl-mod.factorio.com/…?secure=…`, or `/login?next=…`." },
      },
      { ...ZIP, status: 200, when: "A portal may send the file at once." },
      { ...ZIP, status: 206, when: "A portal may send the part that was asked for at once." },
      UNSATISFIABLE,
      REFUSED,
      {
        status: 404,
        when: "There is no such release.",
        type: "application/json",
        schema: PortalErrorSchema,
        example: { message: "Release not found" },
      },
    ],
  },
  {
    id: "fetchZip",
    service: "files",
    method: "GET",
    path: "/{path}",
    summary: "Fetch the file a download leads to",
    description:
      "The signed URL of the redirect, taken as it is. `Range` is understood; `Content-Length` is set. The signature ends after a while: then ask for the download again.",
    stability: "internal",
    confidence: "observed",
    source: "two clients, build recipes",
    proof: "none",
    parameters: [
      {
        name: "path",
        in: "path",
        required: true,
        schema: observed(
          z.string(),
          "Seen: `files/{2 hex}/{38 hex}` and `download/{40 hex}/{file name}`.",
          "build recipes",
        ),
        example: "files/2f/d4e1c67a2d28fced849ee1bb76e7391b93eb12",
      },
      {
        name: "secure",
        in: "query",
        schema: observed(
          z.optional(z.string()),
          "Signature and the second since 1970 at which it ends.",
          "build recipes",
        ),
        example: "aaaaaaaaaaaaaaaaaaaaaa,1764000000",
      },
    ],
    answers: [
      { ...ZIP, status: 200, when: "The signature holds." },
      { ...ZIP, status: 206, when: "A part was asked for." },
      { status: 403, when: "The signature is wrong, or over.", type: "application/json", schema: PortalErrorSchema },
      {
        status: 410,
        when: "The signature is over, at a portal that tells.",
        type: "application/json",
        schema: PortalErrorSchema,
      },
      UNSATISFIABLE,
    ],
  },
  {
    id: "getAsset",
    service: "assets",
    method: "GET",
    path: "/assets/{file}",
    summary: "Fetch a thumbnail or an image",
    description:
      "`thumbnail` of a mod is a path here. Until 2022 the host was mods-data.factorio.com. `/assets/.thumb.png` stands for no thumbnail and is not there.",
    stability: "internal",
    confidence: "documented",
    source: PAGE,
    proof: "none",
    parameters: [
      {
        name: "file",
        in: "path",
        required: true,
        schema: documented(z.string(), "`{40 hex digits}.png` or `{40 hex digits}.thumb.png`.", PAGE),
        example: "2fd4e1c67a2d28fced849ee1bb76e7391b93eb12.thumb.png",
      },
    ],
    answers: [
      { status: 200, when: "The picture exists.", type: "image/png", schema: z.file() },
      { status: 200, when: "A portal may keep photographs as they are.", type: "image/jpeg", schema: z.file() },
      { status: 404, when: "It does not." },
    ],
  },
];
