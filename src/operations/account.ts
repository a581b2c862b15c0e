import { removeCredentials, saveCredentials } from "../installation/credentials-files.ts";
import { RoboportError } from "../errors.ts";
import type { CredentialsCheck } from "../portal/client.ts";
import type { Credentials } from "../portal/credentials.ts";
import { logIn } from "../portal/log-in.ts";
import type { Secret } from "../portal/secret.ts";
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

/** What `loginWithPassword` needs. */
export interface PasswordLogin {
  /** User name or e-mail address. */
  readonly username: string;
  readonly password: Secret;
  /** Asked when the account service sent a code by e-mail. */
  readonly askEmailCode: () => Promise<string>;
  /** Told the token before anything else can see it. */
  readonly addSecret: (secret: Secret) => void;
}

/**
 * Exchange a password for a token, and keep that; the password is kept nowhere.
 *
 * @throws {RoboportError} as {@link logIn}
 */
export async function loginWithPassword(session: Session, form: PasswordLogin): Promise<Account> {
  const { username, password } = form;
  const { signal } = session;
  let outcome = await logIn(session.service("auth"), { username, password }, { signal });
  if (outcome.kind === "email-code-wanted") {
    const emailCode = await form.askEmailCode();
    outcome = await logIn(session.service("auth"), { username, password, emailCode }, { signal });
  }
  if (outcome.kind === "email-code-wanted") {
    throw new RoboportError("CREDENTIALS_REFUSED", "The login was refused: the code was not accepted", {
      hint: "Try again with the code of the newest e-mail.",
    });
  }
  form.addSecret(outcome.token);
  return login(session, { username: outcome.username, token: outcome.token, source: "the login" });
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
