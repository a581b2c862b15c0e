import { isRoboportError, RoboportError } from "../errors.ts";
import type { Portal } from "../portal/client.ts";
import { SERVICES, type ServiceName } from "../portal/contract/endpoint.ts";
import type { Credentials } from "../portal/credentials.ts";
import type { SessionEvent } from "./session.ts";

/** The official portal. */
export const OFFICIAL_PORTAL = "https://mods.factorio.com";

export interface PortalChoice {
  /** Of the command line. */
  readonly asked: readonly string[];
  /** Of the environment: addresses separated by spaces. */
  readonly environment: string | undefined;
  /** Of the manifest. */
  readonly manifest: readonly string[];
}

/** Which portals to ask, first wins: the command line's, else the environment's, else the manifest's, else the official. */
export function choosePortals({ asked, environment, manifest }: PortalChoice): readonly string[] {
  const fromEnvironment = environment?.split(/\s+/).filter(Boolean) ?? [];
  const chosen = [asked, fromEnvironment, manifest].find((each) => each.length > 0);
  return [...new Set((chosen ?? [OFFICIAL_PORTAL]).map(withoutSlash))];
}

function withoutSlash(url: string): string {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url.replace(/\/+$/, "");
  throw new RoboportError("USAGE", `Cannot use "${url.slice(0, 80)}" as a portal`, {
    hint: `Give a whole address, such as ${OFFICIAL_PORTAL}.`,
  });
}

/** The one portal a game account is for: the official one where it is asked, else the first; no other ever sees it. */
export function accountPortal(urls: readonly string[]): string | undefined {
  return urls.includes(OFFICIAL_PORTAL) ? OFFICIAL_PORTAL : urls[0];
}

/**
 * Where a sister service of a portal is: Wube's own servers for the official portal; a portal of another kind is asked
 * itself, as ours answers for all of them.
 */
export function serviceUrl(urls: readonly string[], name: ServiceName): string {
  const portal = accountPortal(urls) ?? OFFICIAL_PORTAL;
  return portal === OFFICIAL_PORTAL ? SERVICES[name].origin : portal;
}

export interface AccountTest {
  readonly accounts: readonly Credentials[];
  readonly signal: AbortSignal;
  readonly emit: (event: SessionEvent) => void;
}

/**
 * The portal with the first account that it accepts; without one where none was found, or where a token would travel
 * over plain http.
 *
 * @throws {RoboportError} `CREDENTIALS_REFUSED` naming where the first refused account came from, when all are refused.
 * @see rule OPS-17
 */
export async function openWithAccount(
  open: (account?: Credentials) => Promise<Portal>,
  test: AccountTest,
): Promise<Portal> {
  let refusal: RoboportError | undefined;
  for (const account of test.accounts) {
    const portal = await open(account);
    try {
      await portal.checkCredentials({ signal: test.signal });
      return portal;
    } catch (error) {
      if (isRoboportError(error, "CREDENTIALS_PLAINTEXT")) {
        test.emit({ kind: "notice", text: error.message });
        return await open();
      }
      if (!isRoboportError(error, "CREDENTIALS_REFUSED")) throw error;
      test.emit({ kind: "notice", text: error.message });
      refusal ??= error;
    }
  }
  if (refusal) throw refusal;
  return await open();
}
