import { expect, it } from "vitest";
import { networkLimits } from "./network-limits.ts";

it.each([
  [undefined, 30_000],
  ["", 30_000],
  ["2.5", 2_500],
  ["3600", 3_600_000],
])("[NET-12] ROBOPORT_HTTP_TIMEOUT=%s allows so many milliseconds of silence", (seconds, silentMs) => {
  expect(networkLimits({ ROBOPORT_HTTP_TIMEOUT: seconds })).toEqual({
    transport: { connectTimeoutMs: silentMs / 3, answerTimeoutMs: silentMs, idleTimeoutMs: silentMs },
    retry: { totalMs: silentMs * 10 },
  });
});

it.each(["0", "-1", "3601", "1e3", "soon", "0.01"])("[NET-12] ROBOPORT_HTTP_TIMEOUT=%s is refused", (seconds) => {
  expect(() => networkLimits({ ROBOPORT_HTTP_TIMEOUT: seconds })).toThrow(
    expect.objectContaining({ code: "USAGE", hint: expect.stringContaining("0.1 to 3600") }),
  );
});
