import { join } from "node:path";
import { RoboportError } from "../errors.ts";
import { parseJsonObject } from "../game/json-text.ts";
import { type ServiceAccount, serviceAccountOf } from "../game/service-account.ts";
import type { Credentials } from "../portal/credentials.ts";
import { writeAtomic } from "../store/atomic-file.ts";
import { diskError } from "../store/disk-error.ts";
import { nodeFileSystem, unlessErrno } from "../store/file-system.ts";
import { makeFolder } from "../store/ownership.ts";
import { requirePrivate } from "./private-file.ts";
import { findText, parseAt } from "./text-file.ts";

const TEXT_MAX = 64 * 1024;

/** Where `login` keeps the account. */
export function savedCredentialsFile(configDir: string): string {
  return join(configDir, "credentials.json");
}

/**
 * Read what `login` saved; undefined when it saved nothing.
 *
 * @throws {RoboportError} `CREDENTIALS_EXPOSED` when others may read the file, `STATE_SHAPE` when it is damaged.
 * @see reference/reliability.md C8, rules CRED-6 and CRED-7
 */
export async function findSavedAccount(configDir: string): Promise<ServiceAccount | undefined> {
  const path = savedCredentialsFile(configDir);
  const text = await findText(path);
  if (text === undefined) return undefined;
  await requirePrivate(path, "the token");
  return parseAt(path, text, parseSaved);
}

function parseSaved(text: string): ServiceAccount {
  const fields = parseJsonObject(text, TEXT_MAX, (why) => {
    const hint = "Run `roboport login` to write it anew.";
    return new RoboportError("STATE_SHAPE", `Cannot read credentials.json: ${why}`, { hint });
  });
  return serviceAccountOf(fields, { username: "username", token: "token" });
}

/**
 * Keep an account for later commands, readable by this user only.
 *
 * @returns the path of the file.
 * @throws {RoboportError} `PERMISSION`, `DISK_FULL` or `DISK_ERROR`.
 * @see rule CRED-8
 */
export async function saveCredentials(
  configDir: string,
  { username, token }: Pick<Credentials, "username" | "token">,
): Promise<string> {
  const path = savedCredentialsFile(configDir);
  await makeFolder(nodeFileSystem, configDir);
  await writeAtomic(path, `${JSON.stringify({ username, token: token.reveal() }, null, 2)}\n`, { mode: 0o600 });
  return path;
}

/**
 * Forget what `login` saved.
 *
 * @returns the path of the file that was there, undefined when there was none.
 * @throws {RoboportError} `PERMISSION` or `DISK_ERROR`.
 */
export async function removeCredentials(configDir: string): Promise<string | undefined> {
  const path = savedCredentialsFile(configDir);
  try {
    const removal = nodeFileSystem.unlink(path).then(() => path);
    return await unlessErrno(["ENOENT", "ENOTDIR"], removal);
  } catch (error) {
    throw await diskError(error, { message: `Cannot remove ${path}`, folder: configDir });
  }
}
