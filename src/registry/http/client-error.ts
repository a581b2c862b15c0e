import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";

/** What of Node's reasons is not simply a bad request. */
const STATUSES: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  HPE_HEADER_OVERFLOW: 431,
};

/**
 * Tell whoever sent what is no request, or none in time, so in JSON, and end the connection.
 *
 * @param isAnswering true when an answer has begun, into which nothing may be written
 * @see rule HTTP-16
 */
export function refuseClient(error: NodeJS.ErrnoException, socket: Duplex, isAnswering: boolean): void {
  if (!socket.writable || isAnswering || error.code === "ECONNRESET") return void socket.destroy();
  const status = STATUSES[error.code ?? ""] ?? 400;
  const reason = STATUS_CODES[status] ?? "";
  const body = JSON.stringify({ message: reason });
  const head = [`HTTP/1.1 ${status} ${reason}`, "Connection: close", "Content-Type: application/json"];
  socket.end([...head, `Content-Length: ${body.length}`, "", body].join("\r\n"));
}
