/** Written into the bundle by scripts/build.mjs from package.json. */
declare const ROBOPORT_VERSION: string | undefined;

/** This program's version; `0.0.0-source` when it runs unbuilt. */
export const VERSION = typeof ROBOPORT_VERSION === "string" ? ROBOPORT_VERSION : "0.0.0-source";

export const HOMEPAGE = "https://github.com/roboport/roboport";

/** How we introduce ourselves to portals. */
export const USER_AGENT = `roboport/${VERSION} (+${HOMEPAGE})`;
