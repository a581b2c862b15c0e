import { RoboportError } from "../errors.ts";
import { parseJsonObject } from "./json-text.ts";
import { type ServiceAccount, serviceAccountOf } from "./service-account.ts";

/** What a server-settings.json says about the server's account. */
export interface ServerSettings extends ServiceAccount {
  /** True when it has the account's password, which the portal's downloads do not take. */
  readonly hasPassword: boolean;
}

const TEXT_MAX = 16 * 1024 * 1024;

/**
 * Read the account from a server-settings.json; `_comment…` keys are comments.
 *
 * @throws {RoboportError} `STATE_SHAPE` with line and column when it is not a JSON object.
 * @see reference/formats.md §12, rules ACCOUNT-1 and ACCOUNT-3
 */
export function parseServerSettings(text: string): ServerSettings {
  const fields = parseJsonObject(text, TEXT_MAX, shape);
  const { password } = fields;
  const hasPassword = typeof password === "string" && password !== "";
  return { ...serviceAccountOf(fields, { username: "username", token: "token" }), hasPassword };
}

function shape(why: string): RoboportError {
  return new RoboportError("STATE_SHAPE", `Cannot read server-settings.json: ${why}`, {
    hint: "Mend the file; the server does not start with it either.",
  });
}
