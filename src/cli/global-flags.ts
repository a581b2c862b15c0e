import { RoboportError } from "../errors.ts";
import { parseVersion, type Version } from "../game/version.ts";
import { type FlagValues, listFlag, switchFlag, valueFlag } from "./command.ts";

/** The options that every command takes, before or after its name. */
export const globalFlags = {
  modsDir: valueFlag("DIR", "The mods folder"),
  serverDir: valueFlag("DIR", "The headless server's folder; default: the nearest from here upwards"),
  portal: listFlag("URL", "Ask this portal; repeatable, the first that knows a mod wins", parsePortalUrl),
  factorio: valueFlag("VERSION", "Decide for this game version instead of the installed one", parseVersion),
  json: switchFlag("Print one JSON document on stdout"),
  quiet: switchFlag("No progress and no notes", { alias: "q" }),
  verbose: switchFlag("Say more, and show the causes of an error", { alias: "v" }),
  noColor: switchFlag("No colours"),
} as const;

/** The global options that say where and from whom; how to print is the output's business. */
export interface GlobalFlags {
  readonly modsDir: string | undefined;
  readonly serverDir: string | undefined;
  /** Whole addresses, http or https, without credentials. */
  readonly portals: readonly string[];
  readonly factorio: Version | undefined;
}

/** What a command gets to see of the global options. */
export function globalsOf(values: FlagValues<typeof globalFlags>): GlobalFlags {
  const { modsDir, serverDir, portal, factorio } = values;
  return { modsDir, serverDir, portals: portal, factorio };
}

/** @throws {RoboportError} `USAGE` */
function parsePortalUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "https:" && url?.protocol !== "http:") {
    throw new RoboportError("USAGE", `Cannot use "${text}" as a portal`, {
      hint: "Give a whole address, such as https://mods.factorio.com.",
    });
  }
  if (url.username || url.password || url.search) {
    throw new RoboportError("USAGE", `Cannot use a portal address with credentials in it (${url.origin})`, {
      hint: "Set FACTORIO_USERNAME and FACTORIO_TOKEN instead: other users see command lines.",
    });
  }
  return url.href;
}
