import { describe, expect, it } from "vitest";
import { systemClock } from "./clock.ts";

describe("the clock of this machine", () => {
  it("[RETRY-10] a sleep ends when the signal aborts", async () => {
    const reason = new Error("interrupted");
    const controller = new AbortController();
    const sleep = systemClock.sleep(2 ** 30, controller.signal);
    controller.abort(reason);
    await expect(sleep).rejects.toBe(reason);
    await expect(systemClock.sleep(2 ** 30, AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  it("[RETRY-10] and by itself otherwise", async () => {
    await systemClock.sleep(0, new AbortController().signal);
    expect(systemClock.random()).toBeLessThan(1);
    expect(systemClock.now()).toBeGreaterThan(0);
  });
});
