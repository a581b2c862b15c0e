import { RoboportError } from "../errors.ts";
import { Secret } from "../portal/secret.ts";
import { findText } from "./text-file.ts";

/** Where the key of an author may be. */
export interface ApiKeySearch {
  /** `FACTORIO_API_KEY` and `ROBOPORT_API_KEY_FILE` are read. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * The author's API key.
 *
 * @throws {RoboportError} `NO_CREDENTIALS` when there is none.
 * @see reference/reliability.md C3, rule CRED-10
 */
export async function getApiKey({ environment }: ApiKeySearch): Promise<Secret> {
  const path = environment["ROBOPORT_API_KEY_FILE"];
  const text = environment["FACTORIO_API_KEY"]?.trim() || (path ? (await findText(path))?.trim() : undefined);
  if (text && !/\s/.test(text)) return new Secret(text);
  throw new RoboportError("NO_CREDENTIALS", "Found no API key for publishing", {
    hint: "Make one at https://factorio.com/profile and set FACTORIO_API_KEY, or ROBOPORT_API_KEY_FILE to a file that holds it.",
  });
}
