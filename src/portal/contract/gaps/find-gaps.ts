import { serviceOf } from "../match-request.ts";
import type { ApiDocument } from "./api-document.ts";
import type { Exchange } from "./exchange.ts";
import { isOfDomain } from "./domain.ts";
import { type Finding, findExchangeGaps } from "./exchange-gaps.ts";
import { type Gap, keepGap } from "./gap.ts";

/** What all requests showed. */
export interface GapReport {
  /** To hosts of Factorio's, and to portals that were named. */
  readonly requests: number;
  /** Those in which nothing was unknown. */
  readonly explained: number;
  /** Requests to other hosts, by host. */
  readonly others: Readonly<Record<string, number>>;
  readonly gaps: readonly Gap[];
}

/** Collects what the contract does not know. */
export interface GapFinder {
  /** @returns undefined for a request to another host, or one that asks for nothing (CONNECT, OPTIONS). */
  add(exchange: Exchange): Finding | undefined;
  report(): GapReport;
}

const ASKS_NOTHING = new Set(["CONNECT", "OPTIONS"]);

/**
 * Start to collect.
 *
 * @param portals hosts that are mod portals too, such as `registry.example:8080`
 * @see rules GAP-1 to GAP-6
 */
export function openGapFinder(document: ApiDocument, portals: ReadonlySet<string> = new Set()): GapFinder {
  const found = new Map<string, Gap>();
  const others = new Map<string, number>();
  const counts = { requests: 0, explained: 0 };
  return {
    add(exchange) {
      const service = serviceOf(exchange.url) ?? (portals.has(exchange.url.host) ? "portal" : undefined);
      if (ASKS_NOTHING.has(exchange.method)) return undefined;
      if (!service && !isOfDomain(exchange.url.hostname)) {
        others.set(exchange.url.host, (others.get(exchange.url.host) ?? 0) + 1);
        return undefined;
      }
      const finding = findExchangeGaps(exchange, service, document);
      counts.requests++;
      if (finding.gaps.length === 0) counts.explained++;
      for (const gap of finding.gaps) keepGap(found, gap);
      return finding;
    },
    report: () => ({ ...counts, others: Object.fromEntries(others), gaps: [...found.values()] }),
  };
}
