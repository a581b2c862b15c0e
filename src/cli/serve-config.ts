import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { CommandContext } from "./context.ts";
import { type LayeredSetting, type Layers, layerSettings, type SettingsFile } from "./layered-settings.ts";
import { readInputFile } from "./input-file.ts";
import { SERVE_DEFAULTS, SERVE_PATHS, SERVE_SETTINGS, type ServeSettings } from "./serve-settings.ts";
import { dim, lines } from "./styled.ts";
import { formatTable } from "./table.ts";

const FILE = "roboport-serve.json";
const PREFIX = "ROBOPORT_SERVE_";
const FILE_VARIABLE = `${PREFIX}CONFIG`;
/** What the server may know beside its settings, and nobody is shown. */
const SECRETS = ["FACTORIO_TOKEN", "ROBOPORT_TOKEN_FILE"] as const;

/** What the command line says about serving. */
export interface GivenSettings {
  readonly config: string | undefined;
  readonly data: string | undefined;
}

export interface ServeConfig extends Pick<Layers, "settings"> {
  readonly values: ServeSettings;
  /** The file that was read. */
  readonly file: string | undefined;
}

/**
 * Everything that was said about serving: by options, `ROBOPORT_SERVE_…` variables, and a file, which is the one that is
 * named, or `roboport-serve.json` in the data folder when it is there.
 *
 * @throws {RoboportError} `SERVE_SETTING`, and `USAGE` when a named file cannot be read.
 */
export async function loadServeConfig(context: CommandContext, given: GivenSettings): Promise<ServeConfig> {
  const { env } = context;
  const file = await findFile(context, given);
  const layers = layerSettings({
    flags: SERVE_SETTINGS,
    defaults: SERVE_DEFAULTS,
    paths: SERVE_PATHS,
    prefix: PREFIX,
    given: { ...given },
    env,
    file,
    otherVariables: [FILE_VARIABLE],
  });
  // Whatever has a default has a value.
  return { ...layers, values: layers.values as unknown as ServeSettings, file: file?.path };
}

async function findFile(context: CommandContext, { config, data }: GivenSettings): Promise<SettingsFile | undefined> {
  const { env, cwd } = context;
  const named = config ?? env[FILE_VARIABLE];
  if (named !== undefined && named !== "") {
    return { path: resolve(cwd, named), text: String(await readInputFile(context, named)) };
  }
  const dir = data ?? env[`${PREFIX}DATA`];
  if (dir === undefined || dir === "") return undefined;
  const path = resolve(cwd, dir, FILE);
  try {
    return { path, text: await readFile(path, "utf8") };
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    return undefined;
  }
}

/** `serve config`: every setting, its value, and who said so. */
export function showServeConfig({ output, env }: CommandContext, { settings, file }: ServeConfig): void {
  const entries = settings.map(
    ({ name, value, origin, place }) => [name, { value: shown(value), origin, place }] as const,
  );
  const rows = [
    ...settings.map((each) => [each.name, formatValue(shown(each.value)), formatOrigin(each)]),
    ...SECRETS.map((name) => [name, env[name] ? "set" : "not set", "environment"]),
  ];
  const secrets = Object.fromEntries(SECRETS.map((name) => [name, Boolean(env[name])]));
  output.data({ file, settings: Object.fromEntries(entries), secrets }, () =>
    lines(...formatTable(rows, { head: [dim("SETTING"), dim("VALUE"), dim("FROM")], columns: output.columns })),
  );
}

/** Whoever puts a password into an address is refused later, and has it not printed now. */
function shown(value: unknown): unknown {
  return typeof value === "string" ? value.replace(/\/\/[^/@]*@/, "//[redacted]@") : value;
}

function formatOrigin({ origin, place }: LayeredSetting): string {
  return origin === "default" || origin === "unset" ? origin : `${origin} ${place}`;
}

function formatValue(value: unknown): string {
  if (value === undefined) return "";
  if (Array.isArray(value)) return value.join(" ");
  if (typeof value !== "object" || value === null) return String(value);
  if ("times" in value && "seconds" in value) return `${String(value.times)}/${String(value.seconds)}s`;
  return Object.values(value).join(":");
}
