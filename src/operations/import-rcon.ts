import { join } from "node:path";
import { RoboportError } from "../errors.ts";
import { parseFactorioIni } from "../game/factorio-ini.ts";
import { findVersion, type Version } from "../game/version.ts";
import { findText } from "../installation/text-file.ts";
import { Secret } from "../portal/secret.ts";
import type { ForeignMod, ForeignSet } from "./import.ts";
import { formatRconAddress, openRcon, type RconAddress, type RconConnection } from "./import-rcon-connection.ts";
import { builtInsWithout } from "./import-sources.ts";
import type { Session } from "./session.ts";

/**
 * Prints one `NAME VERSION` a line. There is no command for it that is not Lua, and the first Lua command of a map ends its
 * achievements.
 */
const LIST_MODS =
  "/silent-command local t={} for n,v in pairs(script.active_mods) do t[#t+1]=n..' '..v end rcon.print(table.concat(t,'\\n'))";

/**
 * The mods of a running server, by RCON. This runs a Lua command: where achievements are on, they are off afterwards.
 *
 * @throws {RoboportError} `CREDENTIALS_REFUSED`, `RCON_FAILED` also for a server that does not run Lua commands.
 * @see reference/formats.md §15, rules IMPORT-8 and IMPORT-9
 */
export async function setOfRcon(session: Session, address: RconAddress, password: Secret): Promise<ForeignSet> {
  const server = await openRcon(address, { password, signal: session.signal });
  try {
    const version = findVersion(/\d+\.\d+\.\d+/.exec(await server.ask("/version"))?.[0] ?? "");
    const mods = await askForMods(server);
    const base = mods.find(({ name }) => name === "base")?.version;
    return { origin: `rcon ${formatRconAddress(address)}`, game: version ?? base, mods, off: builtInsWithout(mods) };
  } finally {
    server.close();
  }
}

/** Where achievements are on, the first command is answered with a warning, and done when it is repeated. */
async function askForMods(server: RconConnection): Promise<readonly ForeignMod[]> {
  const first = await server.ask(LIST_MODS);
  const answer = findMods(first) ?? findMods(await server.ask(LIST_MODS));
  if (answer) return answer;
  throw new RoboportError("RCON_FAILED", "The server does not tell its mods", {
    hint: "Check that it runs the game and allows commands; roboport import log reads its factorio-current.log instead.",
    data: { answer: first.slice(0, 200) },
  });
}

/** @returns undefined for what is no list of mods */
function findMods(text: string): readonly ForeignMod[] | undefined {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const mods = lines.flatMap((line): readonly (ForeignMod & { readonly version: Version })[] => {
    const [, name, number = ""] = /^(.+) (\d+\.\d+\.\d+)\r?$/.exec(line) ?? [];
    const version = findVersion(number);
    return name === undefined || !version ? [] : [{ name, version }];
  });
  return mods.length === lines.length && mods.some(({ name }) => name === "base") ? mods : undefined;
}

/**
 * `HOST:PORT`, an IPv6 address in brackets.
 *
 * @throws {RoboportError} `USAGE`
 */
export function parseRconAddress(text: string): RconAddress {
  const [, host, port] = /^(?:\[([0-9a-f:.]+)\]|[\w.-]+):(\d{1,5})$/i.exec(text) ?? [];
  const number = Number(port ?? 0);
  if (number >= 1 && number <= 65535) return { host: host ?? text.slice(0, text.lastIndexOf(":")), port: number };
  throw new RoboportError("USAGE", `Cannot use ${JSON.stringify(text.slice(0, 80))} as the address of a server`, {
    hint: "Write HOST:PORT, such as 127.0.0.1:27015.",
  });
}

/** The environment, as far as it matters here. */
interface PasswordSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Tells an absolute path from one relative to the working directory. */
  readonly resolve: (path: string) => string;
}

/**
 * The RCON password: of ROBOPORT_RCON_PASSWORD, of the file that ROBOPORT_RCON_PASSWORD_FILE names, of the container's
 * `config/rconpw`, or of config.ini. Never of the command line, which other users see.
 *
 * @throws {RoboportError} `NO_CREDENTIALS`
 * @see rule IMPORT-10
 */
export async function getRconPassword(session: Session, { env, resolve }: PasswordSources): Promise<Secret> {
  const file = env["ROBOPORT_RCON_PASSWORD_FILE"];
  const found =
    env["ROBOPORT_RCON_PASSWORD"] ?? (file ? await findText(resolve(file)) : await findInstalledPassword(session));
  const password = found?.replace(/\r?\n$/, "");
  if (password) return new Secret(password);
  throw new RoboportError("NO_CREDENTIALS", "Found no RCON password", {
    hint: "Set ROBOPORT_RCON_PASSWORD, or ROBOPORT_RCON_PASSWORD_FILE to a file that holds it.",
  });
}

async function findInstalledPassword(session: Session): Promise<string | undefined> {
  const { writeDir } = await session.installation();
  const kept = await findText(join(writeDir, "config/rconpw"));
  if (kept !== undefined) return kept;
  const settings = parseFactorioIni((await findText(join(writeDir, "config/config.ini"))) ?? "");
  return settings.get("other")?.get("local-rcon-password");
}
