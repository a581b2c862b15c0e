import type { Random } from "../faults/seeded-random.ts";
import { type RawEntry, rawZip } from "./raw-zip.ts";

/** A mod as authors make them, to be spoilt in one place. */
export interface SomeMod {
  readonly name: string;
  readonly version: string;
  /** Of its one folder. */
  readonly root: string;
  readonly info: RawEntry;
  /** A text of it, deflated. */
  readonly lua: RawEntry;
  /** All of it, info.json and that text included. */
  readonly entries: readonly RawEntry[];
}

/** One of them. */
export function pick<T>(random: Random, from: readonly T[]): T {
  const picked = from[Math.floor(random() * from.length)];
  if (picked === undefined) throw new Error("Nothing to pick from");
  return picked;
}

/** A whole number from 0 up to, not including, `below`. */
export function upTo(random: Random, below: number): number {
  return Math.floor(random() * below);
}

/** Bytes that do not pack. */
export function noise(random: Random, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => upTo(random, 256)));
}

/** The info.json of a mod with some fields in another way. */
export function infoText(about: { readonly name: string; readonly version: string }, change: object = {}): string {
  const fields = { title: "A mod", author: "somebody", factorio_version: "2.0", dependencies: ["base >= 2.0"] };
  return JSON.stringify({ name: about.name, version: about.version, ...fields, ...change }, null, 2);
}

/** Another one every time: of its own name, with some files, packed or not. */
export function randomMod(random: Random): SomeMod {
  const name = `mod-${upTo(random, 36 ** 6).toString(36)}`;
  const version = [upTo(random, 20), upTo(random, 20), upTo(random, 20)].join(".");
  const root = pick(random, [`${name}_${version}`, name, "src"]);
  const info: RawEntry = {
    name: `${root}/info.json`,
    data: Buffer.from(infoText({ name, version })),
    method: pick(random, [0, 8]),
  };
  const line = `data:extend({ { type = "item", name = "${name}-${upTo(random, 1000)}" } })\n`;
  const lua: RawEntry = { name: `${root}/data.lua`, data: Buffer.from(line.repeat(5 + upTo(random, 40))), method: 8 };
  const more = Array.from({ length: upTo(random, 4) }, (_, at): RawEntry => {
    return { name: `${root}/graphics/${at}.png`, data: noise(random, upTo(random, 600)), method: pick(random, [0, 8]) };
  });
  return { name, version, root, info, lua, entries: [info, lua, ...more] };
}

/** The mod with these entries in place of two of its own, and others behind. */
export function spoilt(mod: SomeMod, change: { info?: RawEntry; lua?: RawEntry; more?: readonly RawEntry[] }): Buffer {
  const { info = mod.info, lua = mod.lua, more = [] } = change;
  return rawZip([info, lua, ...mod.entries.slice(2), ...more]);
}
