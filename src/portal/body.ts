import { RoboportError } from "../errors.ts";
import type { PortalResponse } from "./send.ts";

const MIB = 1024 * 1024;

/**
 * The whole body as text.
 *
 * @throws {RoboportError} `PORTAL_SHAPE` as soon as it is longer than `ceiling` bytes.
 * @see rule SHAPE-3
 */
export async function readText(response: PortalResponse, ceiling: number): Promise<string> {
  const decoder = new TextDecoder();
  let length = 0;
  let text = "";
  for await (const chunk of response.body) {
    length += chunk.length;
    if (length > ceiling) {
      response.discard();
      throw new RoboportError("PORTAL_SHAPE", `Answer of ${response.url} is larger than ${ceiling / MIB} MiB`, {
        hint: "Check that the address is that of a mod portal.",
        data: { url: response.url, ceiling },
      });
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** True when the answer calls itself a web page. */
export function isWebPage(response: PortalResponse): boolean {
  return /^\s*(?:text\/html|application\/xhtml\+xml)\b/i.test(response.headers["content-type"] ?? "");
}
