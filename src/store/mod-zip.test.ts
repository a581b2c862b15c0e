import { execFileSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32, deflateRawSync } from "node:zlib";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Header, type RawEntry, rawZip, u16, u32, u64, zip64End } from "../../test/zips/raw-zip.ts";
import { isRoboportError } from "../errors.ts";
import { findModFileName } from "../game/mod-name.ts";
import { checkModZip, readModZip } from "./mod-zip.ts";
import type { ZipSource } from "./zip-bytes.ts";
import type { ZipFault } from "./zip-fault.ts";
import { writeZip } from "./zip-write.ts";

const EXPECTED = { name: "my-mod", version: "1.2.3" };
const INFO = Buffer.from('{"name":"my-mod","version":"1.2.3","title":"T","author":"A","factorio_version":"2.0"}');
const LUA = Buffer.from('data:extend({ { type = "item" } })\n'.repeat(40));

const info: RawEntry = { name: "m/info.json", data: INFO };
const lua: RawEntry = { name: "m/data.lua", data: LUA, method: 8 };
const good = rawZip([{ name: "m/" }, info, lua]);

function reasonOf(source: ZipSource, check: (source: ZipSource) => unknown = (each) => checkModZip(each, EXPECTED)) {
  try {
    check(source);
    return "accepted";
  } catch (error) {
    if (!isRoboportError(error, "ZIP_INVALID")) throw error;
    return error.data?.["reason"];
  }
}

const zip64Entry = (field: Buffer, change: Partial<Header> = {}): RawEntry => ({
  ...lua,
  extra: Buffer.concat([u16(1, field.byteLength), field]),
  central: { packed: 0xffffffff, size: 0xffffffff, ...change },
});
const luaPacked = deflateRawSync(LUA).byteLength;
const unicodeName = (raw: string, name: string) => {
  const field = Buffer.concat([Buffer.from([1]), u32(crc32(raw)), Buffer.from(name)]);
  return Buffer.concat([u16(0x7075, field.byteLength), field]);
};
const descriptor = (crc: number, packed: number, size: number) => u32(0x08074b50, crc, packed, size);

