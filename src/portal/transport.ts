/** One HTTP request. Header names are in lower case. */
export interface HttpRequest {
  readonly method: "GET" | "POST";
  /** May carry credentials in its query: never shown, logged or kept. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** A blob is sent as it is read. */
  readonly body?: string | Uint8Array | Blob;
  readonly signal?: AbortSignal | undefined;
  /** For a GET whose body is used up piece by piece: each may be overwritten by the next one. */
  readonly bulk?: boolean | undefined;
}

/** One HTTP answer, of any status. */
export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. Without `content-encoding` and `content-length` when the transport decoded the body. */
  readonly headers: Readonly<Record<string, string>>;
  /** Can be read once. Ends early only by throwing. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Gives up the unread rest of the body and frees its connection. */
  discard(): void;
}

/**
 * The port to the network: sends one request and gives back the answer, whatever its status; never follows redirects.
 *
 * Adapters send what they are given and add only what HTTP needs, and `accept-encoding` when the request names none.
 *
 * @throws {RoboportError} `PORTAL_UNREACHABLE` when no answer arrives or its body breaks off; the signal's reason when
 *   it aborts.
 */
export type Transport = (request: HttpRequest) => Promise<HttpResponse>;
