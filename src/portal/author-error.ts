import { isRoboportError, RoboportError } from "../errors.ts";
import { readText } from "./body.ts";
import { AuthoringErrorSchema } from "./contract/authoring.ts";
import { decode } from "./decode.ts";
import type { PortalResponse } from "./send.ts";

const CEILING = 64 * 1024;

interface Refusal {
  readonly error: string;
  readonly message: string;
}

/** What to do about each of the portal's codes. */
const HINTS: Readonly<Record<string, string>> = {
  InvalidRequest: "Check the fields: a title has at most 250 characters, a summary 500, a URL 256.",
  InvalidModRelease: "Check version and factorio_version in info.json; a version can be uploaded once only.",
  InvalidModUpload: "Check the zip: one folder, info.json in it, and factorio_version of two parts.",
  ModAlreadyExists: "Choose another name, or upload a release to the mod that has it.",
  InvalidImageUpload: "Send a PNG or JPEG image.",
};

/**
 * The error for an author's request that was refused; reads the body.
 *
 * @see reference/portal-api.md §4, rule AUTHOR-2
 */
export async function authoringError(response: PortalResponse): Promise<RoboportError> {
  const { url, status } = response;
  const refusal = await findRefusal(response);
  if (!refusal) {
    return new RoboportError("PORTAL_STATUS", `${url} answered ${status}`, {
      hint: "Check that the address is that of a mod portal that takes uploads.",
      data: { url, status },
    });
  }
  const { error, message } = refusal;
  const data = { url, status, error };
  if (error === "InvalidApiKey" || error === "Forbidden") {
    return new RoboportError("CREDENTIALS_REFUSED", `The portal refused the API key: ${message}`, {
      hint: "Make a key with the usage this needs at https://factorio.com/profile, and check who owns the mod.",
      data,
    });
  }
  if (error === "UnknownMod") {
    return new RoboportError("NO_SUCH_MOD", `The portal does not know this mod: ${message}`, {
      hint: "Publish it first with `roboport publish --new`.",
      data,
    });
  }
  const hint = HINTS[error] ?? "Try again later.";
  return new RoboportError("PUBLISH_REFUSED", `The portal refused (${error}): ${message}`, { hint, data });
}

async function findRefusal(response: PortalResponse): Promise<Refusal | undefined> {
  try {
    const { error, message } = decode(await readText(response, CEILING), AuthoringErrorSchema, response.url);
    return { error: printable(error), message: printable(message) };
  } catch (error) {
    if (isRoboportError(error, "PORTAL_SHAPE")) return undefined;
    throw error;
  }
}

function printable(text: string): string {
  return text.replaceAll(/\p{C}+/gu, " ").slice(0, 300);
}
