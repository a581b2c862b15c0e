import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  findFailedMod,
  findLoggedMod,
  findLoggedRequest,
  findLogRecord,
  isHarmless,
  type LogRecord,
  redactLogText,
} from "./factorio-log.ts";

const record = (line: string): LogRecord => {
  const found = findLogRecord(line, 1);
  if (!found) throw new Error(`No entry begins with ${line}`);
  return found;
};

describe("findLogRecord", () => {
  it("[LOG-1] reads seconds, level and place, or seconds alone", () => {
    expect(record("   0.578 Info File.cpp:808: text: more")).toEqual({
      line: 1,
      time: 0.578,
      level: "Info",
      source: "File.cpp:808",
      text: "text: more",
      more: [],
    });
    expect(record("121828.491 Goodbye")).toMatchObject({ time: 121_828.491, level: undefined, text: "Goodbye" });
  });

  it.each(["  • Missing required dependency", "2026-08-02 02:16:35 [CHAT] <server>: hello", "", "0.5 x"])(
    "[LOG-1] takes %j for what goes on",
    (line) => {
      expect(findLogRecord(line, 1)).toBeUndefined();
    },
  );
});

describe("what entries tell", () => {
  it.each([
    ["Loading mod Squeak Through 1.8.2 (data-final-fixes.lua)", { name: "Squeak Through", version: { text: "1.8.2" } }],
    ["Loading mod settings flib 0.16.2 (settings.lua)", { name: "flib", version: { text: "0.16.2" } }],
    ["Loading mod settings 1.0.0 (data.lua)", { name: "settings", version: { text: "1.0.0" } }],
    ["Checksum of space-age: 4294967295", { name: "space-age", crc: 4_294_967_295 }],
  ])("[LOG-2] finds the mod in %s", (text, mod) => {
    expect(findLoggedMod(record(`   1.000 ${text}`))).toMatchObject(mod);
  });

  it.each([
    "Loading mod core 0.0.0 (data.lua)",
    "Checksum for core: 5",
    "Checksum for script x: 5",
    "Loading map x: 5 bytes.",
  ])("[LOG-2] finds none in %s", (text) => {
    expect(findLoggedMod(record(`   1.000 ${text}`))).toBeUndefined();
  });

  it("[LOG-3] finds requests of the game and none of a mod", () => {
    const found = findLoggedRequest(
      record("   1.000 Info HttpSharedState.cpp:55: Downloading https://mods.factorio.com/api/mods?a=b"),
    );
    expect(found).toMatchObject({ method: undefined, url: { pathname: "/api/mods" } });
    expect(findLoggedRequest(record("   1.000 Info X.cpp:1: POST https://auth.factorio.com/api-login"))?.method).toBe(
      "POST",
    );
    expect(
      findLoggedRequest(record("   1.000 Script @__a__/control.lua:1: Downloading https://x.org/")),
    ).toBeUndefined();
    expect(findLoggedRequest(record("   1.000 Info X.cpp:1: Downloading https://[bad/"))).toBeUndefined();
  });

  it("[LOG-4] leaves out the values of secret parameters, and accounts in addresses", () => {
    const text = "https://me:pw@x.org/a?username=me&token=abc123&apiVersion=2 and token=plain";
    expect(redactLogText(text)).toBe(
      "https://[redacted]@x.org/a?username=[redacted]&token=[redacted]&apiVersion=2 and token=plain",
    );
  });

  it("[LOG-5] finds the mod an error names", () => {
    const failed = { ...record('   0.015 Error Util.cpp:81: Failed to load mod "flib": '), more: ["• flib"] };
    expect(findFailedMod(failed)).toBe("flib");
    const script = "Exception: The mod Some Mod (1.2.3) caused a non-recoverable error.";
    expect(findFailedMod(record(`   9.000 Error MainLoop.cpp:1: ${script}`))).toBe("Some Mod");
    expect(findFailedMod(record("   9.000 Error X.cpp:1: __my-mod__/control.lua:12: nil"))).toBe("my-mod");
    expect(findFailedMod(record("   9.000 Error X.cpp:1: disk full"))).toBeUndefined();
  });

  it("[LOG-5] finds none in lines made to keep it busy", () => {
    for (const word of ["_", "__a", "The mod "]) {
      expect(findFailedMod(record(`   9.000 Error X.cpp:1: ${word.repeat(200_000)}`))).toBeUndefined();
    }
  });

  it("[LOG-5] knows what a healthy server logs", () => {
    expect(isHarmless(record("   2.200 Error InterruptibleStdioStream.cpp:61: Got EOF on stdin; closing"))).toBe(true);
    expect(isHarmless(record("   2.200 Error ModManager.cpp:160: writeModlist threw an exception"))).toBe(false);
  });

  it("[LOG-1] answers any line", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary" }),
        fc.constantFrom("", "   1.000 ", "   1.000 Error A.cpp:1: "),
        (text, head) => {
          const found = findLogRecord(head + text, 1);
          if (!found) return;
          findLoggedMod(found);
          findLoggedRequest(found);
          findFailedMod(found);
          redactLogText(text);
        },
      ),
    );
  });
});
