import { createHash, timingSafeEqual } from "node:crypto";
import { noteUser, type PassageEnv } from "./http/passage.ts";

/** What a request claims to be; either part may be missing. */
export interface Claim {
  readonly username: string | undefined;
  readonly token: string | undefined;
}

/** Who may do what. */
export interface Access {
  /** True when downloads are for known users only. */
  readonly loginRequired: boolean;
  /** The user these credentials belong to. */
  readonly findUser: (claim: Claim) => Promise<string | undefined>;
}

/** Downloads are free, and whoever sends both a user name and a token is taken for the same one guest. */
export const openAccess: Access = {
  loginRequired: false,
  findUser: async ({ username, token }) => (username && token ? "guest" : undefined),
};

/** The user whom a request's credentials belong to, who from then on stands in the log. */
export async function identify(context: PassageEnv, { findUser }: Access, claim: Claim): Promise<string | undefined> {
  const user = await findUser(claim);
  noteUser(context, user);
  return user;
}

/** A user name and the token that belongs to it. */
export interface Credentials {
  readonly username: string;
  readonly token: string;
}

/** Downloads are for one user. */
export function loginAccess(account: Credentials): Access {
  return {
    loginRequired: true,
    findUser: async ({ username = "", token = "" }) => {
      const known = equalSecrets(username, account.username);
      return equalSecrets(token, account.token) && known ? account.username : undefined;
    },
  };
}

/** Compares in a time that tells nothing about either text, its length included. */
export function equalSecrets(a: string, b: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

/** The account of a portal that is started with `--require-login`: for tests only, never a real one. */
export const TEST_USERNAME = "test-user";
/** @see {@link TEST_USERNAME} */
export const TEST_TOKEN = "0123456789abcdef00000000007e57";
