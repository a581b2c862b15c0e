import type { Database } from "./database.ts";

/** Something that was done, and by whom. */
export interface AuditEntry {
  /** Undefined for what the operator does on the machine itself. */
  readonly user: string | undefined;
  readonly action: string;
  /** What it was done to. */
  readonly subject: string;
  /** Printable facts, never a secret. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** What was done to a registry, in order; nothing is ever taken out. */
export interface AuditLog {
  add(entry: AuditEntry): void;
  /** The newest ones, newest first. */
  last(count: number): readonly (AuditEntry & { readonly number: number; readonly at: string })[];
}

/** The log in a database. */
export function openAuditLog(db: Database, clock: () => string): AuditLog {
  const add = db.prepare("INSERT INTO audit (at, user, action, subject, data) VALUES (?, ?, ?, ?, ?)");
  const last = db.prepare("SELECT * FROM audit ORDER BY number DESC LIMIT ?");
  return {
    add: ({ user, action, subject, data }) =>
      void add.run(clock(), user ?? null, action, subject, JSON.stringify(data)),
    last: (count) =>
      last.all(count).map((row) => ({
        number: Number(row["number"]),
        at: String(row["at"]),
        user: typeof row["user"] === "string" ? row["user"] : undefined,
        action: String(row["action"]),
        subject: String(row["subject"]),
        data: JSON.parse(String(row["data"])) as Record<string, unknown>,
      })),
  };
}
