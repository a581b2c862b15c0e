import { RoboportError } from "../../errors.ts";
import { MIGRATIONS } from "./migrations.ts";
import { databaseError, sqliteCodeOf } from "./sqlite-error.ts";

/** A value as SQLite keeps it. */
export type SqlValue = string | number | null | Uint8Array;

/** A row by the names of its columns. */
export type Row = Readonly<Record<string, SqlValue>>;

/** One statement, prepared once. */
export interface Statement {
  run(...values: readonly SqlValue[]): { readonly changes: number };
  get(...values: readonly SqlValue[]): Row | undefined;
  all(...values: readonly SqlValue[]): readonly Row[];
}

/**
 * A database in one file. Calls are synchronous: each takes microseconds, a commit one write to the disk. They throw
 * `DISK_FULL`, `PERMISSION`, `DISK_ERROR`, `LOCKED_OUT` or `STATE_SHAPE` when the disk or another process is in the way.
 */
export interface Database {
  prepare(sql: string): Statement;
  /** All of it or, when it throws, nothing; lasting, also after a power cut, when this returns. */
  transact<T>(change: () => T): T;
  /** A copy that is whole, made while others read and write. */
  backup(path: string): void;
  close(): void;
}

/** What of `node:sqlite` is used; the package for older Nodes has the same. */
interface DatabaseSync {
  exec(sql: string): void;
  prepare(sql: string): {
    run(...values: readonly SqlValue[]): { readonly changes: number | bigint };
    get(...values: readonly SqlValue[]): unknown;
    all(...values: readonly SqlValue[]): unknown[];
  };
  close(): void;
}

interface Sqlite {
  readonly DatabaseSync: new (path: string) => DatabaseSync;
}

const BUSY_MS = 5_000;

/**
 * Open a database, make it when it is not there, and bring it up to date.
 *
 * @param path `:memory:` for one that nobody keeps
 * @throws {RoboportError} `STATE_SHAPE` when the file is no database or one of a newer version.
 * @see rules KEEP-1 to KEEP-3
 */
export async function openDatabase(path: string): Promise<Database> {
  const db = await openSync(path);
  try {
    db.exec(
      `PRAGMA busy_timeout = ${BUSY_MS}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;`,
    );
    migrate(db, path);
  } catch (error) {
    db.close();
    if (error instanceof RoboportError) throw error;
    throw unreadable(path, error);
  }
  return wrap(db, path);
}

async function openSync(path: string): Promise<DatabaseSync> {
  const { DatabaseSync } = await loadSqlite();
  try {
    return new DatabaseSync(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** Node has SQLite from 22.5 on, and without a warning from 24 on. */
async function loadSqlite(): Promise<Sqlite> {
  const [major = 0] = process.versions.node.split(".").map(Number);
  const own = major >= 24 ? process.getBuiltinModule("node:sqlite") : undefined;
  return (own as Sqlite | undefined) ?? (await import("@photostructure/sqlite"));
}

function migrate(db: DatabaseSync, path: string): void {
  const { user_version: version } = db.prepare("PRAGMA user_version").get() as { readonly user_version: number };
  if (version > MIGRATIONS.length) {
    throw new RoboportError("STATE_SHAPE", `Cannot use ${path}: a newer version of roboport made it`, {
      hint: "Update roboport, or serve another --data folder.",
      data: { path, version },
    });
  }
  for (const [index, sql] of MIGRATIONS.entries()) {
    if (index >= version) db.exec(`BEGIN IMMEDIATE; ${sql}; PRAGMA user_version = ${index + 1}; COMMIT;`);
  }
}

function wrap(db: DatabaseSync, path: string): Database {
  let depth = 0;
  const guarded = <T>(use: () => T): T => {
    try {
      return use();
    } catch (error) {
      throw databaseError(error, `Cannot use the database ${path}`);
    }
  };
  return {
    prepare: (sql) => {
      const statement = db.prepare(sql);
      return {
        run: (...values) => guarded(() => ({ changes: Number(statement.run(...values).changes) })),
        get: (...values) => guarded(() => statement.get(...values) as Row | undefined),
        all: (...values) => guarded(() => statement.all(...values) as Row[]),
      };
    },
    transact: (change) => {
      if (depth > 0) return change();
      guarded(() => db.exec("BEGIN IMMEDIATE"));
      depth++;
      try {
        const result = change();
        guarded(() => db.exec("COMMIT"));
        return result;
      } catch (error) {
        rollBack(db);
        throw error;
      } finally {
        depth--;
      }
    },
    backup: (copy) => db.exec(`VACUUM INTO '${copy.replaceAll("'", "''")}'`),
    close: () => db.close(),
  };
}

const SQLITE_ERROR = 1;

/** Where the disk is full SQLite has taken it back itself, and says that there is nothing to take back. */
function rollBack(db: DatabaseSync): void {
  try {
    db.exec("ROLLBACK");
  } catch (error) {
    if (sqliteCodeOf(error) !== SQLITE_ERROR) throw error;
  }
}

function unreadable(path: string, cause: unknown): RoboportError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new RoboportError("STATE_SHAPE", `Cannot use the database ${path}: ${why}`, {
    hint: "Check that the folder can be written, or restore a backup of it.",
    data: { path },
    cause,
  });
}
