import { join } from "node:path";
import { isRoboportError, RoboportError } from "../errors.ts";
import { parsePlayerData } from "../game/player-data.ts";
import { parseServerSettings } from "../game/server-settings.ts";
import type { ServiceAccount } from "../game/service-account.ts";
import type { Credentials } from "../portal/credentials.ts";
import { Secret } from "../portal/secret.ts";
import type { Installation } from "./installation.ts";
import { findSavedAccount, savedCredentialsFile } from "./saved-credentials.ts";
import { findText, parseAt } from "./text-file.ts";

export { removeCredentials, saveCredentials } from "./saved-credentials.ts";

export interface CredentialsSearch {
  /** `FACTORIO_USERNAME`, `FACTORIO_TOKEN` and `ROBOPORT_TOKEN_FILE` are read. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where `login` keeps credentials. */
  readonly configDir: string;
  readonly installation?: Pick<Installation, "root" | "writeDir" | "dataDir"> | undefined;
}

/** One place where credentials may be. */
interface Place {
  readonly source: string;
  readonly find: () => Promise<ServiceAccount | undefined>;
}

/**
 * Every account that can be found, best first: environment, token file, `login`, then the files of the server.
 *
 * A file that cannot be read ends the search: what was found before it counts, and when that is nothing it is an error.
 *
 * @throws {RoboportError} `NO_CREDENTIALS` for half an account in the environment, `CREDENTIALS_EXPOSED`, `STATE_SHAPE`,
 *   `PERMISSION` or `DISK_ERROR` naming the file.
 * @see reference/portal-api.md §3, reference/reliability.md C3 and C8, rules CRED-1 to CRED-7
 */
export async function findCredentials(search: CredentialsSearch): Promise<readonly Credentials[]> {
  const found: Credentials[] = [];
  try {
    for (const { source, find } of places(search)) {
      const { username, token } = (await find()) ?? {};
      if (username !== undefined && token !== undefined) found.push({ username, token: new Secret(token), source });
    }
  } catch (error) {
    if (found.length === 0 || !isRoboportError(error)) throw error;
  }
  return found;
}

function places({ environment, configDir, installation }: CredentialsSearch): readonly Place[] {
  const all: Place[] = [
    { source: "FACTORIO_TOKEN", find: async () => fromEnvironment(environment) },
    { source: environment["ROBOPORT_TOKEN_FILE"] ?? "ROBOPORT_TOKEN_FILE", find: () => fromTokenFile(environment) },
    { source: savedCredentialsFile(configDir), find: () => findSavedAccount(configDir) },
  ];
  if (!installation) return all;
  const { writeDir, root, dataDir } = installation;
  const folders = [join(writeDir, "config"), join(writeDir, "data"), dataDir, writeDir, join(root, "config"), root];
  const settings = folders.filter((each) => each !== undefined).map((folder) => join(folder, "server-settings.json"));
  return [
    ...all,
    fileOf(join(writeDir, "player-data.json"), parsePlayerData),
    ...[...new Set(settings)].map((path) => fileOf(path, parseServerSettings)),
  ];
}

function fileOf(source: string, parse: (text: string) => ServiceAccount): Place {
  const find = async () => {
    const text = await findText(source);
    return text === undefined ? undefined : parseAt(source, text, parse);
  };
  return { source, find };
}

function fromEnvironment(environment: CredentialsSearch["environment"]): ServiceAccount | undefined {
  const token = filled(environment["FACTORIO_TOKEN"]);
  if (token === undefined) return undefined;
  return { username: requireUsername(environment, "FACTORIO_TOKEN"), token };
}

/** The file holds the token alone; the user name comes from the environment. */
async function fromTokenFile(environment: CredentialsSearch["environment"]): Promise<ServiceAccount | undefined> {
  const path = filled(environment["ROBOPORT_TOKEN_FILE"]);
  if (path === undefined) return undefined;
  const token = filled(await findText(path));
  if (token !== undefined) return { username: requireUsername(environment, "ROBOPORT_TOKEN_FILE"), token };
  throw new RoboportError("NO_CREDENTIALS", `Found no token in ${path}, the file ROBOPORT_TOKEN_FILE names`, {
    hint: "Write the token from https://factorio.com/profile into that file, or unset ROBOPORT_TOKEN_FILE.",
    data: { path },
  });
}

function requireUsername(environment: CredentialsSearch["environment"], besides: string): string {
  const username = filled(environment["FACTORIO_USERNAME"]);
  if (username !== undefined) return username;
  throw new RoboportError("NO_CREDENTIALS", `${besides} is set, but FACTORIO_USERNAME is not`, {
    hint: "Set FACTORIO_USERNAME to the user name that https://factorio.com/profile shows.",
  });
}

function filled(text: string | undefined): string | undefined {
  return text?.trim() ? text.trim() : undefined;
}
