import type { HostileClass } from "./hostile.ts";
import { rawZip } from "./raw-zip.ts";
import { noise, pick, spoilt, upTo } from "./some-mod.ts";

const END_LENGTH = 22;

/** Row Z1: what is around the entries. */
export const FRAMING: readonly HostileClass[] = [
  {
    name: "no zip at all",
    row: "Z1",
    reasons: ["not-a-zip"],
    make: (mod, random) =>
      pick(random, [
        Buffer.from(`<!doctype html><title>Log in to download ${mod.name}</title>`.repeat(1 + upTo(random, 90))),
        Buffer.from(JSON.stringify({ message: "Unauthorized", name: mod.name })),
        Buffer.from([0x1f, 0x8b, 8, 0, ...noise(random, 400)]),
        noise(random, 1 + upTo(random, 5000)),
      ]),
  },
  {
    name: "nothing, or zeros",
    row: "Z1",
    reasons: ["not-a-zip"],
    make: (_mod, random, variant) => Buffer.alloc(variant === 0 ? 0 : upTo(random, 70_000)),
  },
  {
    name: "cut off",
    row: "Z1",
    reasons: ["not-a-zip", "junk", "directory", "zip64"],
    make: (mod, random) => {
      const whole = rawZip(mod.entries);
      return whole.subarray(0, 1 + upTo(random, whole.byteLength - 1));
    },
  },
  {
    name: "cut off at the border of a structure",
    row: "Z1",
    reasons: ["not-a-zip", "junk"],
    make: (mod, random) => {
      const whole = rawZip(mod.entries);
      const borders = ["PK\x01\x02", "PK\x03\x04", "PK\x05\x06"].flatMap((mark) => placesOf(whole, mark));
      return whole.subarray(0, pick(random, borders) + pick(random, [0, 4, 8]));
    },
  },
  {
    name: "its tail zeroed",
    row: "Z1",
    reasons: ["not-a-zip", "junk"],
    make: (mod, random) => {
      const whole = rawZip(mod.entries);
      return Buffer.from(whole).fill(0, whole.byteLength - 1 - upTo(random, Math.floor(whole.byteLength / 2)));
    },
  },
  {
    name: "bytes before it that its offsets do not count",
    row: "Z1",
    reasons: ["junk", "overlap", "local-header"],
    make: (mod, random) => Buffer.concat([noise(random, 1 + upTo(random, 200)), rawZip(mod.entries)]),
  },
  {
    name: "a program that unpacks itself",
    row: "Z1",
    reasons: ["junk"],
    make: (mod, random) =>
      rawZip(mod.entries, { prefix: Buffer.concat([Buffer.from("MZ"), noise(random, 1 + upTo(random, 300))]) }),
  },
  {
    name: "bytes after it",
    row: "Z1",
    reasons: ["junk", "not-a-zip"],
    make: (mod, random) => rawZip(mod.entries, { trailing: noise(random, 1 + upTo(random, 3000)) }),
  },
  {
    name: "two end records",
    row: "Z1",
    reasons: ["junk", "directory"],
    make: (mod, random) => {
      const whole = rawZip(mod.entries);
      const other = rawZip([mod.info]);
      const second = pick(random, [whole, other]).subarray(-END_LENGTH);
      return Buffer.concat([whole, noise(random, upTo(random, 3)), second]);
    },
  },
  {
    name: "two zips one after the other",
    row: "Z1",
    reasons: ["junk", "overlap", "local-header"],
    make: (mod, random) => Buffer.concat([rawZip([mod.info]), noise(random, upTo(random, 20)), rawZip(mod.entries)]),
  },
  {
    name: "a zip in its comment",
    row: "Z1",
    reasons: ["junk", "not-a-zip"],
    make: (mod, random) =>
      rawZip(mod.entries, { comment: Buffer.concat([noise(random, upTo(random, 9)), rawZip([mod.lua])]) }),
  },
  {
    name: "an end record in its comment",
    row: "Z1",
    reasons: ["junk", "not-a-zip"],
    make: (mod, random) => {
      const end = rawZip(mod.entries).subarray(-END_LENGTH);
      return rawZip(mod.entries, {
        comment: Buffer.concat([noise(random, upTo(random, 40)), end, noise(random, 1 + upTo(random, 40))]),
      });
    },
  },
  {
    name: "a comment of another length",
    row: "Z1",
    reasons: ["junk", "not-a-zip"],
    make: (mod, random) => {
      const comment = noise(random, 5 + upTo(random, 60));
      const off = pick(random, [-5, -1, 1, 7, 3000]);
      return rawZip(mod.entries, { comment, commentLength: Math.max(0, comment.byteLength + off) });
    },
  },
  {
    name: "one part of several",
    row: "Z1",
    reasons: ["multi-disk"],
    make: (mod, random) =>
      pick(random, [
        rawZip(mod.entries, { end: { disk: 1 + upTo(random, 9) } }),
        rawZip(mod.entries, { end: { count: mod.entries.length, onDisk: upTo(random, mod.entries.length) } }),
        spoilt(mod, { lua: { ...mod.lua, central: { disk: 1 + upTo(random, 9) } } }),
      ]),
  },
];

function placesOf(bytes: Buffer, mark: string): readonly number[] {
  const places: number[] = [];
  for (let at = bytes.indexOf(mark, 0, "latin1"); at >= 0; at = bytes.indexOf(mark, at + 1, "latin1")) places.push(at);
  return places;
}
