import { createHash, randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { RoboportError } from "../../errors.ts";
import type { Database, Row } from "./database.ts";

/** What an author's key may do. */
export const KEY_USAGES = ["upload", "publish", "edit"] as const;

/** One of {@link KEY_USAGES}. */
export type KeyUsage = (typeof KEY_USAGES)[number];

/** What an access token is for: downloads and bookmarks, as the game has it, or an author's calls. */
export type TokenKind = "portal" | "key";

/** A token as it is listed; the token itself is kept nowhere. */
export interface TokenRecord {
  /** The beginning of its hash, to name it by. */
  readonly id: string;
  readonly user: string;
  readonly kind: TokenKind;
  readonly usages: readonly KeyUsage[];
  readonly label: string;
  readonly createdAt: string;
  readonly lastUsedAt: string | undefined;
  readonly revokedAt: string | undefined;
}

/** A user as it is listed. */
export interface UserRecord {
  readonly name: string;
  readonly createdAt: string;
  readonly disabledAt: string | undefined;
}

/** A token to be made. */
export interface NewToken {
  readonly user: string;
  readonly kind: TokenKind;
  /** Of a key. */
  readonly usages?: readonly KeyUsage[] | undefined;
  readonly label?: string | undefined;
}

/** Who may use a registry. Tokens and passwords are kept as hashes only. */
export interface Accounts {
  /** @throws {RoboportError} `USAGE` for a name that is taken or no user name. */
  addUser(name: string, password?: string): Promise<void>;
  /** @returns false when there is no such user */
  disableUser(name: string): boolean;
  users(): readonly UserRecord[];
  /** @returns whether these belong together */
  checkPassword(name: string, password: string): Promise<boolean>;
  /**
   * @returns the token, which is never shown again
   * @throws {RoboportError} `USAGE` when there is no such user.
   */
  createToken(token: NewToken): string;
  /** The user a portal token belongs to, when it is that of this user. */
  findPortalUser(claim: { readonly username: string; readonly token: string }): string | undefined;
  /** Whose key this is and what it may do. */
  findKey(key: string): { readonly user: string; readonly usages: readonly KeyUsage[] } | undefined;
  tokens(): readonly TokenRecord[];
  /** @returns false when no token has this id */
  revokeToken(id: string): boolean;
}

const USER_NAME = /^[A-Za-z0-9._-]{2,30}$/;
const ID_LENGTH = 12;
const SCRYPT = { length: 32, salt: 16 } as const;
const derive = promisify<string, Buffer, number, Buffer>(scrypt);

/**
 * The accounts in a database.
 *
 * @param clock the time, as a UTC text
 * @see reference/reliability.md C9, rules ACC-1 to ACC-3
 */
export function openAccounts(db: Database, clock: () => string): Accounts {
  const sql = statements(db);
  const isActive = (name: string) => sql.user.get(name)?.["disabled_at"] === null;
  const use = (token: string, kind: TokenKind) => {
    const hash = hashOf(token);
    const row = sql.token.get(hash, kind);
    if (!row || row["revoked_at"] !== null || !isActive(String(row["user"]))) return undefined;
    touch(row, hash);
    return row;
  };
  /** Once a day is often enough to know what is in use. */
  const touch = (row: Row, hash: string) => {
    const now = clock();
    if (String(row["last_used_at"] ?? "").slice(0, 10) !== now.slice(0, 10)) sql.touch.run(now, hash);
  };
  return {
    addUser: async (name, password) => {
      if (!USER_NAME.test(name)) throw usage(`Cannot use ${JSON.stringify(name.slice(0, 40))} as a user name`);
      const hashed = password === undefined ? null : await hashPassword(password);
      if (sql.addUser.run(name, hashed, clock()).changes === 0) throw usage(`There is a user ${name} already`);
    },
    disableUser: (name) => sql.disable.run(clock(), name).changes > 0,
    users: () => sql.users.all().map(readUser),
    checkPassword: async (name, password) => {
      const stored = sql.user.get(name)?.["password"];
      // An unknown user takes as long as a known one.
      const isRight = await fitsPassword(password, typeof stored === "string" ? stored : await NOBODY());
      return isRight && typeof stored === "string" && isActive(name);
    },
    createToken: ({ user, kind, usages = [], label = "" }) => {
      if (!isActive(user)) throw usage(`There is no user ${JSON.stringify(user.slice(0, 40))}`);
      const token = randomBytes(kind === "portal" ? 15 : 24).toString("hex");
      sql.addToken.run(hashOf(token), user, kind, JSON.stringify(usages), label, clock());
      return token;
    },
    findPortalUser: ({ username, token }) => {
      const row = use(token, "portal");
      return row?.["user"] === username ? username : undefined;
    },
    findKey: (key) => {
      const row = use(key, "key");
      return row && { user: String(row["user"]), usages: JSON.parse(String(row["usages"])) as KeyUsage[] };
    },
    tokens: () => sql.tokens.all().map(readToken),
    revokeToken: (id) =>
      id.length >= ID_LENGTH && sql.revoke.run(clock(), `${id.replaceAll(/[^0-9a-f]/g, "")}%`).changes > 0,
  };
}

function statements(db: Database) {
  return {
    user: db.prepare("SELECT * FROM users WHERE name = ?"),
    users: db.prepare("SELECT * FROM users ORDER BY name"),
    addUser: db.prepare("INSERT INTO users (name, password, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"),
    disable: db.prepare("UPDATE users SET disabled_at = ? WHERE name = ? AND disabled_at IS NULL"),
    token: db.prepare("SELECT * FROM tokens WHERE hash = ? AND kind = ?"),
    tokens: db.prepare("SELECT * FROM tokens ORDER BY user, created_at"),
    addToken: db.prepare("INSERT INTO tokens (hash, user, kind, usages, label, created_at) VALUES (?, ?, ?, ?, ?, ?)"),
    touch: db.prepare("UPDATE tokens SET last_used_at = ? WHERE hash = ?"),
    revoke: db.prepare("UPDATE tokens SET revoked_at = ? WHERE hash LIKE ? AND revoked_at IS NULL"),
  };
}

/** Tokens are random and long, so a plain hash tells nothing about them. */
function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SCRYPT.salt);
  const hash = await derive(password, salt, SCRYPT.length);
  return `scrypt:${salt.toString("hex")}:${hash.toString("hex")}`;
}

