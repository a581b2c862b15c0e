import { removeCredentials, saveCredentials } from "../installation/credentials-files.ts";
import { RoboportError } from "../errors.ts";
import type { CredentialsCheck } from "../portal/client.ts";
import type { Credentials } from "../portal/credentials.ts";
import type { Session } from "./session.ts";

/** An account as a portal sees it. */
export interface Account {
  readonly username: string;
  /** Where it was found. */
  readonly source: string;
  readonly portal: string;
  /** `unchecked` when the portal has no way to tell. */
  readonly check: CredentialsCheck;
}

/**
 * Keep an account for later commands, once the portal accepts it.
 *
 * @returns the account, and the path of the file it is kept in as its source
 * @throws {RoboportError} `CREDENTIALS_REFUSED`, and as a portal does; nothing is kept then.
 */
export async function login(session: Session, credentials: Credentials): Promise<Account> {
  const portal = await session.portalFor(credentials);
  const check = await portal.checkCredentials({ signal: session.signal });
  const source = await saveCredentials(session.configDir, credentials);
  return { username: credentials.username, source, portal: portal.url, check };
}

/** Forget the account `login` kept; undefined when there was none. */
export async function logout(session: Session): Promise<string | undefined> {
  return await removeCredentials(session.configDir);
}

/**
 * The account downloads would use, tested.
 *
 * @throws {RoboportError} `NO_CREDENTIALS` when none is found anywhere, `CREDENTIALS_REFUSED`
 */
export async function whoami(session: Session): Promise<Account> {
  const [first] = await session.credentials();
  if (!first) {
    throw new RoboportError("NO_CREDENTIALS", "Found no portal account", {
      hint: 'Run "roboport login", or set FACTORIO_USERNAME and FACTORIO_TOKEN (the token is on https://factorio.com/profile).',
    });
  }
  const portal = await session.portalFor(first);
  const check = await portal.checkCredentials({ signal: session.signal });
  return { username: first.username, source: first.source, portal: portal.url, check };
}
