import { afterEach, describe, expect, it, vi } from "vitest";
import { openProcessWorld } from "./process-world.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const before = SIGNALS.map((name) => process.listeners(name));

afterEach(() => {
  vi.restoreAllMocks();
  SIGNALS.forEach((name, at) => {
    process.removeAllListeners(name);
    for (const listener of before[at] ?? []) process.on(name, listener);
  });
});

describe("openProcessWorld", () => {
  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)(
    "[CLI-16] the first %s asks the command to stop, the second ends the process with %i",
    (name, exitCode) => {
      for (const signal of SIGNALS) process.removeAllListeners(signal);
      const exit = vi.spyOn(process, "exit").mockReturnValue(undefined as never);
      const world = openProcessWorld();
      process.emit(name, name);
      expect(world.signal.reason).toEqual({ signalName: name, exitCode });
      expect(exit).not.toHaveBeenCalled();
      process.emit(name, name);
      expect(exit).toHaveBeenCalledWith(exitCode);
    },
  );

  it("[RUNNER-2] tells signals to whom they are for, as long as there is somebody", () => {
    for (const signal of SIGNALS) process.removeAllListeners(signal);
    const world = openProcessWorld();
    const told: string[] = [];
    const release = world.relaySignals((name) => told.push(name));
    for (const name of ["SIGINT", "SIGTERM", "SIGTERM"] as const) process.emit(name, name);
    expect([told, world.signal.aborted]).toEqual([["SIGINT", "SIGTERM", "SIGTERM"], false]);
    release();
    process.emit("SIGINT", "SIGINT");
    expect(world.signal.aborted).toBe(true);
  });

  it("is this process", () => {
    const { env, cwd, runtime, clock } = openProcessWorld();
    expect(env["PATH"]).toBe(process.env["PATH"]);
    expect(cwd).toBe(process.cwd());
    expect(runtime).toContain(process.versions.node);
    expect(clock()).toBeInstanceOf(Date);
  });
});
