import { HTTPException } from "hono/http-exception";
import { expect, it } from "vitest";
import { type ErrorCode, RoboportError } from "../../errors.ts";
import { unavailable } from "./unavailable.ts";

const URL = "https://portal.example/download/a/1";

it.each<[ErrorCode, Readonly<Record<string, unknown>>, number, string | undefined]>([
  ["NO_SUCH_RELEASE", {}, 404, undefined],
  ["PORTAL_UNREACHABLE", { url: URL }, 503, "10"],
  ["PORTAL_UNREACHABLE", { url: URL, timedOut: true }, 504, undefined],
  ["PORTAL_RATE_LIMITED", { status: 429, retryAfterSeconds: 42 }, 503, "42"],
  ["PORTAL_STATUS", { status: 500 }, 503, "10"],
  ["PORTAL_STATUS", { status: 403 }, 502, undefined],
  ["PORTAL_SHAPE", {}, 502, undefined],
  ["PORTAL_REDIRECT", {}, 502, undefined],
  ["DOWNLOAD_DIGEST", {}, 502, undefined],
  ["ZIP_INVALID", {}, 502, undefined],
  ["NO_CREDENTIALS", {}, 502, undefined],
  ["CREDENTIALS_REFUSED", { source: "/root/.secrets" }, 502, undefined],
])("[SRC-8] %s with %j is %i", async (code, data, status, retryAfter) => {
  const refused = unavailable(new RoboportError(code, "It fails because of /root/.secrets", { data }));
  if (!(refused instanceof HTTPException)) throw new Error("No answer");
  const answer = refused.getResponse();
  expect([answer.status, answer.headers.get("retry-after") ?? undefined]).toEqual([status, retryAfter]);
  const { error, message } = JSON.parse(await answer.text());
  expect(message).toMatch(/^[A-Z]/);
  if (status === 404) expect(error).toBeUndefined();
  else expect(error).toMatch(/^Upstream/);
  if (/CREDENTIALS/.test(code)) expect(message).not.toContain("/root");
});

it("[SRC-8] an error that is no answer of the upstream's stays what it is", () => {
  for (const error of [new Error("A bug"), new RoboportError("DISK_FULL", "The disk is full"), "text"]) {
    expect(unavailable(error)).toBe(error);
  }
});
