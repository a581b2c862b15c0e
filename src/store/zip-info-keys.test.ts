import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findAmbiguousKey } from "./zip-info-keys.ts";

describe("keys that stand twice in an info.json", () => {
  it.each([
    ['{"name":"a","name":"b"}', "name"],
    ['{"version": "1.0.0", "x": {}, "version": "1.0.1"}', "version"],
    ['{"n\\u0061me":"a","name":"b"}', "name"],
    ['{"dependencies":["base"],"dependencies":[]}', "dependencies"],
    ['{"name":"a","name":"a"}', undefined],
    ['{"name":"a","x":{"name":"b"}}', undefined],
    ['{"name":"a","x":[{"name":"b"},"name"]}', undefined],
    ['{"name":"a","x":"\\",\\"name\\":\\"b"}', undefined],
    ['{"title":"a","title":"b"}', undefined],
    ['\ufeff{"factorio_version":"1.1","factorio_version":"2.0"}', "factorio_version"],
    ['{"\\u00":"a","name":"b"', undefined],
    ["", undefined],
    ["]]]}}}{{{", undefined],
  ])("[ZIP-10] %j: %j", (text, key) => {
    expect(findAmbiguousKey(text)).toBe(key);
  });

  it("[ZIP-10] finds none in what JSON.stringify writes, and any that is put there", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.nat(3), (fields, spaces) => {
        const text = JSON.stringify({ ...fields, name: "a" }, null, spaces);
        expect(findAmbiguousKey(text)).toBeUndefined();
        expect(findAmbiguousKey(text.replace("{", '{"name": 7,'))).toBe("name");
      }),
    );
  });
});
