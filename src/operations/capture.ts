import { openAuthority } from "../capture/authority.ts";
import type { HostMap } from "../capture/destination.ts";
import { harEntry } from "../capture/har-entry.ts";
import { openHarFile } from "../capture/har-file.ts";
import { findExchange } from "../capture/har-read.ts";
import { rememberSecrets } from "../capture/known-secrets.ts";
import { openProxy } from "../capture/proxy.ts";
import type { RawExchange } from "../capture/raw-exchange.ts";
import { openApiDocument } from "../portal/contract/gaps/api-document.ts";
import { DOMAIN } from "../portal/contract/gaps/domain.ts";
import type { Finding } from "../portal/contract/gaps/exchange-gaps.ts";
import { type GapReport, openGapFinder } from "../portal/contract/gaps/find-gaps.ts";
import type { Secret } from "../portal/secret.ts";

export interface CaptureOptions {
  /** Address to listen on. */
  readonly host: string;
  /** 0 means any free one. */
  readonly port: number;
  /** Where the HAR is kept, absolute; nowhere when not given. */
  readonly out: string | undefined;
  /** Where the certificate authority of this user lies, or is made. */
  readonly authorityDir: string;
  readonly maps: readonly HostMap[];
  /** Ours. */
  readonly version: string;
  readonly clock: () => Date;
  readonly monotonic: () => number;
  /** Told of every secret that goes through, before anything of its request is shown. */
  readonly addSecret: (secret: Secret) => void;
  readonly onEvent: (event: CaptureEvent) => void;
}

/** What happens while a capture runs; without secrets. */
export type CaptureEvent =
  | ({ readonly type: "request" } & CapturedRequest)
  /** A host that this proxy does not lead to. */
  | { readonly type: "refused"; readonly host: string }
  /** A client that does not trust our authority. */
  | { readonly type: "distrusted"; readonly host: string }
  /** The HAR holds as much as it can. */
  | { readonly type: "full" };

/** A request as it may be shown. */
export interface CapturedRequest extends Finding {
  readonly method: string;
  readonly url: string;
  /** 0 when no answer came. */
  readonly status: number;
  /** Why it broke off. */
  readonly failure: string | undefined;
}

/** A capture that runs. */
export interface Capture {
  /** `host:port` of the proxy. */
  readonly address: string;
  /** What clients have to trust. */
  readonly certificateFile: string;
  /** Rejects when the HAR cannot be written any more. */
  readonly failed: Promise<never>;
  /**
   * Stop, and tell what the contract does not know.
   *
   * @throws {RoboportError} `DISK_FULL`, `PERMISSION` or `DISK_ERROR` when the HAR could not be written.
   */
  close(): Promise<GapReport>;
}

/**
 * Start a proxy that notes what goes to Factorio's servers.
 *
 * @throws {RoboportError} `CANNOT_LISTEN`, `USAGE`, `STATE_SHAPE`, `CREDENTIALS_EXPOSED`, `PERMISSION`, `DISK_FULL`, `DISK_ERROR`
 * @see rules CAPTURE-1 to CAPTURE-12
 */
export async function openCapture(options: CaptureOptions): Promise<Capture> {
  const { clock, out, authorityDir, version, addSecret, onEvent } = options;
  const document = openApiDocument();
  const secrets = rememberSecrets({ onSecret: addSecret, publicText: JSON.stringify(document) });
  const finder = openGapFinder(document);
  const authority = await openAuthority({ dir: authorityDir, domain: DOMAIN, now: clock() });
  const { promise: failed, reject: onError } = openFailure();
  const har = out === undefined ? undefined : await openHarFile(out, { version, secrets, onError });
  const onExchange = (raw: RawExchange) => {
    const entry = harEntry(raw, { document, secrets });
    if (har?.add(entry) === false) onEvent({ type: "full" });
    const exchange = findExchange(entry);
    const finding = exchange && finder.add(exchange);
    if (!exchange || !finding) return;
    const { method, status, url } = exchange;
    onEvent({ type: "request", ...finding, method, url: url.href, status, failure: raw.failure });
  };
  const onRefused = (host: string) => onEvent({ type: "refused", host });
  const onDistrust = (host: string) => onEvent({ type: "distrusted", host });
  const proxy = await openProxy({ ...options, authority, onExchange, onRefused, onDistrust }).catch(async (error) => {
    await har?.remove();
    throw error;
  });
  return {
    address: proxy.address,
    certificateFile: authority.certificateFile,
    failed,
    async close() {
      await proxy.close();
      await har?.close();
      return finder.report();
    },
  };
}

/** A promise that can only fail. Whoever does not wait for it is told by `close`. */
function openFailure(): { readonly promise: Promise<never>; readonly reject: (error: unknown) => void } {
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<never>((_, fail) => {
    reject = fail;
  });
  promise.catch(() => undefined);
  return { promise, reject };
}
