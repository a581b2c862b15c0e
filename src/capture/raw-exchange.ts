/** Name and value of each header, in the order of the wire. */
export type Headers = readonly (readonly [name: string, value: string])[];

/** A request and its answer as they went through, with everything that is secret. Never leaves the memory. */
export interface RawExchange {
  readonly startedAt: Date;
  /** Milliseconds until the answer began, and until it was complete. */
  readonly waitMs: number;
  readonly receiveMs: number;
  readonly method: string;
  /** Where the client meant it to go. */
  readonly url: URL;
  readonly requestHeaders: Headers;
  readonly sent: RawBody;
  /** 0 when no answer came. */
  readonly status: number;
  readonly statusText: string;
  readonly responseHeaders: Headers;
  readonly received: RawBody;
  /** Why it broke off, without secrets. */
  readonly failure: string | undefined;
}

/** A body as it went through. */
export interface RawBody {
  /** Bytes on the wire. */
  readonly size: number;
  /** In lower case, without parameters; empty when none was named. */
  readonly mimeType: string;
  /** Decoded; of JSON and forms alone, and only when it is whole. */
  readonly text: string | undefined;
  /** Names and texts of a form in parts; files have a name and no text. */
  readonly parts: readonly FormPart[];
  /** SHA-256 in hex of what is neither JSON nor a form. */
  readonly sha256: string | undefined;
}

/** A part of `multipart/form-data`. */
export interface FormPart {
  readonly name: string;
  /** Undefined for a file. */
  readonly text: string | undefined;
}

/** The value of a header, empty when it is not there. */
export function headerOf(headers: Headers, name: string): string {
  return headers.find(([each]) => each.toLowerCase() === name)?.[1] ?? "";
}

/** Headers as Node has them: names and values in turn. */
export function pairHeaders(raw: readonly string[]): Headers {
  return Array.from({ length: raw.length >> 1 }, (_, at) => [raw[2 * at] ?? "", raw[2 * at + 1] ?? ""] as const);
}