async function fitsPassword(password: string, stored: string): Promise<boolean> {
  const [, salt = "", hash = ""] = stored.split(":");
  const given = await derive(password, Buffer.from(salt, "hex"), SCRYPT.length);
  const wanted = Buffer.from(hash, "hex");
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

let nobody: Promise<string> | undefined;
const NOBODY = () => (nobody ??= hashPassword(randomBytes(16).toString("hex")));

function readUser(row: Row): UserRecord {
  return { name: String(row["name"]), createdAt: String(row["created_at"]), disabledAt: textOf(row["disabled_at"]) };
}

function readToken(row: Row): TokenRecord {
  return {
    id: String(row["hash"]).slice(0, ID_LENGTH),
    user: String(row["user"]),
    kind: row["kind"] === "key" ? "key" : "portal",
    usages: JSON.parse(String(row["usages"])) as KeyUsage[],
    label: String(row["label"]),
    createdAt: String(row["created_at"]),
    lastUsedAt: textOf(row["last_used_at"]),
    revokedAt: textOf(row["revoked_at"]),
  };
}

function textOf(value: Row[string] | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function usage(message: string): RoboportError {
  return new RoboportError("USAGE", message, {
    hint: "A user name has 2 to 30 letters, digits, dots, - and _; `roboport serve user list` shows those there are.",
  });
}
