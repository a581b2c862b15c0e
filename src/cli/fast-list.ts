import { isRoboportError } from "../errors.ts";
import { findVersion, type Version } from "../game/version.ts";
import { findUntouchedListing } from "../operations/list-untouched.ts";
import type { Listing } from "../operations/listing.ts";
import { redact, Secret } from "../portal/secret.ts";
import { hasColour } from "./colour.ts";
import { askForPatience } from "./patience.ts";
import { formatListing, formatLoadOrder } from "./show-listing.ts";
import { errnoOf } from "../store/errno.ts";
import { ansiOf, plainOf } from "./styled.ts";
import { formatDocument } from "./term-text.ts";
import type { World } from "./world.ts";

/** The process as `list` sees it. */
export interface ListWorld extends Pick<World, "env" | "cwd"> {
  /** Asked only when there is something to print. */
  readonly stdout: () => Pick<World["stdout"], "isTTY" | "columns">;
}

/**
 * `list` of mods that nobody knows, with its options written in full: the operation alone, and of the program what prints
 * a table.
 *
 * @returns what to print; undefined for every other command line, where Roboport has changed something before, and when
 *   it is refused: the whole program meets that again and says it
 * @see rules CLI-37 to CLI-39
 */
export async function fastList(argv: readonly string[], world: ListWorld): Promise<string | undefined> {
  const request = findRequest(argv);
  if (!request || OWNERS.some((name) => !PLAIN_ID.test(world.env[name] ?? ""))) return undefined;
  askForPatience();
  try {
    const { env, cwd } = world;
    const listing = await findUntouchedListing({ ...request, cwd, home: env["HOME"] ?? env["USERPROFILE"] });
    return listing && formatAnswer(listing, request, world);
  } catch (error) {
    if (isRoboportError(error) || errnoOf(error) !== undefined) return undefined;
    throw error;
  }
}

/** Numbers, or it is for the whole program to refuse them. */
const OWNERS = ["PUID", "PGID"];
const PLAIN_ID = /^\d{0,10}$/;

interface Request {
  readonly modsDir?: string;
  readonly serverDir?: string;
  readonly factorio?: Version | undefined;
  readonly json?: boolean;
  readonly order?: boolean;
  readonly noColor?: boolean;
}

/** Read `list` with options that it can be answered with at once; undefined for every other command line. */
function findRequest([command, ...words]: readonly string[]): Request | undefined {
  if (command !== "list") return undefined;
  let request: Request = {};
  const given = new Set<string>();
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    const option = optionOf(word, words[at + 1] ?? "");
    if (!option || given.has(word)) return undefined;
    if (TAKES_VALUE.has(word)) at++;
    if (word !== "--portal") given.add(word);
    request = { ...request, ...option };
  }
  return request;
}

const TAKES_VALUE = new Set(["--mods-dir", "--server-dir", "--factorio", "--portal"]);
/** Nobody is asked: neither does it matter who would be. */
const PLAIN_URL = /^https?:\/\/[\w.-]+(:\d{1,5})?\/?$/;

/** What an option adds to the request; undefined when it is another one, or its value is not as usual. */
function optionOf(word: string, value: string): Request | undefined {
  if (TAKES_VALUE.has(word) && (value === "" || value.startsWith("-"))) return undefined;
  switch (word) {
    case "--json":
      return { json: true };
    case "--order":
      return { order: true };
    case "--no-color":
      return { noColor: true };
    case "--quiet":
    case "--verbose":
      return {};
    case "--mods-dir":
      return { modsDir: value };
    case "--server-dir":
      return { serverDir: value };
    case "--portal":
      return PLAIN_URL.test(value) ? {} : undefined;
    case "--factorio": {
      const factorio = findVersion(value);
      return factorio && { factorio };
    }
    default:
      return undefined;
  }
}

function formatAnswer(listing: Listing, { json, order, noColor = false }: Request, world: ListWorld): string {
  const { env } = world;
  const secrets = [new Secret(env["FACTORIO_TOKEN"] ?? "")];
  if (json) return redact(formatDocument(listing), secrets);
  const { isTTY = false, columns } = world.stdout();
  const text = order ? formatLoadOrder(listing) : formatListing(listing, isTTY ? columns : undefined);
  const shown = hasColour({ isTTY }, { env, noColor }) ? ansiOf(text) : plainOf(text);
  return redact(`${shown}\n`, secrets);
}
