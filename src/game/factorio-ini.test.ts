import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expandFactorioPath, parseFactorioIni } from "./factorio-ini.ts";

const tokens = {
  executable: "/srv/game/bin/x64",
  systemWriteData: "/home/me/.factorio",
  systemReadData: "/usr/share/factorio",
};

describe("config.ini and config-path.cfg", () => {
  it("[INI-1] reads sections, keys and comments", () => {
    const text =
      "\ufeff; version=13\r\n[path]\r\nread-data = /data \r\n;write-data=/no\r\n\r\nnonsense\r\n=x\r\n[ other ]\r\nport=9999=1\n#x=1";
    const ini = parseFactorioIni(text);
    expect([...ini.keys()]).toEqual(["path", "other"]);
    expect([...(ini.get("path") ?? [])]).toEqual([["read-data", "/data"]]);
    expect(ini.get("other")?.get("port")).toBe("9999=1");
  });

  it("[INI-1] puts keys before any section under the empty name", () => {
    expect(parseFactorioIni("config-path=x\n\n#words=y").get("")).toEqual(new Map([["config-path", "x"]]));
  });

  it("[INI-1] makes something of any text", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => void parseFactorioIni(text)));
    expect(parseFactorioIni("\0".repeat(1_000_000)).size).toBe(0);
  });

  it("[INI-2] lets the first of two equal keys count, also across a section that comes twice", () => {
    const ini = parseFactorioIni("[path]\nwrite-data=a\nwrite-data=b\n[x]\n[path]\nwrite-data=c\nread-data=d");
    expect(ini.get("path")).toEqual(
      new Map([
        ["write-data", "a"],
        ["read-data", "d"],
      ]),
    );
  });

  it.each([
    ["__PATH__executable__/../../data", "/srv/game/bin/x64/../../data"],
    ["__PATH__system-write-data__", "/home/me/.factorio"],
    ["__PATH__system-read-data__/base", "/usr/share/factorio/base"],
    ["/opt/factorio", "/opt/factorio"],
    ["", ""],
    ["/x/__PATH__executable__", "/x/__PATH__executable__"],
    ["__PATH__nowhere__/x", undefined],
    ["__PATH____proto____", undefined],
  ])("[INI-3] expands %j to %j", (path, expected) => {
    expect(expandFactorioPath(path, tokens)).toBe(expected);
  });
});
