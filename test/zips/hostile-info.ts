import type { HostileClass } from "./hostile.ts";
import { type RawEntry, rawZip } from "./raw-zip.ts";
import { infoText, noise, pick, type SomeMod, spoilt, upTo } from "./some-mod.ts";

type Random = Parameters<HostileClass["make"]>[1];

/** Rows Z9 and Z10: where info.json lies, what it says, and whether that is what was asked for. */
export const INFOS: readonly HostileClass[] = [
  {
    name: "several roots",
    row: "Z9",
    reasons: ["several-roots"],
    make: (mod, random) => {
      const other = pick(random, [
        "other/data.lua",
        `${mod.root}-2/info.json`,
        "readme.txt",
        `${mod.root.toUpperCase()}x/a`,
        "__macosx/x",
      ]);
      return spoilt(mod, { more: [{ name: other, data: noise(random, 30) }] });
    },
  },
  {
    name: "two mods in one zip",
    row: "Z9",
    reasons: ["several-roots"],
    make: (mod, random) => {
      const other = { name: `other-${upTo(random, 999)}`, version: mod.version };
      return spoilt(mod, { more: [{ name: `${other.name}/info.json`, data: Buffer.from(infoText(other)) }] });
    },
  },
  {
    name: "no info.json",
    row: "Z9",
    reasons: ["info-missing"],
    make: (mod, random) => {
      const name = `${mod.root}/${pick(random, ["Info.json", "info.JSON", "info.json.txt", "sub/info.json", "info"])}`;
      return pick(random, [spoilt(mod, { info: { ...mod.info, name } }), rawZip(mod.entries.slice(1)), rawZip([])]);
    },
  },
  {
    name: "everything at the top",
    row: "Z9",
    reasons: ["info-missing"],
    make: (mod) =>
      rawZip(mod.entries.map((entry) => ({ ...entry, name: String(entry.name).slice(mod.root.length + 1) }))),
  },
  {
    name: "an info.json and an INFO.JSON",
    row: "Z9",
    reasons: ["duplicate"],
    make: (mod, random) => {
      const other: RawEntry = {
        ...mod.info,
        name: `${mod.root}/${pick(random, ["INFO.JSON", "Info.json", "info.Json"])}`,
      };
      return pick(random, [rawZip([other, ...mod.entries]), rawZip([...mod.entries, other])]);
    },
  },
  texts("an info.json in UTF-16", (mod, random) =>
    pick(random, [
      Buffer.from(`\ufeff${infoText(mod)}`, "utf16le"),
      Buffer.from(infoText(mod), "utf16le"),
      Buffer.from(infoText(mod), "utf16le").swap16(),
    ]),
  ),
  texts("an info.json that is no JSON", (mod, random) => {
    const text = infoText(mod);
    return pick(random, [
      text.replaceAll('"', "'"),
      text.slice(0, -upTo(random, 40) - 1),
      `${text}${text}`,
      text.replace("{", "{ // a comment\n"),
      text.replace(/\n}$/, ",\n}"),
      "",
      `name = "${mod.name}"`,
      `[${text}]`,
      "null",
    ]);
  }),
  texts("numbers that JSON has not", (mod, random) =>
    infoText(mod, { x: 0 }).replace(
      /"x": 0/,
      `"x": ${pick(random, ["NaN", "Infinity", "-Infinity", "0x10", "01", "1.", ".5", "+1"])}`,
    ),
  ),
  texts("brackets within brackets", (mod, random) => {
    const depth = pick(random, [300, 1000, 100_000]);
    return infoText(mod, { x: 0 }).replace(/"x": 0/, `"x": ${"[".repeat(depth)}${"]".repeat(depth)}`);
  }),
  texts(
    "a million dependencies",
    (mod, random) =>
      JSON.stringify({
        name: mod.name,
        version: mod.version,
        dependencies: Array.from({ length: 1e6 }, () => pick(random, ["", "a"])),
      }),
    ["info-too-large", "info-unreadable"],
  ),
  texts("a hundred thousand dependencies and more", (mod, random) => {
    return JSON.stringify({
      name: mod.name,
      version: mod.version,
      dependencies: Array.from({ length: 100_001 + upTo(random, 50_000) }, () => "a"),
    });
  }),
  texts(
    "a field twice",
    (mod, random) => {
      const [key, value] = pick(random, [
        ["version", '"9.9.9"'],
        ["name", '"another"'],
        ["factorio_version", '"1.1"'],
        ["dependencies", "[]"],
        ["n\\u0061me", '"another"'],
      ] as const);
      const text = infoText(mod);
      return pick(random, [
        text.replace("{", `{ "${key}": ${value},`),
        text.replace(/\n}$/, `,\n "${key}": ${value} }`),
      ]);
    },
    ["info-ambiguous"],
  ),
  texts("fields that are missing, or of another kind", (mod, random) => {
    const { name, version } = mod;
    return JSON.stringify(
      pick<unknown>(random, [
        { name },
        { version },
        {},
        [],
        { name: "", version },
        { name: 7, version },
        { name, version: 1.1 },
        { name, version: null },
        { name: [name], version },
        { name, version: { major: 1 } },
      ]),
    );
  }),
  texts(
    "a version that is none",
    (mod, random) =>
      infoText({
        ...mod,
        version: pick(random, [
          "",
          "1",
          "v1.0.0",
          "1.0.0-beta",
          "1.0.65536",
          "1.-1.0",
          "1.0.0.0.0",
          "99999999999.0.0",
          " 1.0.0",
          "1.0.0 ",
          "١.0.0",
          "1,0,0",
          "latest",
        ]),
      }),
    ["info-unreadable", "version-differs"],
  ),
  texts(
    "another mod",
    (mod, random) =>
      infoText({
        ...mod,
        name: pick(random, [
          `${mod.name}x`,
          mod.name.toUpperCase(),
          `${mod.name}_1.0.0`,
          `${mod.name} `,
          "__proto__",
          "constructor",
          "base",
          "../x",
          `${mod.name}\u200b`,
        ]),
      }),
    ["name-differs"],
  ),
  texts(
    "another version of the mod",
    (mod, random) => infoText({ ...mod, version: `${upTo(random, 9)}.99.${upTo(random, 65_536)}` }),
    ["version-differs"],
  ),
];

/** A class whose info.json holds this. */
function texts(
  name: string,
  make: (mod: SomeMod, random: Random) => string | Buffer,
  reasons: HostileClass["reasons"] = ["info-unreadable"],
): HostileClass {
  return {
    name,
    row: reasons.includes("name-differs") || reasons.includes("version-differs") ? "Z10" : "Z9",
    reasons,
    make: (mod, random) =>
      spoilt(mod, { info: { ...mod.info, data: Buffer.from(make(mod, random)), method: pick(random, [0, 8]) } }),
  };
}
