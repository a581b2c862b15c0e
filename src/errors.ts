/**
 * Every code this program can end with, and the exit code that goes with it.
 *
 * Append only: a released code never changes its meaning and is never reused. The comment above a
 * code is what `docs/errors.md` prints for it.
 */
const EXIT_CODES = {
  /** A command line that cannot be understood: unknown command, unknown option, missing argument. */
  USAGE: 2,
  /** A mod or game version that is not `number.number[.number]` with parts up to 65535. */
  VERSION_SYNTAX: 2,
  /** A dependency string of info.json that names no mod. */
  DEPENDENCY_SYNTAX: 2,
  /** A requirement such as `NAME@>=1.2` that cannot be read. */
  REQUIREMENT_SYNTAX: 2,
  /** A mod name the game would refuse or that is unsafe as a file name. */
  MOD_NAME: 2,
  /** An info.json that is not JSON or lacks name or version. */
  INFO_JSON_SHAPE: 2,
  /** A mod-list.json that is not JSON or not of the game's shape. */
  MOD_LIST_SHAPE: 2,
  /** A roboport.json that cannot be read. */
  MANIFEST_SHAPE: 2,
  /** A roboport.lock that cannot be read. */
  LOCKFILE_SHAPE: 2,
  /** A plan file that cannot be read. */
  PLAN_SHAPE: 2,
  /** A universe or world file that cannot be read. */
  UNIVERSE_SHAPE: 2,
  /** A file of the installation or of our own state that is damaged. */
  STATE_SHAPE: 2,
  /** No headless server, mods folder or manifest where one was looked for. */
  NO_INSTALLATION: 2,
  /** `init` where a manifest already exists. */
  ALREADY_INITIALISED: 2,
  /** The game version is not known: no data/ folder, no --factorio, nothing in the manifest. */
  NO_GAME_VERSION: 2,
  /** The address or port to serve on cannot be used. */
  CANNOT_LISTEN: 2,
  /** A zip that is not a mod the game would load, or that is unsafe to keep. */
  ZIP_INVALID: 3,
  /** No set of releases satisfies every requirement; `data.explanation` says why. */
  NO_SOLUTION: 3,
  /** The solver ran out of its time budget before it could decide. */
  UNDECIDED: 3,
  /** No portal knows a mod of this name. */
  NO_SUCH_MOD: 3,
  /** The mod exists, but not in this version. */
  NO_SUCH_RELEASE: 3,
  /** The mod is not part of the manifest or of the installed set. */
  NOT_INSTALLED: 3,
  /** Other mods need this one, so it cannot be removed or disabled alone. */
  STILL_REQUIRED: 3,
  /** No generation of this number is kept. */
  NO_SUCH_GENERATION: 3,
  /** `verify` found files that are damaged, missing or changed by hand. */
  VERIFY_FAILED: 3,
  /** The lockfile does not fit the manifest and --locked forbids solving again. */
  LOCKFILE_STALE: 4,
  /** The mods folder changed since the plan was made. */
  PLAN_STALE: 4,
  /** Another roboport process is changing this installation. */
  LOCKED_OUT: 4,
  /** The portal could not be reached: refused, reset, timed out, name not found. */
  PORTAL_UNREACHABLE: 5,
  /** The portal answered with a status that is no answer to the question. */
  PORTAL_STATUS: 5,
  /** The portal asks to slow down and the wait is longer than we are willing to wait. */
  PORTAL_RATE_LIMITED: 5,
  /** The portal's answer is not what the API promises. */
  PORTAL_SHAPE: 5,
  /** A redirect to a place we do not follow: other scheme, too many hops. */
  PORTAL_REDIRECT: 5,
  /** --offline was given and something is not in the store or cache. */
  OFFLINE: 5,
  /** The downloaded bytes are not the release: digest differs. */
  DOWNLOAD_DIGEST: 5,
  /** The downloaded bytes are fewer or more than announced. */
  DOWNLOAD_LENGTH: 5,
  /** What came back is not a zip at all (a web page, for example). */
  DOWNLOAD_NOT_ZIP: 5,
  /** The portal serves other bytes than the lockfile recorded for this release. */
  RELEASE_MUTATED: 5,
  /** A Factorio process uses this installation. */
  SERVER_RUNNING: 6,
  /** Changing the mods folder failed and was undone. */
  APPLY_FAILED: 6,
  /** Not enough free space for what would be written. */
  DISK_FULL: 6,
  /** A file or folder cannot be written; the hint names the exact command that mends it. */
  PERMISSION: 6,
  /** No portal credentials were found, and the portal wants some. */
  NO_CREDENTIALS: 7,
  /** The portal refused the credentials; `data.source` names the file they came from. */
  CREDENTIALS_REFUSED: 7,
  /** Credentials lie in a file that others can read. */
  CREDENTIALS_EXPOSED: 7,
  /** The portal wants credentials, and its address is plain http to another machine, where they are never sent. */
  CREDENTIALS_PLAINTEXT: 7,
  /** A mod is pinned to a portal that is not among the configured ones. */
  PORTAL_NOT_CONFIGURED: 2,
  /** Ctrl-C. */
  INTERRUPTED: 130,
  /** The file system refused for a reason that is neither space nor permission, or a file is not a plain one. */
  DISK_ERROR: 6,
  /** A file of the store is missing or no longer holds the bytes its name says. */
  STORE_DAMAGED: 5,
  /** `audit` found an error: the game does not load this set of mods. */
  AUDIT_FAILED: 3,
  /** A save, or the map in it, that cannot be read; `data.reason` says whether it is cut off. */
  SAVE_SHAPE: 2,
  /** A mod-settings.dat, or a JSON export of one, that cannot be read. */
  SETTINGS_SHAPE: 2,
  /** A value that a setting does not take, or a name that several settings have. */
  SETTING_VALUE: 2,
  /** No setting of this name. */
  NO_SUCH_SETTING: 3,
  /** A log that is none of the game's. */
  LOG_SHAPE: 2,
  /** A portal did not take what an author sent; `data.error` is the portal's own code. */
  PUBLISH_REFUSED: 5,
  /** A HAR, or an entry of one, that cannot be read. */
  HAR_SHAPE: 2,
  /** `api diff --check` found something that the API contract does not know. */
  API_GAPS: 3,
  /** An archive of the game that is no xz, cannot be read, or would write outside of its folder. */
  GAME_ARCHIVE: 5,
  /** The game comes from a package, an image or Steam, which alone can replace it. */
  GAME_MANAGED: 6,
  /** The RCON port of a server cannot be reached, or what answers there speaks no RCON. */
  RCON_FAILED: 5,
  /** A setting of `serve` in roboport-serve.json or the environment that is unknown or cannot be read. */
  SERVE_SETTING: 2,
} as const;

