import { RoboportError } from "../../errors.ts";
import type { Database } from "./database.ts";

/** A name, or a pattern of names, that belongs to this registry. */
export interface Claim {
  /** `*` stands for any text. */
  readonly pattern: string;
  readonly claimedAt: string;
}

/** Which names are this registry's own. */
export interface Claims {
  /** True when a mod of this name was published here or the name is claimed; letter case makes no difference. */
  covers(name: string): boolean;
  list(): readonly Claim[];
  /**
   * @returns false when it is claimed already
   * @throws {RoboportError} `USAGE` for what is no pattern.
   */
  add(pattern: string): boolean;
  /** @returns false when it was not claimed */
  release(pattern: string): boolean;
}

const PATTERN = /^[A-Za-z0-9 _*-]{1,100}$/;

/**
 * The claims in a database.
 *
 * @param clock the time, as a UTC text
 * @see reference/reliability.md M5, rules CLAIM-1 to CLAIM-3
 */
export function openClaims(db: Database, clock: () => string): Claims {
  const published = db.prepare("SELECT 1 FROM mods WHERE source = 'private' AND name = ? COLLATE NOCASE");
  const list = db.prepare("SELECT * FROM claims ORDER BY pattern");
  const add = db.prepare("INSERT INTO claims (pattern, claimed_at) VALUES (?, ?) ON CONFLICT DO NOTHING");
  const remove = db.prepare("DELETE FROM claims WHERE pattern = ?");
  const patterns = () => list.all().map(({ pattern }) => String(pattern));
  return {
    covers: (name) => published.get(name) !== undefined || patterns().some((pattern) => fitsPattern(name, pattern)),
    list: () => list.all().map((row) => ({ pattern: String(row["pattern"]), claimedAt: String(row["claimed_at"]) })),
    add: (pattern) => {
      requirePattern(pattern);
      return add.run(pattern, clock()).changes > 0;
    },
    release: (pattern) => remove.run(pattern).changes > 0,
  };
}

/** True when a name is what a pattern says, `*` being any text. */
export function fitsPattern(name: string, pattern: string): boolean {
  const [first = "", ...rest] = pattern.toLowerCase().split("*");
  const text = name.toLowerCase();
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

function requirePattern(pattern: string): void {
  if (PATTERN.test(pattern) && /[^*]/.test(pattern)) return;
  throw new RoboportError("USAGE", `Cannot claim ${JSON.stringify(pattern.slice(0, 120))}`, {
    hint: "Give the name of a mod, or a part of it and *, such as `acme-*`.",
  });
}
