import { RoboportError } from "../errors.ts";
import type { RegistryData } from "../registry/storage/registry-data.ts";
import type { CommandContext } from "./context.ts";
import { formatCount } from "./quantity.ts";
import { dim, lines, styled } from "./styled.ts";

interface Job {
  readonly context: CommandContext;
  readonly registry: RegistryData;
  /** Names or patterns. */
  readonly words: readonly string[];
}

/**
 * `serve claim`: names that belong to this registry. What came from elsewhere under such a name goes.
 *
 * @throws {RoboportError} `USAGE` for what is no pattern.
 * @see rules CLAIM-1 to CLAIM-3
 */
export async function claimNames({ context, registry, words }: Job): Promise<void> {
  const { db, claims, records, audit } = registry;
  if (words.length === 0) throw nothingNamed();
  const dropped = db.transact(() => {
    for (const pattern of words) {
      if (claims.add(pattern)) audit.add({ user: undefined, action: "claim", subject: pattern, data: {} });
    }
    return records.dropUpstream((name) => claims.covers(name));
  });
  const gone = dropped.length > 0 ? `; ${formatCount(dropped.length, "mod")} from elsewhere dropped` : "";
  context.output.outcome({ claimed: words, dropped }, styled`Claimed ${words.join(", ")}${gone}`);
}

/** `serve claim list` */
export async function listClaims({ context, registry }: Job): Promise<void> {
  const claims = registry.claims.list();
  context.output.data({ claims }, () =>
    lines(...(claims.length === 0 ? [dim("None")] : claims.map(({ pattern }) => styled`${pattern}`))),
  );
}

/**
 * `serve claim release`: from now on they may come from elsewhere again.
 *
 * @throws {RoboportError} `USAGE` for one that was not claimed.
 */
export async function releaseClaims({ context, registry, words }: Job): Promise<void> {
  const { db, claims, audit } = registry;
  if (words.length === 0) throw nothingNamed();
  db.transact(() => {
    for (const pattern of words) {
      if (!claims.release(pattern)) throw notClaimed(pattern);
      audit.add({ user: undefined, action: "release-claim", subject: pattern, data: {} });
    }
  });
  context.output.outcome({ released: words }, styled`Released ${words.join(", ")}`);
}

function nothingNamed(): RoboportError {
  return new RoboportError("USAGE", "Expected names of mods, or patterns of names", {
    hint: "Give them as `roboport serve claim NAME 'PREFIX-*' --data DIR`.",
  });
}

function notClaimed(pattern: string): RoboportError {
  return new RoboportError("USAGE", `${JSON.stringify(pattern.slice(0, 100))} is not claimed`, {
    hint: "Run `roboport serve claim list`.",
  });
}