/** What a {@link RoboportError} is about: stable, for programs to tell errors apart. */
export type ErrorCode = keyof typeof EXIT_CODES;

/** Facts about an error: printable, serialisable, never a secret. */
export type ErrorData = Readonly<Record<string, unknown>>;

export interface RoboportErrorOptions {
  /** What to do next: one imperative sentence. */
  readonly hint?: string | undefined;
  readonly data?: ErrorData | undefined;
  readonly cause?: unknown;
}

/**
 * The one error of this project: something *cannot* be done (an answer "no" is a value instead).
 *
 * The message is in sentence case, names the action and the value, and ends without a full stop.
 */
export class RoboportError extends Error {
  override readonly name = "RoboportError";
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly data: ErrorData | undefined;

  constructor(code: ErrorCode, message: string, options: RoboportErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.data = options.data;
  }
}

/** True for our error, also across bundles and duplicated copies of this package, where `instanceof` is not. */
export function isRoboportError(value: unknown, code?: ErrorCode): value is RoboportError {
  return (
    value instanceof Error &&
    value.name === "RoboportError" &&
    "code" in value &&
    (code === undefined || value.code === code)
  );
}

/** The process exit code for an error code (DESIGN: 0 done, 1 our bug, 2 usage, 3 no solution, 4 stale, 5 portal, 6 refused, 7 credentials). */
export function exitCodeOf(code: ErrorCode): number {
  return EXIT_CODES[code] ?? 1;
}
