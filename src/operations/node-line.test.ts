import { describe, expect, it } from "vitest";
import { findNodeLine } from "./node-line.ts";

describe("lines of Node.js", () => {
  it.each([
    ["20.20.2", "2026-04-30", false],
    ["20.20.2", "2026-05-01", true],
    ["22.13.0", "2026-11-22", false],
    ["22.13.0", "2027-05-01", true],
    ["24.0.0", "2027-12-31", false],
    ["18.20.0", "2024-01-01", true],
    ["23.1.0", "2026-11-22", true],
    ["28.0.0", "2030-01-01", false],
  ])("[DOCTOR-5] %s on %s is over: %j", (version, day, isOver) => {
    const line = findNodeLine(`Node.js ${version} on linux x64`, new Date(`${day}T12:00:00Z`));
    expect(line).toMatchObject({ version, isOver });
  });

  it("[DOCTOR-5] says nothing of another runtime", () => {
    expect(findNodeLine("Bun 1.0", new Date(0))).toBeUndefined();
  });
});
