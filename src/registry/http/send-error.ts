import type { ServerResponse } from "node:http";

/** Answer with an error as the portal words it, below the app. */
export function sendError(
  outgoing: ServerResponse,
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const body = JSON.stringify({ message });
  outgoing.writeHead(status, {
    ...headers,
    "Cache-Control": "no-store",
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(body),
  });
  outgoing.end(body);
}
