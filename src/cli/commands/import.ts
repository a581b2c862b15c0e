import { basename, resolve } from "node:path";
import { RoboportError } from "../../errors.ts";
import { compareVersions } from "../../game/version.ts";
import type { ForeignSet, ImportChoice } from "../../operations/import.ts";
import type { Session } from "../../operations/session.ts";
import { carryOut } from "../carry-out.ts";
import { changeFlags, defineCommand, oneOf, optional, required, switchFlag } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { readInputFile } from "../input-file.ts";
import { networkFlags } from "../network-flags.ts";

const SOURCES = ["mods", "save", "mod-list", "log", "server", "rcon"] as const;

interface ChoiceFlags {
  readonly newest: boolean;
  readonly nearest: boolean;
}

export const command = defineCommand({
  details:
    "The mods of the source are wanted and on afterwards, all others are switched off; built-ins follow it, too. Versions are those of the source unless --newest or --nearest says otherwise, and stay until the next update. A save brings its startup settings. mods takes charge of zips that were put into the mods folder by hand. rcon asks a running server; its password is looked for in ROBOPORT_RCON_PASSWORD, in the file that ROBOPORT_RCON_PASSWORD_FILE names, and in the server's config/.",
  flags: {
    newest: switchFlag("Take the newest releases that fit together"),
    nearest: switchFlag("Where no portal has a version any more, take the nearest one"),
    allowLua: switchFlag("rcon: run the Lua command it takes; the map gives no achievements from then on"),
    skipMissing: switchFlag("Go without mods that no portal has"),
    dryRun: changeFlags.dryRun,
    yes: changeFlags.yes,
    ...networkFlags,
  },
  positional: [
    required("SOURCE", SOURCES.join(", "), { parse: oneOf(SOURCES), complete: SOURCES }),
    optional<string>(
      "FILE",
      "The save, mod-list.json or log; of a server its ADDRESS:PORT or number; of rcon HOST:PORT",
    ),
  ],
  examples: [
    ["roboport import save saves/world.zip --dry-run", "What would it take to run this save?"],
    ["roboport import save saves/world.zip", "Exactly its mods, versions and startup settings"],
    ["roboport import mod-list mod-list.json --yes", "The mods of another server, newest releases"],
    ["roboport import server 203.0.113.5:34197", "The mods of a public game"],
    ["roboport import rcon 127.0.0.1:27015 --allow-lua", "The mods of a running server"],
    ["roboport import mods", "Take charge of zips that were copied there"],
  ],
  async run(context, flags, source, file) {
    const session = await context.openSession(flags);
    if (source === "mods") {
      requireFile(source, file, false);
      const { planAdopt } = await import("../../operations/adopt.ts");
      return await carryOut(context, session, { ...flags, answer: await planAdopt(session) });
    }
    const wanted = requireFile(source, file, true);
    const set = await readForeign(context, session, { source, wanted, allowLua: flags.allowLua });
    const { version } = await session.game();
    if (set.game && compareVersions(set.game, version) > 0) {
      context.output.warn(
        `Factorio ${version.text} is older than the source's ${set.game.text}, and cannot load its maps`,
      );
    }
    const { planImport } = await import("../../operations/import.ts");
    const request = { choice: chooseVersions(flags), skipMissing: flags.skipMissing };
    return await carryOut(context, session, { ...flags, answer: await planImport(session, set, request) });
  },
});

/** @throws {RoboportError} `USAGE` */
function requireFile(source: string, file: string | undefined, isWanted: boolean): string {
  if ((file !== undefined) === isWanted) return file ?? "";
  throw new RoboportError("USAGE", `Cannot import ${source} ${isWanted ? "without" : "from"} a file`, {
    hint: `Write "roboport import ${source}${isWanted ? " FILE" : ""}".`,
  });
}

interface ForeignRequest {
  readonly source: "save" | "mod-list" | "log" | "server" | "rcon";
  readonly wanted: string;
  readonly allowLua: boolean;
}

async function readForeign(
  context: CommandContext,
  session: Session,
  { source, wanted, allowLua }: ForeignRequest,
): Promise<ForeignSet> {
  if (source === "server") return await readServer(session, wanted);
  return source === "rcon" ? await readRcon(context, session, { wanted, allowLua }) : readSet(context, source, wanted);
}

/** @throws {RoboportError} `USAGE` where nobody allowed the Lua command. */
async function readRcon(
  { env, cwd, prompt, output, addSecret }: CommandContext,
  session: Session,
  { wanted, allowLua }: Pick<ForeignRequest, "wanted" | "allowLua">,
): Promise<ForeignSet> {
  const { getRconPassword, parseRconAddress, setOfRcon } = await import("../../operations/import-rcon.ts");
  const address = parseRconAddress(wanted);
  const question =
    "A server tells its mods to a Lua command only, and its map gives no achievements from then on. Run it?";
  if (!(await prompt.confirm(question, { yes: allowLua, unattended: false }))) {
    throw new RoboportError("USAGE", `Cannot read the mods of ${wanted} without a Lua command`, {
      hint: "Pass --allow-lua, or use roboport import log with the server's factorio-current.log.",
    });
  }
  const password = await getRconPassword(session, { env, resolve: (path) => resolve(cwd, path) });
  addSecret(password);
  if (!/^(?:localhost|127\.[\d.]+|::1)$/.test(address.host)) {
    output.warn(`RCON is not encrypted: the password travels to ${address.host} in clear`);
  }
  return await setOfRcon(session, address, password);
}

async function readServer(session: Session, game: string): Promise<ForeignSet> {
  const { setOfServer } = await import("../../operations/import-sources.ts");
  return setOfServer(session, game);
}

async function readSet(
  context: CommandContext,
  source: "save" | "mod-list" | "log",
  file: string,
): Promise<ForeignSet> {
  const { setOfLog, setOfModList, setOfSave } = await import("../../operations/import-sources.ts");
  const [path, origin] = [resolve(context.cwd, file), basename(file)];
  if (source === "save") return setOfSave(path, origin);
  if (source === "log") return await setOfLog(path, origin);
  return setOfModList((await readInputFile(context, file)).toString("utf8"), origin);
}

/** @throws {RoboportError} `USAGE` */
function chooseVersions({ newest, nearest }: ChoiceFlags): ImportChoice {
  if (newest && nearest) {
    throw new RoboportError("USAGE", "Cannot use --newest and --nearest at once", { hint: "Choose one of them." });
  }
  if (newest) return "newest";
  return nearest ? "nearest" : "exact";
}
