import { crc32, deflateRawSync } from "node:zlib";
import type { HostileClass } from "./hostile.ts";
import { type Header, type RawEntry, rawZip, zip64End } from "./raw-zip.ts";
import { infoText, noise, pick, type SomeMod, spoilt, upTo } from "./some-mod.ts";

const MEGABYTE = 2 ** 20;

/** Rows Z3 to Z8: what entries hold, are called, and are. */
export const CONTENT: readonly HostileClass[] = [
  {
    name: "a file that inflates to 200 times its size and more",
    row: "Z3",
    reasons: ["bomb"],
    make: (mod, random) => {
      const data = Buffer.alloc(2 * MEGABYTE + upTo(random, 6 * MEGABYTE), upTo(random, 256));
      return spoilt(mod, {
        more: [{ name: `${mod.root}/${pick(random, ["a.png", "b.ogg", "c.lua"])}`, data, method: 8 }],
      });
    },
  },
  {
    name: "more than 4 GiB, as far as its headers go",
    row: "Z3",
    reasons: ["bomb"],
    make: (mod, random) => {
      const huge = { size: 2 ** 31 + upTo(random, 2 ** 30), packed: 2 ** 31 };
      const more = ["a", "b", "c"].map((name): RawEntry => ({ name: `${mod.root}/${name}`, ...both(huge) }));
      return spoilt(mod, { more });
    },
  },
  {
    name: "too many entries",
    row: "Z3",
    reasons: ["too-many-entries"],
    make: (mod, random, variant) => {
      if (variant > 0) return zip64End(mod.entries, { count: 65_536 + upTo(random, 2 ** 40) });
      const many = Array.from({ length: 66_000 }, (_, at): RawEntry => ({ name: `${mod.root}/${at.toString(36)}` }));
      return zip64End([mod.info, ...many], { count: 66_001 });
    },
  },
  {
    name: "an info.json of more than a mebibyte",
    row: "Z3",
    reasons: ["info-too-large"],
    make: (mod, random) => {
      const spaces = Buffer.concat([
        Buffer.from(infoText(mod)),
        noise(random, MEGABYTE).map((byte) => (byte % 2 ? 0x20 : 0x0a)),
      ]);
      return spoilt(mod, { info: { ...mod.info, data: spaces, method: pick(random, [0, 8]) } });
    },
  },
  {
    name: "an info.json that says it is small, and inflates to much more",
    row: "Z3",
    reasons: ["info-damaged"],
    make: (mod, random) => {
      const text = Buffer.from(infoText(mod));
      const packed = deflateRawSync(Buffer.concat([text, Buffer.alloc(MEGABYTE * (1 + upTo(random, 12)), " ")]));
      return spoilt(mod, { info: { ...mod.info, data: text, packed, method: 8 } });
    },
  },
  {
    name: "a text that is longer than its headers say",
    row: "Z2",
    reasons: ["damaged"],
    make: (mod, random) => {
      const data = mod.lua.data ?? Buffer.alloc(0);
      const shorter = data.subarray(0, upTo(random, data.byteLength - 1));
      return spoilt(mod, { lua: { ...mod.lua, data: shorter, packed: deflateRawSync(data) } });
    },
  },
  {
    name: "a text that is shorter than its headers say",
    row: "Z2",
    reasons: ["damaged"],
    make: (mod, random) => {
      const data = mod.lua.data ?? Buffer.alloc(0);
      return spoilt(mod, { lua: { ...mod.lua, ...both({ size: data.byteLength + 1 + upTo(random, 999) }) } });
    },
  },
  {
    name: "more packed bytes than a text is made of",
    row: "Z2",
    reasons: ["damaged"],
    make: (mod, random) => {
      const data = mod.lua.data ?? Buffer.alloc(0);
      const packed = Buffer.concat([deflateRawSync(data), noise(random, 1 + upTo(random, 90))]);
      return spoilt(mod, { lua: { ...mod.lua, packed } });
    },
  },
  {
    name: "a text whose bits were changed",
    row: "Z8",
    reasons: ["damaged"],
    make: (mod, random) => {
      const packed = deflateRawSync(noise(random, 600));
      const at = upTo(random, packed.byteLength);
      const data = noise(random, 600);
      packed[at] = (packed[at] ?? 0) ^ (1 << upTo(random, 8));
      return spoilt(mod, { lua: { ...mod.lua, data, packed, ...both({ crc: crc32(data) }) } });
    },
  },
  names("a name with ..", (root, random) =>
    pick(random, ["../x.lua", `${root}/../../x.lua`, `${root}/a/../b.lua`, "..", `${root}/..`, `../${root}/x`]),
  ),
  names("a name with .. and backslashes", (root, random) =>
    pick(random, ["..\\x.lua", `${root}\\..\\..\\x.lua`, "..\\..\\..\\windows\\x.dll", `${root}/..\\x`]),
  ),
  names("an absolute name", (_root, random) => pick(random, ["/etc/passwd", "/x.lua", "//x", "\\x.lua", "/"])),
  names("a name with a drive", (_root, random) => pick(random, ["C:/x.lua", "c:x", "C:\\Windows\\x.dll", "z:"])),
  names("a name on another machine", (_root, random) =>
    pick(random, ["\\\\server\\share\\x", "//server/share/x", "\\\\?\\C:\\x", "\\\\.\\pipe\\x"]),
  ),
  names(
    "a name with a control character",
    (root, random) => `${root}/a${String.fromCharCode(pick(random, [0, 1, 7, 8, 9, 10, 13, 27, 31, 127]))}b.lua`,
  ),
  names("a name with empty parts or dots", (root, random) =>
    pick(random, [`${root}//x`, `./${root}/x`, `${root}/./x`, `${root}/a//b`, "", "."]),
  ),
  kind("a symbolic link", (random) => ({
    data: Buffer.from(pick(random, ["/etc/passwd", "../../x", "C:\\x"])),
    mode: 0o120000 + pick(random, [0o777, 0o644, 0]),
  })),
  kind("a device, a pipe or a socket", (random) => ({ mode: pick(random, [0o020666, 0o060660, 0o010644, 0o140755]) })),
  kind("a program that runs as somebody else", (random) => ({
    data: noise(random, 40),
    mode: 0o100000 + pick(random, [0o4755, 0o2755, 0o6755]),
  })),
  kind("a folder or a link of Windows that is called a file", (random) => ({
    data: noise(random, 40),
    attributes: pick(random, [0x10, 0x400, 0x410, 0x08, 0x30]),
  })),
  {
    name: "a folder that holds bytes",
    row: "Z5",
    reasons: ["file-as-folder"],
    make: (mod, random) =>
      spoilt(mod, {
        more: [
          { name: `${mod.root}/a/`, data: noise(random, 1 + upTo(random, 90)), mode: pick(random, [0, 0o040755]) },
        ],
      }),
  },
  {
    name: "a file that holds files",
    row: "Z6",
    reasons: ["file-as-folder"],
    make: (mod, random) =>
      spoilt(mod, {
        more: [
          { name: `${mod.root}/${pick(random, ["data.lua", "DATA.lua", "info.json"])}/x`, data: noise(random, 9) },
        ],
      }),
  },
  {
    name: "the same name twice",
    row: "Z6",
    reasons: ["duplicate"],
    make: (mod, random) => {
      const twin = pick(random, [mod.lua, mod.info, { ...mod.lua, data: noise(random, 60), method: 0 }]);
      return pick(random, [spoilt(mod, { more: [twin] }), rawZip([twin, ...mod.entries])]);
    },
  },
  twins("two names that differ by letter case", [
    ["a.lua", "A.LUA"],
    ["DATA.lua", "data.LUA"],
    ["é.cfg", "É.cfg"],
    ["straße.lua", "STRASSE.lua"],
    ["ſ.lua", "S.lua"],
    ["\u212a.lua", "k.lua"],
  ]),
  twins("one name in two forms of Unicode", [
    ["\u00e9.lua", "e\u0301.lua"],
    ["\u212b.lua", "\u00c5.lua"],
    ["\uac00.lua", "\u1100\u1161.lua"],
    ["\u00c9.lua", "e\u0301.lua"],
  ]),
  twins("two names that differ by what is not seen", [
    ["a.lua", "a\u200b.lua"],
    ["a.lua", "\ufeffa.lua"],
    ["a.lua", "a\u00ad.lua"],
    ["b.lua", "b\u2060.lua"],
    ["ab.lua", "a\u200d\u200cb.lua"],
  ]),
  {
    name: "encryption or a patch",
    row: "Z8",
    reasons: ["encrypted"],
    make: (mod, random) => {
      const flags = pick(random, [1, 0x40, 0x41, 0x2000, 0x20]);
      return pick(random, [spoilt(mod, { lua: { ...mod.lua, flags } }), spoilt(mod, { info: { ...mod.info, flags } })]);
    },
  },
  {
    name: "a method the game does not have",
    row: "Z8",
    reasons: ["method"],
    make: (mod, random) => {
      const method = pick(random, [1, 6, 9, 12, 14, 19, 93, 95, 97, 98, 99]);
      const spoiltEntry = { method, packed: noise(random, 50) };
      return pick(random, [
        spoilt(mod, { lua: { ...mod.lua, ...spoiltEntry } }),
        spoilt(mod, { info: { ...mod.info, ...spoiltEntry } }),
      ]);
    },
  },
  {
    name: "stored in another size than it has",
    row: "Z2",
    reasons: ["directory"],
    make: (mod, random) => {
      const data = noise(random, 100);
      return spoilt(mod, {
        more: [{ name: `${mod.root}/x.png`, data, ...both({ size: data.byteLength + 1 + upTo(random, 900) }) }],
      });
    },
  },
];

