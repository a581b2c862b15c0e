import { isRoboportError, RoboportError } from "../errors.ts";
import { isWebPage, readText } from "./body.ts";
import type { PortalContext } from "./context.ts";
import { PortalErrorSchema } from "./contract/account.ts";
import { redact } from "./secret.ts";
import type { PortalResponse } from "./send.ts";

const MESSAGE_CEILING = 64 * 1024;
const MESSAGE_LENGTH = 300;

/** The error for a status that is no answer to the question; reads or gives up the body. */
export async function statusError(context: PortalContext, response: PortalResponse): Promise<RoboportError> {
  const { status, url } = response;
  const said = await findMessage(context, response);
  return new RoboportError("PORTAL_STATUS", `${url} answered ${status}${said ? `: ${said}` : ""}`, {
    hint: hintFor(status),
    data: { url, status, ...(said !== undefined && { message: said }) },
  });
}

/** True when a portal answered 404 or 405 where every question has an answer: it lacks this endpoint. */
export function saysNoSuchEndpoint(error: unknown): boolean {
  return isRoboportError(error, "PORTAL_STATUS") && [404, 405].includes(Number(error.data?.["status"]));
}

function hintFor(status: number): string {
  if (status >= 500) return "Try again later; the portal has a fault of its own.";
  if (status === 401 || status === 403) return "Check that the address is right and that this portal answers everyone.";
  return "Check that the address is that of a mod portal.";
}

/** What a JSON error says, made safe to print. */
async function findMessage(context: PortalContext, response: PortalResponse): Promise<string | undefined> {
  if (isWebPage(response)) {
    response.discard();
    return undefined;
  }
  const parsed = PortalErrorSchema.safeParse(findJson(await readErrorBody(response)));
  if (!parsed.success) return undefined;
  const secrets = context.credentials ? [context.credentials.token] : [];
  return redact(parsed.data.message, secrets)
    .replace(/\p{C}+/gu, " ")
    .slice(0, MESSAGE_LENGTH);
}

/** An error's text is a courtesy: one that is too long or breaks off counts as none. */
async function readErrorBody(response: PortalResponse): Promise<string> {
  try {
    return await readText(response, MESSAGE_CEILING);
  } catch (error) {
    if (isRoboportError(error, "PORTAL_SHAPE") || isRoboportError(error, "PORTAL_UNREACHABLE")) return "";
    throw error;
  }
}

function findJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The error for a portal that asks to slow down for longer than we wait, or as often as we ask. */
export function rateLimitError(failed: RoboportError, askedMs: number | undefined): RoboportError {
  const seconds = askedMs === undefined ? undefined : Math.ceil(askedMs / 1000);
  return new RoboportError("PORTAL_RATE_LIMITED", `${failed.message}, and asks to slow down`, {
    hint: seconds === undefined ? "Try again in a few minutes." : `Try again in ${formatWait(seconds)}.`,
    data: { ...failed.data, ...(seconds !== undefined && { retryAfterSeconds: seconds }) },
  });
}

function formatWait(seconds: number): string {
  const units = [
    [86_400, "day"],
    [3_600, "hour"],
    [60, "minute"],
  ] as const;
  const [size, name] = units.find(([each]) => seconds >= each * 2) ?? [1, "second"];
  const count = Math.ceil(seconds / size);
  return `${count} ${name}${count === 1 ? "" : "s"}`;
}
