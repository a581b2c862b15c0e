import { RoboportError } from "../errors.ts";
import type { PortalResponse } from "./send.ts";
import { unreachableError } from "./unreachable.ts";

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

/**
 * The whole body as text that a JSON parser reads to its end. Where the head does not say how the body ends, only the
 * text itself shows that its end is missing.
 *
 * @throws {RoboportError} `PORTAL_SHAPE` as {@link readText}, `PORTAL_UNREACHABLE` when its end is missing.
 * @see rule RETRY-8
 */
export async function readJsonText(response: PortalResponse, ceiling: number): Promise<string> {
  const text = await readText(response, ceiling);
  const { headers, url } = response;
  const saysItsEnd = headers["content-length"] !== undefined || headers["transfer-encoding"] !== undefined;
  if (saysItsEnd || !/^\s*(?:[[{]|$)/.test(text) || isJson(text)) return text;
  throw unreachableError(url, "the connection broke off");
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/** True when the answer calls itself a web page. */
export function isWebPage(response: PortalResponse): boolean {
  return /^\s*(?:text\/html|application\/xhtml\+xml)\b/i.test(response.headers["content-type"] ?? "");
}