describe("zips that are refused", () => {
  const cases: readonly (readonly [what: string, reason: ZipFault, bytes: Buffer])[] = [
    ["an empty file", "not-a-zip", Buffer.alloc(0)],
    ["a web page", "not-a-zip", Buffer.from("<html>Log in</html>".repeat(20))],
    ["zeros", "not-a-zip", Buffer.alloc(5000)],
    [
      "a zip with its tail zeroed",
      "not-a-zip",
      Buffer.concat([good.subarray(0, good.byteLength - 30), Buffer.alloc(30)]),
    ],
    ["bytes before the first entry", "junk", rawZip([info], { prefix: Buffer.from("#!/bin/sh\n") })],
    ["bytes before all, unaccounted for", "junk", Buffer.concat([Buffer.from("MZ junk"), rawZip([info])])],
    ["bytes after the end record", "junk", rawZip([info], { trailing: Buffer.from("junk") })],
    ["bytes between directory and end record", "junk", rawZip([info], { beforeEnd: Buffer.from("junk") })],
    ["bytes before the directory", "junk", rawZip([info], { beforeDirectory: Buffer.from("junk") })],
    ["bytes between two entries", "junk", rawZip([{ ...info, after: Buffer.from("junk") }, lua])],
    ["a comment shorter than it says", "junk", rawZip([info], { comment: Buffer.from("hello"), commentLength: 9 })],
    ["a zip in the comment", "junk", rawZip([info], { comment: rawZip([lua]) })],
    ["an end record in the comment", "junk", rawZip([info], { comment: Buffer.from("PK\x05\x06 not at the end") })],
    ["one of several disks", "multi-disk", rawZip([info], { end: { disk: 1 } })],
    ["counts that differ", "multi-disk", rawZip([info, lua], { end: { count: 2, onDisk: 1 } })],
    ["an entry on another disk", "multi-disk", rawZip([{ ...info, central: { disk: 3 } }])],
    ["fewer entries than it says", "directory", rawZip([info], { end: { count: 2 } })],
    ["more entries than it says", "directory", rawZip([info, lua], { end: { count: 1 } })],
    ["a directory that begins elsewhere", "junk", rawZip([info], { end: { offset: 3 } })],
    ["a directory beyond the end", "junk", rawZip([info], { end: { offset: 0x7fffffff } })],
    ["an entry beyond the end", "junk", rawZip([info, { ...lua, central: { offset: 0x7fffffff } }])],
    ["a local header that is none", "local-header", rawZip([info, { ...lua, local: { signature: 0x11111111 } }])],
    ["names that differ", "local-header", rawZip([info, { ...lua, local: { name: Buffer.from("m/evil.lua") } }])],
    ["sizes that differ", "local-header", rawZip([info, { ...lua, local: { size: 7 } }])],
    ["packed sizes that differ", "local-header", rawZip([info, { ...lua, local: { packed: 7 } }])],
    ["checksums that differ", "local-header", rawZip([info, { ...lua, local: { crc: 7 } }])],
    ["methods that differ", "local-header", rawZip([info, { ...lua, local: { method: 0 } }])],
    ["flags that differ", "local-header", rawZip([info, { ...lua, local: { flags: 0x800 } }])],
    ["a local entry that is not listed", "junk", rawZip([info, { ...lua, listed: false }])],
    ["a listed entry without a local one", "overlap", rawZip([info, { ...info, name: "m/b", central: { offset: 0 } }])],
    ["entries that share their data", "overlap", overlapping()],
    ["a descriptor that lies", "data-descriptor", rawZip([info, { ...lua, flags: 8, after: descriptor(1, 2, 3) }])],
    ["a missing descriptor", "data-descriptor", rawZip([info, { ...lua, flags: 8 }])],
    ["a descriptor and more", "data-descriptor", rawZip([info, { ...lua, flags: 8, after: Buffer.alloc(40) }])],
    ["encryption", "encrypted", rawZip([info, { ...lua, flags: 1 }])],
    ["strong encryption", "encrypted", rawZip([info, { ...lua, flags: 0x40 }])],
    ["an encrypted directory", "encrypted", rawZip([info, { ...lua, flags: 0x2000 }])],
    ["patched data", "encrypted", rawZip([info, { ...lua, flags: 0x20 }])],
    ...[9, 12, 14, 93, 99].map(
      (method) => [`method ${method}`, "method", rawZip([info, { ...lua, method, packed: LUA }])] as const,
    ),
    ["a 64-bit end record that is missing", "zip64", rawZip([info], { end: { count: 0xffff } })],
    ["a 64-bit end record elsewhere", "zip64", zip64End([info], { start: 4 })],
    ["a 64-bit end record with more in it", "zip64", zip64End([info], { length: 60 })],
    ["a 64-bit end record with too many entries", "too-many-entries", zip64End([info], { count: 70_000 })],
    ["a 64-bit size of the directory that is wrong", "junk", zip64End([info], { size: 3 })],
    ["a short 64-bit field", "zip64", rawZip([info, zip64Entry(u64(LUA.byteLength))])],
    ["a long 64-bit field", "zip64", rawZip([info, zip64Entry(u64(LUA.byteLength, luaPacked, 0, 0))])],
    ["no 64-bit field", "zip64", rawZip([info, { ...lua, central: { size: 0xffffffff } }])],
    ["two 64-bit fields", "extra-field", rawZip([info, { ...lua, extra: Buffer.concat([u16(1, 0), u16(1, 0)]) }])],
    ["a size beyond any file", "zip64", rawZip([info, zip64Entry(Buffer.alloc(16, 0xff))])],
    ["extra fields that reach too far", "extra-field", rawZip([info, { ...lua, extra: u16(7, 100) }])],
    [
      "another name in an extra field",
      "extra-field",
      rawZip([info, { ...lua, extra: unicodeName("m/data.lua", "m/x.lua") }]),
    ],
    [
      "a name for other bytes in an extra field",
      "extra-field",
      rawZip([info, { ...lua, extra: unicodeName("x", "m/x.lua") }]),
    ],
    [
      "a name that is not the UTF-8 it says",
      "unsafe-name",
      rawZip([info, { name: Buffer.from([0x6d, 0x2f, 0xff]), flags: 0x800 }]),
    ],
    ...[
      "m/../../x",
      "/etc/passwd",
      "C:/x",
      "C:x",
      "m/a\0b",
      "m//x",
      "./m/x",
      "m/./x",
      "..\\x",
      "\\\\server\\x",
      "",
    ].map((name) => [`the name ${JSON.stringify(name)}`, "unsafe-name", rawZip([info, { name, data: LUA }])] as const),
    ["a symbolic link", "special-entry", rawZip([info, { name: "m/link", data: Buffer.from("/etc"), mode: 0o120777 }])],
    ["a device", "special-entry", rawZip([info, { name: "m/dev", mode: 0o020666 }])],
    ["a pipe", "special-entry", rawZip([info, { name: "m/pipe", mode: 0o010666 }])],
    ["a set-id program", "special-entry", rawZip([info, { ...lua, mode: 0o104755 }])],
    ["a folder that holds bytes", "file-as-folder", rawZip([info, { name: "m/a/", data: LUA }])],
    ["a file that holds files", "file-as-folder", rawZip([info, lua, { name: "m/data.lua/x", data: LUA }])],
    ["an entry twice", "duplicate", rawZip([info, lua, lua])],
    ["info.json twice", "duplicate", rawZip([info, info])],
    ["info.json in capitals", "duplicate", rawZip([info, { ...info, name: "m/INFO.JSON" }])],
    [
      "one name in two forms of Unicode",
      "duplicate",
      rawZip([info, { name: "m/é", flags: 0x800 }, { name: "m/é", flags: 0x800 }]),
    ],
    ["two roots", "several-roots", rawZip([info, { ...lua, name: "other/data.lua" }])],
    ["a file beside the root", "several-roots", rawZip([info, { name: "readme.txt", data: LUA }])],
    ["a bomb by ratio", "bomb", rawZip([info, { name: "m/zeros", data: Buffer.alloc(2 ** 21), method: 8 }])],
    ["a bomb by size", "bomb", hugeDeclared()],
    ["no entries", "info-missing", rawZip([])],
    ["no info.json", "info-missing", rawZip([lua])],
    ["info.json too deep", "info-missing", rawZip([{ ...info, name: "m/sub/info.json" }])],
    ["info.json at the top", "info-missing", rawZip([{ ...info, name: "info.json" }])],
    [
      "an info.json that says it holds a gibibyte",
      "bomb",
      rawZip([{ ...info, method: 8, ...both({ size: 2 ** 30 }) }]),
    ],
    [
      "an info.json of more than a mebibyte",
      "info-too-large",
      rawZip([{ ...info, data: Buffer.alloc(2 ** 20 + 1, " ") }]),
    ],
    [
      "an info.json larger than it says",
      "info-damaged",
      rawZip([{ ...info, packed: deflateRawSync(Buffer.alloc(9e5)), method: 8 }]),
    ],
    [
      "an info.json with a wrong checksum",
      "info-damaged",
      rawZip([{ ...info, local: { crc: 1 }, central: { crc: 1 } }]),
    ],
    [
      "an info.json that cannot be inflated",
      "info-damaged",
      rawZip([{ ...info, packed: Buffer.from("nonsense"), method: 8 }]),
    ],
    ["an info.json that is no JSON", "info-unreadable", rawZip([{ ...info, data: Buffer.from("name = x") }])],
    ["an info.json in UTF-16", "info-unreadable", rawZip([{ ...info, data: Buffer.from(INFO.toString(), "utf16le") }])],
    [
      "an info.json without a version",
      "info-unreadable",
      rawZip([{ ...info, data: Buffer.from('{"name":"my-mod"}') }]),
    ],
    ["another mod", "name-differs", rawZip([{ ...info, data: Buffer.from('{"name":"My-Mod","version":"1.2.3"}') }])],
    [
      "another version",
      "version-differs",
      rawZip([{ ...info, data: Buffer.from('{"name":"my-mod","version":"1.2.4"}') }]),
    ],
  ];
  it.each(cases)("[ZIP-1] [ZIP-2] [ZIP-3] [ZIP-4] [ZIP-5] [ZIP-6] refuses %s as %s", (_, reason, bytes) => {
    const refused = reasonOf(bytes);
    expect(refused).toBe(reason);
  });

  it("[ZIP-1] refuses a good zip cut off anywhere", () => {
    for (let length = 0; length < good.byteLength; length++) {
      expect(reasonOf(good.subarray(0, length)), `cut at ${length}`).not.toBe("accepted");
    }
  });

  it("[ZIP-3] never answers anything but a mod or ZIP_INVALID, whatever bits flip", () => {
    fc.assert(
      fc.property(fc.nat(good.byteLength - 1), fc.nat(7), (at, bit) => {
        const bytes = Buffer.from(good);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
        const reason = reasonOf(bytes);
        expect(typeof reason).toBe("string");
      }),
      { numRuns: 2000 },
    );
  });
});

