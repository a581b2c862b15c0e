/** What happens to one release on its way into the store, for progress displays and logs; never holds a secret. */
export type StoreEvent =
  | DownloadQueued
  | DownloadStarted
  | DownloadProgressed
  | DownloadRestarted
  | DownloadVerified
  | DownloadFailed
  | DownloadReused;

/** Sent for every release that has to be fetched, before the first one starts. */
export interface DownloadQueued {
  readonly kind: "download-queued";
  readonly id: string;
  /** Bytes, when known. */
  readonly size: number | undefined;
}

/** Its first bytes are on their way. */
export interface DownloadStarted {
  readonly kind: "download-started";
  readonly id: string;
  /** Bytes, when known. */
  readonly size: number | undefined;
}

/** Bytes arrived. */
export interface DownloadProgressed {
  readonly kind: "download-progress";
  readonly id: string;
  /** Bytes so far. */
  readonly received: number;
  /** Bytes, when known. */
  readonly size: number | undefined;
}

/** The transfer broke off, or gave the wrong bytes, and goes on. */
export interface DownloadRestarted {
  readonly kind: "download-restarted";
  readonly id: string;
  /** Bytes that are kept. */
  readonly received: number;
  /** In plain words. */
  readonly why: string;
}

/** Its bytes are proved and in the store. */
export interface DownloadVerified {
  readonly kind: "download-verified";
  readonly id: string;
  /** Bytes. */
  readonly size: number;
}

/** It will not come. */
export interface DownloadFailed {
  readonly kind: "download-failed";
  readonly id: string;
  readonly code: string;
  readonly message: string;
}

/** It was in the store already. */
export interface DownloadReused {
  readonly kind: "download-reused";
  readonly id: string;
  /** Bytes. */
  readonly size: number;
}

export type StoreEvents = (event: StoreEvent) => void;
