import { crc32, deflateRawSync } from "node:zlib";
import type { HostileClass } from "./hostile.ts";
import { type RawEntry, rawZip, u16, u32, u64, zip64End } from "./raw-zip.ts";
import { noise, pick, type SomeMod, spoilt, upTo } from "./some-mod.ts";

/** Row Z2: headers that contradict each other; and data that serves many entries. */
export const HEADERS: readonly HostileClass[] = [
  {
    name: "a number of entries that is not theirs",
    row: "Z2",
    reasons: ["directory"],
    make: (mod, random) =>
      rawZip(mod.entries, { end: { count: pick(random, [0, 1, mod.entries.length + 1 + upTo(random, 60_000)]) } }),
  },
  {
    name: "a directory of another size or place",
    row: "Z2",
    reasons: ["junk", "directory"],
    make: (mod, random) => {
      const end = pick(random, [
        { offset: upTo(random, 2 ** 31) },
        { size: upTo(random, 2 ** 25) },
        { offset: 0 },
        { size: 0 },
      ]);
      return rawZip(mod.entries, { end });
    },
  },
  {
    name: "listed, and not there",
    row: "Z2",
    reasons: ["overlap", "junk", "local-header"],
    make: (mod, random) => {
      const name = `${mod.root}/ghost-${upTo(random, 99)}.lua`;
      const offset = pick(random, [0, 1, 0x7fffff00, 0xfffffff0]);
      return rawZip([...mod.entries, { ...mod.lua, name, central: { offset } }]);
    },
  },
  {
    name: "there, and not listed",
    row: "Z2",
    reasons: ["junk"],
    make: (mod, random) => {
      const hidden: RawEntry = {
        name: `${mod.root}/hidden-${upTo(random, 99)}.lua`,
        data: noise(random, 50),
        listed: false,
      };
      return pick(random, [
        spoilt(mod, { more: [hidden] }),
        rawZip([mod.info, hidden, mod.lua]),
        rawZip([hidden, mod.info]),
      ]);
    },
  },
  headers("another name in its own header", (mod, random) => ({
    name: Buffer.from(`${mod.root}/${pick(random, ["evil", "data2", "DATA"])}.lua`),
  })),
  headers("another size in its own header", (_mod, random) => ({ size: 1 + upTo(random, 1e6) })),
  headers("another packed size in its own header", (_mod, random) => ({ packed: 1 + upTo(random, 1e6) })),
  headers("another checksum in its own header", (_mod, random) => ({ crc: 1 + upTo(random, 2 ** 31) })),
  headers("another method in its own header", (_mod, random) => ({ method: pick(random, [0, 9, 12, 14, 93]) })),
  headers("other flags in its own header", (_mod, random) => ({ flags: pick(random, [1, 8, 0x20, 0x800, 0x40]) })),
  headers("no header of its own", (_mod, random) => ({
    signature: pick(random, [0, 0x08074b50, 0x02014b50, 0x504b0304]),
  })),
  {
    name: "a data descriptor that lies",
    row: "Z2",
    reasons: ["data-descriptor"],
    make: (mod, random, variant) => {
      const right = factsOf(mod.lua);
      const wrong = [...right];
      wrong[variant % 3] = ((wrong[variant % 3] ?? 0) ^ (1 + upTo(random, 2 ** 20))) >>> 0;
      const after = pick(random, [
        u32(0x08074b50, ...wrong),
        u32(...wrong),
        Buffer.concat([u32(0x08074b50, wrong[0] ?? 0), u64(...wrong.slice(1))]),
      ]);
      const zeros = pick(random, [{}, { crc: 0, packed: 0, size: 0 }]);
      return spoilt(mod, { lua: { ...mod.lua, flags: 8, local: zeros, after } });
    },
  },
  {
    name: "a data descriptor missing, cut or too long",
    row: "Z2",
    reasons: ["data-descriptor", "overlap"],
    make: (mod, random) => {
      const right = u32(0x08074b50, ...factsOf(mod.lua));
      const after = pick(random, [
        Buffer.alloc(0),
        right.subarray(0, 8),
        Buffer.concat([right, noise(random, 1 + upTo(random, 40))]),
      ]);
      return spoilt(mod, { lua: { ...mod.lua, flags: 8, local: { crc: 0, packed: 0, size: 0 }, after } });
    },
  },
  wide("a 64-bit field too short", (mod) => field(u64(factsOf(mod.lua)[2] ?? 0))),
  wide("a 64-bit field too long", (mod, random) =>
    field(Buffer.concat([sizesOf(mod), u64(...Array.from({ length: 1 + upTo(random, 2) }, () => upTo(random, 99)))])),
  ),
  wide("two 64-bit fields", (mod) => Buffer.concat([field(sizesOf(mod)), field(sizesOf(mod))]), ["extra-field"]),
  wide("a 64-bit field that is missing", () => Buffer.alloc(0)),
  wide("a 64-bit size beyond any file", (_mod, random) =>
    field(Buffer.concat([noise(random, 7), Buffer.from([0xff]), noise(random, 7), Buffer.from([0xff])])),
  ),
  {
    name: "a 64-bit field that nobody needs, and that says otherwise",
    row: "Z2",
    reasons: ["zip64"],
    make: (mod, random, variant) => {
      const [, packed = 0, size = 0] = factsOf(mod.lua);
      const lie = field(u64(size + 1 + upTo(random, 1e6), packed));
      return spoilt(mod, { lua: { ...mod.lua, ...(variant % 2 === 0 ? { extra: lie } : { localExtra: lie }) } });
    },
  },
  {
    name: "a 64-bit end record that contradicts the plain one",
    row: "Z2",
    reasons: ["zip64", "junk", "directory", "multi-disk"],
    make: (mod, random, variant) => {
      const key = (["count", "size", "start", "offset"] as const)[variant % 4] ?? "count";
      return zip64End(mod.entries, { [key]: upTo(random, 50_000) });
    },
  },
  {
    name: "a 64-bit end record with more in it",
    row: "Z2",
    reasons: ["zip64"],
    make: (mod, random) => zip64End(mod.entries, { length: 45 + upTo(random, 4000) }),
  },
  {
    name: "a 64-bit end record that is missing",
    row: "Z2",
    reasons: ["zip64", "junk"],
    make: (mod, random) =>
      rawZip(mod.entries, {
        end: pick(random, [{ count: 0xffff }, { size: 0xffffffff }, { offset: 0xffffffff }]),
        ...pick(random, [{}, { comment: noise(random, 30) }]),
      }),
  },
  {
    name: "another name in a Unicode field",
    row: "Z2",
    reasons: ["extra-field", "local-header"],
    make: (mod, random, variant) => {
      const raw = `${mod.root}/data.lua`;
      const name = `${mod.root}/${pick(random, ["evil", "control", "data2"])}.lua`;
      const lie = unicodeName(pick(random, [raw, "x"]), name);
      return spoilt(mod, { lua: { ...mod.lua, ...(variant % 2 === 0 ? { extra: lie } : { localExtra: lie }) } });
    },
  },
  {
    name: "extra fields that do not add up",
    row: "Z2",
    reasons: ["extra-field"],
    make: (mod, random, variant) => {
      const torn = pick(random, [u16(7, 100), Buffer.concat([u16(7, 2, 1), Buffer.from([9])]), u16(0x5455, 0xffff)]);
      return spoilt(mod, { lua: { ...mod.lua, ...(variant % 2 === 0 ? { extra: torn } : { localExtra: torn }) } });
    },
  },
  {
    name: "a name that is not the UTF-8 it says",
    row: "Z2",
    reasons: ["unsafe-name"],
    make: (mod, random) => {
      const bad = pick(random, [
        [0xff],
        [0xc3, 0x28],
        [0xed, 0xa0, 0x80],
        [0xf8, 0x88, 0x80, 0x80, 0x80],
        [0xc0, 0xaf],
      ]);
      return spoilt(mod, {
        more: [{ name: Buffer.concat([Buffer.from(`${mod.root}/`), Buffer.from(bad)]), flags: 0x800 }],
      });
    },
  },
  {
    name: "entries that share their bytes",
    row: "Z2",
    reasons: ["overlap"],
    make: (mod, random) => {
      const at = upTo(random, 2) === 0 ? 0 : rawZip([mod.info]).indexOf("PK\x01\x02", 0, "latin1");
      const twin = at === 0 ? mod.info : mod.lua;
      const twins = Array.from(
        { length: 1 + upTo(random, 30) },
        (_, each): RawEntry => ({ ...twin, name: `${mod.root}/${each}`, central: { offset: at } }),
      );
      return rawZip([mod.info, mod.lua, ...twins]);
    },
  },
  {
    name: "quoted entries, each holding the next (Fifield)",
    row: "Z3",
    reasons: ["overlap"],
    make: (mod, random) => fifield(mod, 5 + upTo(random, 200)),
  },
  {
    name: "bytes of no entry",
    row: "Z2",
    reasons: ["junk"],
    make: (mod, random, variant) => {
      const junk = noise(random, 1 + upTo(random, 100));
      if (variant % 3 === 0) return rawZip(mod.entries, { beforeDirectory: junk });
      if (variant % 3 === 1) return rawZip(mod.entries, { beforeEnd: junk });
      return rawZip([{ ...mod.info, after: junk }, mod.lua]);
    },
  },
];

