import { describe, expect, it } from "vitest";
import { parsePlayerData } from "./player-data.ts";
import { parseServerSettings } from "./server-settings.ts";

describe("accounts in the game's files", () => {
  it.each([
    [
      { "service-username": "", "service-token": "" },
      { username: undefined, token: undefined },
    ],
    [
      { "service-username": " \n", "service-token": 5 },
      { username: undefined, token: undefined },
    ],
    [{}, { username: undefined, token: undefined }],
    [
      { "service-username": "me", "service-token": " abc\n" },
      { username: "me", token: "abc" },
    ],
  ])("[ACCOUNT-1] reads %j", (fields, expected) => {
    expect(parsePlayerData(JSON.stringify(fields))).toEqual(expected);
  });

  it("[ACCOUNT-2] reads player-data.json", () => {
    const text =
      '{"available-campaign-levels": {}, "service-username": "me", "service-token": "abc", "username": "you"}';
    expect(parsePlayerData(text)).toEqual({ username: "me", token: "abc" });
  });

  it("[ACCOUNT-3] reads server-settings.json and tells of a password", () => {
    const text =
      '{"_comment_token": "x", "username": "me", "token": "", "password": "pw", "allow_commands": "admins-only"}';
    expect(parseServerSettings(text)).toEqual({ username: "me", token: undefined, hasPassword: true });
    expect(parseServerSettings('{"username": "me", "token": "abc", "password": ""}').hasPassword).toBe(false);
  });

  it.each([parsePlayerData, parseServerSettings])(
    "[ACCOUNT-1] refuses what is no JSON object, without quoting it",
    (parse) => {
      for (const text of ["", "[]", "\0\0", '{"token": canary}', '{"service-token": "canary', "[".repeat(1e5)]) {
        expect(() => parse(text)).toThrow(expect.objectContaining({ code: "STATE_SHAPE" }));
        expect(() => parse(text)).toThrow(/^(?!.*canary)/);
      }
    },
  );
});
