import { randomBytes } from "node:crypto";

/** What an upload URL is for. */
export interface Ticket {
  readonly kind: "release" | "mod" | "image";
  readonly mod: string;
  readonly user: string;
}

/** Upload URLs that were handed out: each is good for one upload, for an hour, as long as the process runs. */
export interface Tickets {
  /** 48 hex digits that nobody can guess. */
  issue(ticket: Ticket): string;
  /** @returns undefined for one that is used, over, or of another kind */
  redeem(id: string, kind: Ticket["kind"]): Ticket | undefined;
}

const LIFETIME_MS = 3_600_000;
const OPEN_MAX = 10_000;

/** @param now milliseconds from any beginning that never run backwards */
export function openTickets(now: () => number): Tickets {
  const open = new Map<string, Ticket & { readonly until: number }>();
  return {
    issue: (ticket) => {
      // Maps keep their order, so the first one is the oldest.
      for (const [id, { until }] of open) {
        if (until > now() && open.size < OPEN_MAX) break;
        open.delete(id);
      }
      const id = randomBytes(24).toString("hex");
      open.set(id, { ...ticket, until: now() + LIFETIME_MS });
      return id;
    },
    redeem: (id, kind) => {
      const ticket = open.get(id);
      if (ticket?.kind !== kind) return undefined;
      open.delete(id);
      return ticket.until > now() ? ticket : undefined;
    },
  };
}