/** A class that spoils the header before the data of one entry. */
function headers(
  name: string,
  change: (mod: SomeMod, random: Parameters<HostileClass["make"]>[1]) => RawEntry["local"],
): HostileClass {
  return {
    name,
    row: "Z2",
    reasons: ["local-header"],
    make: (mod, random) => spoilt(mod, { lua: { ...mod.lua, local: change(mod, random) ?? {} } }),
  };
}

/** A class whose entry has its sizes in a 64-bit field. */
function wide(
  name: string,
  extra: (mod: SomeMod, random: Parameters<HostileClass["make"]>[1]) => Buffer,
  reasons: HostileClass["reasons"] = ["zip64"],
): HostileClass {
  const maxed = { packed: 0xffffffff, size: 0xffffffff };
  return {
    name,
    row: "Z2",
    reasons,
    make: (mod, random) => spoilt(mod, { lua: { ...mod.lua, extra: extra(mod, random), central: maxed } }),
  };
}

function field(bytes: Buffer): Buffer {
  return Buffer.concat([u16(1, bytes.byteLength), bytes]);
}

/** Checksum, packed size and size. */
function factsOf({ data = Buffer.alloc(0), method }: RawEntry): readonly number[] {
  const packed = method === 8 ? deflateRawSync(data) : data;
  return [crc32(data), packed.byteLength, data.byteLength];
}

