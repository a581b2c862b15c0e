/** Each brings the database from one version to the next. Append only: databases of every version are in use. */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE mods (
    name TEXT PRIMARY KEY,
    -- 'private' was published here, 'upstream' came from another portal
    source TEXT NOT NULL,
    -- account that publishes it here, null for mods from elsewhere
    account TEXT,
    created_at TEXT NOT NULL,
    -- JSON: ModDetails
    details TEXT NOT NULL,
    -- JSON: ModSummary
    summary TEXT NOT NULL
  ) WITHOUT ROWID;

  CREATE TABLE releases (
    mod TEXT NOT NULL REFERENCES mods(name) ON DELETE CASCADE,
    -- from 0, by date
    place INTEGER NOT NULL,
    id TEXT NOT NULL,
    version TEXT NOT NULL,
    factorio_version TEXT,
    dependencies TEXT,
    feature_flags TEXT NOT NULL,
    released_at TEXT NOT NULL,
    file_name TEXT NOT NULL,
    sha1 TEXT NOT NULL,
    -- null until the zip is here
    sha256 TEXT,
    size INTEGER,
    -- path below the portal it came from
    upstream_path TEXT,
    PRIMARY KEY (mod, place)
  ) WITHOUT ROWID;

  -- entries of lists, ready to be sent; line is '' for the newest release of any line
  CREATE TABLE entries (
    line TEXT NOT NULL,
    mod TEXT NOT NULL REFERENCES mods(name) ON DELETE CASCADE,
    json BLOB NOT NULL,
    PRIMARY KEY (mod, line)
  ) WITHOUT ROWID;
  CREATE INDEX entries_by_line ON entries (line, mod);

  CREATE TABLE users (
    name TEXT PRIMARY KEY,
    -- scrypt, null for accounts that log in by token only
    password TEXT,
    created_at TEXT NOT NULL,
    disabled_at TEXT
  ) WITHOUT ROWID;

  -- what proves who asks: 'portal' tokens belong to downloads, 'key' tokens to authors
  CREATE TABLE tokens (
    hash TEXT PRIMARY KEY,
    user TEXT NOT NULL REFERENCES users(name) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    -- JSON list: upload, publish, edit
    usages TEXT NOT NULL,
    label TEXT NOT NULL,
    created_at TEXT NOT NULL,
    last_used_at TEXT,
    revoked_at TEXT
  ) WITHOUT ROWID;

  CREATE TABLE bookmarks (
    user TEXT NOT NULL,
    mod TEXT NOT NULL,
    UNIQUE (user, mod)
  );

  CREATE TABLE audit (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    user TEXT,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    -- JSON object
    data TEXT NOT NULL
  );
  `,
  `
  -- what another portal last said about a mod, or, for the mod '', about the list of all
  CREATE TABLE upstream_answers (
    mod TEXT PRIMARY KEY,
    -- its address: what one portal says of an answer means nothing to another
    upstream TEXT NOT NULL,
    etag TEXT,
    last_modified TEXT,
    -- milliseconds since 1970: until then nobody needs to ask again
    fresh_until INTEGER NOT NULL
  ) WITHOUT ROWID;

  -- names that are never asked for elsewhere, although nothing may be published under them yet; * stands for any text
  CREATE TABLE claims (
    pattern TEXT PRIMARY KEY COLLATE NOCASE,
    claimed_at TEXT NOT NULL
  ) WITHOUT ROWID;

  CREATE INDEX private_names ON mods (name COLLATE NOCASE) WHERE source = 'private';
  `,
];