/** What both headers of an entry say. */
function both(header: Partial<Header>): Pick<RawEntry, "local" | "central"> {
  return { local: header, central: header };
}

type Random = Parameters<HostileClass["make"]>[1];

/** A class with one entry of a name that leads elsewhere. */
function names(name: string, make: (root: string, random: Random) => string): HostileClass {
  return {
    name,
    row: "Z4",
    reasons: ["unsafe-name"],
    make: (mod, random) => spoilt(mod, { more: [{ name: make(mod.root, random), data: noise(random, 20) }] }),
  };
}

/** A class with one entry that is no file. */
function kind(name: string, make: (random: Random) => Partial<RawEntry>): HostileClass {
  return {
    name,
    row: "Z5",
    reasons: ["special-entry"],
    make: (mod, random) =>
      spoilt(mod, { more: [{ name: `${mod.root}/${pick(random, ["x", "y.lua", "z"])}`, ...make(random) }] }),
  };
}

/** A class with two entries that some disk or reader takes for one. */
function twins(name: string, pairs: readonly (readonly [string, string])[]): HostileClass {
  return {
    name,
    row: "Z6",
    reasons: ["duplicate"],
    make: (mod: SomeMod, random) => {
      const more = pick(random, pairs).map(
        (each): RawEntry => ({ name: `${mod.root}/x/${each}`, flags: 0x800, data: noise(random, 30) }),
      );
      return spoilt(mod, { more: random() < 0.5 ? more : more.toReversed() });
    },
  };
}
