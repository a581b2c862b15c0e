import { stat } from "node:fs/promises";
import { RoboportError } from "../errors.ts";
import { quoteForShell } from "../store/disk-error.ts";

/**
 * Refuse a file with a secret that others can read. Windows keeps the home folder private in another way.
 *
 * @param holds `the token`
 * @throws {RoboportError} `CREDENTIALS_EXPOSED` with the command that mends it.
 */
export async function requirePrivate(path: string, holds: string): Promise<void> {
  const { mode } = await stat(path);
  if (process.platform === "win32" || (mode & 0o077) === 0) return;
  throw new RoboportError("CREDENTIALS_EXPOSED", `Others can read ${holds} in ${path}`, {
    hint: `Run: chmod 600 ${quoteForShell(path)}`,
    data: { path, mode: (mode & 0o777).toString(8) },
  });
}
