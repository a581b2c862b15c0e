import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isRoboportError } from "../errors.ts";
import { parseHar } from "./har-read.ts";

function har(...entries: readonly unknown[]): string {
  return JSON.stringify({ log: { version: "1.2", entries } });
}

const REQUEST = { method: "POST", url: "https://mods.factorio.com/api/search?x=1" };

describe("HAR", () => {
  it("[HAR-1] JSON and forms, as texts, lists and base64", () => {
    const answer = Buffer.from('{"a":1}').toString("base64");
    const { exchanges, unreadable } = parseHar(
      har(
        {
          request: { ...REQUEST, postData: { mimeType: "application/json; charset=utf-8", text: '{"query":"x"}' } },
          response: { status: 200, content: { mimeType: "application/json", text: answer, encoding: "base64" } },
        },
        { request: { ...REQUEST, postData: { mimeType: "application/x-www-form-urlencoded", text: "a=1&b=2" } } },
        {
          request: { ...REQUEST, postData: { mimeType: "multipart/form-data", params: [{ name: "mod", value: "x" }] } },
        },
        {
          request: {
            ...REQUEST,
            postData: {
              mimeType: "multipart/form-data; boundary=x",
              text: '--x\r\nContent-Disposition: form-data; name="mod"\r\n\r\nflib\r\n--x\r\nContent-Disposition: form-data; filename="a.zip"; name="file"\r\n\r\nPK\r\n--x--',
            },
          },
          response: { status: 999, content: { mimeType: "application/json", text: "{cut o" } },
        },
      ),
    );
    expect(unreadable).toBe(0);
    expect(exchanges).toMatchObject([
      { method: "POST", json: { query: "x" }, form: [], status: 200, answer: { a: 1 } },
      {
        json: undefined,
        form: [
          ["a", "1"],
          ["b", "2"],
        ],
        status: 0,
      },
      { form: [["mod", "x"]] },
      {
        form: [
          ["mod", ""],
          ["file", ""],
        ],
        status: 0,
        answer: undefined,
      },
    ]);
  });

  it("[HAR-1] counts entries that are no request, and refuses what is no HAR", () => {
    const entries = [
      null,
      {},
      { request: { method: "get", url: "x" } },
      { request: { method: "GET", url: "ftp://x/y" } },
    ];
    expect(parseHar(har(...entries, { request: REQUEST }))).toMatchObject({ unreadable: 4, exchanges: [{}] });
    for (const text of ["", "[]", "{}", '{"log":{}}', '{"log":{"entries":{}}}', `{"log":${"[".repeat(1000)}`]) {
      expect(() => parseHar(text), text.slice(0, 20)).toThrow(expect.objectContaining({ code: "HAR_SHAPE" }));
    }
    const many = har(...Array<number>(100_001).fill(1));
    expect(() => parseHar(many)).toThrow(/more than 100000 entries/);
  });

  it("[HAR-1] answers or refuses, whatever it is", () => {
    const anything = fc.oneof(
      fc.string(),
      fc.json(),
      fc.array(fc.jsonValue()).map((entries) => har(...entries)),
    );
    fc.assert(
      fc.property(anything, (text) => {
        try {
          parseHar(text);
        } catch (error) {
          if (!isRoboportError(error, "HAR_SHAPE")) throw error;
        }
      }),
    );
  });
});