/** What both headers of an entry say. */
function both(header: Partial<Header>): Pick<RawEntry, "local" | "central"> {
  return { local: header, central: header };
}

/** Two entries that name the same local header, as a bomb of many overlapping entries does. */
function overlapping(): Buffer {
  const first = 30 + "m/info.json".length + INFO.byteLength;
  return rawZip([info, lua, { ...lua, central: { offset: first } }]);
}

/** Three entries of 2 GB each, as far as the directory goes. */
function hugeDeclared(): Buffer {
  const huge = { size: 2 ** 31, packed: 2 ** 31 };
  return rawZip([info, ...["a", "b", "c"].map((name) => ({ name: `m/${name}`, central: huge, local: huge }))]);
}

describe("zips that are accepted", () => {
  it.each([
    ["stored entries", rawZip([info])],
    ["deflated entries", rawZip([{ ...info, method: 8 }, lua])],
    ["entries for folders", good],
    ["a comment", rawZip([info], { comment: Buffer.from("git commit 0123") })],
    [
      "signed descriptors",
      rawZip([info, { ...lua, flags: 8, after: descriptor(crc32(LUA), luaPacked, LUA.byteLength) }]),
    ],
    ["unsigned descriptors", rawZip([info, { ...lua, flags: 8, after: u32(crc32(LUA), luaPacked, LUA.byteLength) }])],
    [
      "descriptors with local zeros",
      rawZip([
        info,
        { ...lua, flags: 8, local: { crc: 0, packed: 0, size: 0 }, after: u32(crc32(LUA), luaPacked, LUA.byteLength) },
      ]),
    ],
    [
      "descriptors with the size known before",
      rawZip([
        info,
        { ...lua, flags: 8, local: { crc: 0, packed: 0 }, after: descriptor(crc32(LUA), luaPacked, LUA.byteLength) },
      ]),
    ],
    [
      "64-bit descriptors",
      rawZip([
        info,
        { ...lua, flags: 8, after: Buffer.concat([u32(0x08074b50, crc32(LUA)), u64(luaPacked, LUA.byteLength)]) },
      ]),
    ],
    ["64-bit sizes", rawZip([info, zip64Entry(u64(LUA.byteLength, luaPacked))])],
    ["a 64-bit end record", zip64End([info, lua])],
    ["unknown extra fields", rawZip([{ ...info, extra: u16(0x5455, 4, 1, 2), localExtra: u16(0xcafe, 0) }])],
    [
      "backslashes",
      rawZip([
        { ...info, name: "m\\info.json" },
        { ...lua, name: "m\\data.lua" },
      ]),
    ],
    ["what macOS adds", rawZip([info, { name: "__MACOSX/m/._info.json", data: LUA }])],
    ["folders of any type", rawZip([info, { name: "m/locale/", mode: 0o142755 }])],
    ["names of another alphabet", rawZip([info, { name: "m/locale/日本語.cfg", flags: 0x800 }])],
    ["names of an old code page", rawZip([info, { name: Buffer.from([0x6d, 0x2f, 0x81]) }])],
    ["an old name told in Unicode", rawZip([info, { name: Buffer.from([0x6d, 0x2f, 0x81]), extra: oldName() }])],
    ["bytes that came through a pipe", rawZip([info, { ...lua, mode: 0o010660 }])],
    ["a set-id folder", rawZip([info, { name: "m/locale/", mode: 0o042775 }])],
    ["a version written with zeros", rawZip([{ ...info, data: Buffer.from('{"name":"my-mod","version":"1.02.03"}') }])],
    [
      "a byte-order mark in info.json",
      rawZip([{ ...info, data: Buffer.from('\ufeff{"name":"my-mod","version":"1.2.3"}') }]),
    ],
  ])("[ZIP-3] [ZIP-7] accepts %s", (_, bytes) => {
    expect(reasonOf(bytes)).toBe("accepted");
  });

  it("[ZIP-7] takes the first folder of the first entry as root, whatever its name", () => {
    const { root, info: read } = checkModZip(rawZip([{ ...info, name: "any thing_9.9/info.json" }]), EXPECTED);
    expect([root, read.name, read.version.text]).toEqual(["any thing_9.9", "my-mod", "1.2.3"]);
  });

  it("[ZIP-9] writes the same bytes every time, and reads back what it wrote", () => {
    const paths = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}$/), { maxLength: 6 });
    fc.assert(
      fc.property(paths, fc.uint8Array({ maxLength: 3000 }), fc.boolean(), (names, bytes, deflate) => {
        const files = [
          { path: "r/info.json", bytes: INFO },
          ...names.map((name) => ({ path: `r/${name}.lua`, bytes, deflate })),
        ];
        const zip = writeZip(files);
        expect(Buffer.from(writeZip(files)).equals(zip)).toBe(true);
        expect(checkModZip(zip, EXPECTED).root).toBe("r");
      }),
    );
  });
});

