/**
 * One thing that goes wrong with an answer, chosen by its name. Offsets count bytes of the body; one that is not given is
 * chosen by the portal's seed.
 *
 * @see reference/reliability.md §2, N1 to N24
 */
export type Fault = ConnectionFault | HeadFault | BodyFault;

/** The name of a fault. */
export type FaultName = Fault["fault"];

/** What the connection does. */
export type ConnectionFault =
  /** Takes the request and never answers. */
  | { readonly fault: "silent" }
  /** Ends the connection in place of an answer. */
  | { readonly fault: "hang-up" }
  /** Resets the connection after so many bytes of the body. */
  | { readonly fault: "reset"; readonly at?: number }
  /** Sends the head of the answer byte by byte, each after a pause of 100 ms unless told otherwise. */
  | { readonly fault: "slow-head"; readonly everyMs?: number }
  /** Sends the body slowly: 10 bytes per second unless told otherwise. */
  | { readonly fault: "slow-body"; readonly bytesPerSecond?: number }
  /** Sends so many bytes of the body and then nothing more. */
  | { readonly fault: "stall"; readonly at?: number }
  /**
   * Ends the connection after so many bytes of the body, of which the head says how long it is (`length`, which is
   * meant when nothing is said), that it comes in chunks, or nothing.
   */
  | { readonly fault: "cut"; readonly at?: number; readonly framing?: "length" | "chunked" | "none" };

/** What the head of the answer says. */
export type HeadFault =
  | {
      /** Another status, with an error in JSON. */
      readonly fault: "status";
      readonly status: number;
      /** As it stands in the header, or so many seconds after the answer's own `Date`, written as a date. */
      readonly retryAfter?: string | { readonly inSeconds: number };
      /** Seconds by which the answer's `Date` is ahead of this machine's clock. */
      readonly clockAhead?: number;
    }
  /** A redirect; `{url}` stands for the URL of the request, `{elsewhere}` for the portal's third origin. */
  | { readonly fault: "redirect"; readonly to?: string; readonly status?: number }
  /** Redirects to itself with a query that grows, this often; without end unless told otherwise. */
  | { readonly fault: "redirects"; readonly hops?: number }
  /** The true answer with other headers: those that are null are left out, `add` are further lines as they are sent. */
  | {
      readonly fault: "headers";
      readonly set?: Readonly<Record<string, string | null>>;
      readonly add?: readonly string[];
    }
  /** The second half of the body with status 206, whatever was asked for. */
  | { readonly fault: "part" }
  /** The whole body with status 200, even where a part of it was asked for. */
  | { readonly fault: "whole" }
  /** These bytes in place of an answer, and the end of the connection. */
  | { readonly fault: "bytes"; readonly bytes: string };

/** What the body holds. */
export type BodyFault =
  /** One bit is another one; `at` counts bits. */
  | { readonly fault: "flip"; readonly at?: number }
  /** Another body with status 200. */
  | { readonly fault: "replace"; readonly body: string; readonly type: string }
  /** The true body, changed. */
  | { readonly fault: "change"; readonly change: (body: Uint8Array) => Uint8Array | string }
  /** The true body compressed, whether the client wants that or not. */
  | { readonly fault: "gzip" }
  /** A compressed body that is so many bytes long when inflated: 1 GiB unless told otherwise. */
  | { readonly fault: "bomb"; readonly length?: number }
  /** A body that begins like this and goes on until the client has enough. */
  | { readonly fault: "endless"; readonly begin: string; readonly type: string };
