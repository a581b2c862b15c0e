import { RoboportError } from "../errors.ts";
import { parseJsonObject } from "./json-text.ts";
import { type ServiceAccount, serviceAccountOf } from "./service-account.ts";

const TEXT_MAX = 16 * 1024 * 1024;

/**
 * Read the account that a game left in its player-data.json (`service-username`, `service-token`).
 *
 * A headless server has the file too, with both of them empty.
 *
 * @throws {RoboportError} `STATE_SHAPE` with line and column when it is not a JSON object.
 * @see reference/formats.md §12, rules ACCOUNT-1 and ACCOUNT-2
 */
export function parsePlayerData(text: string): ServiceAccount {
  const fields = parseJsonObject(text, TEXT_MAX, shape);
  return serviceAccountOf(fields, { username: "service-username", token: "service-token" });
}

function shape(why: string): RoboportError {
  return new RoboportError("STATE_SHAPE", `Cannot read player-data.json: ${why}`, {
    hint: "Mend the file or move it away; the game writes a new one when it ends.",
  });
}