function sizesOf(mod: SomeMod): Buffer {
  const [, packed = 0, size = 0] = factsOf(mod.lua);
  return u64(size, packed);
}

function unicodeName(raw: string, name: string): Buffer {
  const bytes = Buffer.concat([Buffer.from([1]), u32(crc32(raw)), Buffer.from(name)]);
  return Buffer.concat([u16(0x7075, bytes.byteLength), bytes]);
}

/** Each entry's data is a stored block that holds the next entry's header, down to one kernel that all share. */
function fifield(mod: SomeMod, count: number): Buffer {
  const kernel = deflateRawSync(Buffer.alloc(100_000));
  const names = Array.from({ length: count }, (_, at) => `${mod.root}/f${at}`);
  const last: RawEntry = { name: names[count - 1] ?? "", data: Buffer.alloc(100_000), packed: kernel, method: 8 };
  let tail = localPart(last);
  const sizes: { packed: number; size: number }[] = [{ packed: kernel.byteLength, size: 100_000 }];
  const starts: number[] = [0];
  for (let at = count - 2; at >= 0; at--) {
    const header = tail.subarray(0, 30 + (names[at + 1]?.length ?? 0));
    const quote = Buffer.concat([Buffer.from([0]), u16(header.byteLength, 0xffff - header.byteLength)]);
    const inner = sizes[0] ?? { packed: 0, size: 0 };
    const facts = { packed: inner.packed + quote.byteLength + header.byteLength, size: inner.size + header.byteLength };
    const own = localPart({ name: names[at] ?? "", method: 8, local: facts });
    for (let each = 0; each < starts.length; each++)
      starts[each] = (starts[each] ?? 0) + own.byteLength + quote.byteLength;
    starts.unshift(0);
    sizes.unshift(facts);
    tail = Buffer.concat([own, quote, tail]);
  }
  const info = rawZip([mod.info]);
  const infoLength = info.indexOf("PK\x01\x02", 0, "latin1");
  const listed = names.map((name, at): RawEntry => {
    return {
      name,
      method: 8,
      packed: Buffer.alloc(0),
      central: { ...sizes[at], offset: infoLength + (starts[at] ?? 0) },
    };
  });
  // The real headers come first; those that rawZip writes for the directory's sake lie behind them.
  return rawZip([{ ...mod.info, after: tail }, ...listed]);
}

function localPart(entry: RawEntry): Buffer {
  const whole = rawZip([entry]);
  return whole.subarray(0, whole.indexOf("PK\x01\x02", 0, "latin1"));
}