function oldName(): Buffer {
  const field = Buffer.concat([Buffer.from([1]), u32(crc32(Buffer.from([0x6d, 0x2f, 0x81]))), Buffer.from("m/ü")]);
  return Buffer.concat([u16(0x7075, field.byteLength), field]);
}

describe("sources and writers", () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "roboport-zip-"));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it("[ZIP-8] reads a path, a descriptor and bytes alike", () => {
    const path = join(dir, "a.zip");
    writeFileSync(path, good);
    const descriptor = openSync(path, "r");
    expect([readModZip(path), readModZip(descriptor), readModZip(good)].map((each) => each.info.name)).toEqual(
      Array(3).fill("my-mod"),
    );
    closeSync(descriptor);
  });

  it.skipIf(process.platform === "win32")("[ZIP-8] refuses links, folders and pipes without waiting for them", () => {
    writeFileSync(join(dir, "real.zip"), good);
    symlinkSync("real.zip", join(dir, "link.zip"));
    mkdirSync(join(dir, "folder.zip"));
    execFileSync("mkfifo", [join(dir, "pipe.zip")]);
    for (const name of ["link.zip", "folder.zip", "pipe.zip"]) {
      expect(reasonOf(join(dir, name), readModZip), name).toBe("not-a-file");
    }
  });

  it("[ZIP-8] says what cannot be read", () => {
    expect(() => readModZip(join(dir, "none.zip"))).toThrow(expect.objectContaining({ code: "DISK_ERROR" }));
  });
});

const data = join(process.env["ROBOPORT_DATA"] ?? "../shared/data", "mod-zips");
describe.skipIf(!existsSync(data))("real zips", () => {
  const names = existsSync(data) ? readdirSync(data).filter((name) => name.endsWith(".zip")) : [];
  it.each(names.filter((name) => findModFileName(name)))("[ZIP-3] accepts %s", (name) => {
    const expected = findModFileName(name) ?? EXPECTED;
    expect(reasonOf(join(data, name), (source) => checkModZip(source, expected))).toBe("accepted");
    expect(reasonOf(readFileSync(join(data, name)), readModZip)).toBe("accepted");
  });

  it("[ZIP-6] refuses the zip that is no mod", () => {
    expect(reasonOf(join(data, "invalid_mod.zip"))).toBe("info-missing");
  });
});
