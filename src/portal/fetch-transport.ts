import { RoboportError } from "../errors.ts";
import { safeUrl } from "./secret.ts";
import type { HttpRequest, Transport } from "./transport.ts";
import { wrapError } from "./unreachable.ts";

/** The one form of `fetch` that runtimes, browsers and in-memory servers such as Hono's share. */
export type Fetch = (request: Request) => Response | Promise<Response>;

/**
 * A transport over a `fetch`: `fetchTransport(fetch)`, or `fetchTransport(app.fetch)` for a server in the same process.
 *
 * Browsers hide redirects from programs, so there it serves for portals that do not redirect.
 */
export function fetchTransport(fetch: Fetch): Transport {
  return async (request) => {
    const response = await guarded(request, async () => fetch(toRequest(request)));
    if (response.type === "opaqueredirect") throw hiddenRedirect(request);
    const reader = response.body?.getReader();
    return {
      status: response.status,
      headers: headersOf(response),
      body: readBody(request, reader),
      discard: () => void reader?.cancel().catch(ignoreFailed),
    };
  };
}

function toRequest({ method, url, headers, body, signal }: HttpRequest): Request {
  return new Request(url, {
    method,
    headers: { ...headers },
    redirect: "manual",
    credentials: "omit",
    referrerPolicy: "no-referrer",
    ...(body !== undefined && { body }),
    ...(signal && { signal }),
  });
}

/** `fetch` decodes the body and leaves the headers of the encoded one standing. */
function headersOf(response: Response): Record<string, string> {
  const headers = Object.fromEntries(response.headers);
  if (headers["content-encoding"] === undefined) return headers;
  const { "content-encoding": _encoding, "content-length": _length, ...decoded } = headers;
  return decoded;
}

async function* readBody(
  request: HttpRequest,
  reader: ReadableStreamDefaultReader<Uint8Array> | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (!reader) return;
  try {
    for (;;) {
      const { done, value } = await guarded(request, () => reader.read());
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(ignoreFailed);
  }
}

/** Giving up a body that has failed fails once more with the same error, which was thrown where it was read. */
function ignoreFailed(): void {}

/** Turns what `fetch` throws into our error, without its message, which may hold the URL. */
async function guarded<T>(request: HttpRequest, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw wrapError(request, error);
  }
}

function hiddenRedirect(request: HttpRequest): RoboportError {
  const url = safeUrl(request.url);
  return new RoboportError("PORTAL_REDIRECT", `Cannot follow the redirect of ${url}`, {
    hint: "Run this outside a browser, which hides where a redirect leads.",
    data: { url },
  });
}
