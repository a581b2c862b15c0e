import { isDeepStrictEqual } from "node:util";
import { getGeneration } from "../../src/apply/generations.ts";
import { findJournal } from "../../src/apply/journal.ts";
import { findConnectTarget } from "../../src/capture/connect-target.ts";
import { parseHar } from "../../src/capture/har-read.ts";
import { keepBody } from "../../src/capture/keep-body.ts";
import { isRoboportError } from "../../src/errors.ts";
import { findChangelogFaults } from "../../src/game/changelog-check.ts";
import { parseChangelog } from "../../src/game/changelog.ts";
import { formatDependency, parseDependency } from "../../src/game/dependency.ts";
import { parseFactorioIni } from "../../src/game/factorio-ini.ts";
import {
  findFailedMod,
  findLoggedMod,
  findLoggedRequest,
  findLoggedStatus,
  findLogRecord,
  findLogVersion,
  isHarmless,
  redactLogText,
} from "../../src/game/factorio-log.ts";
import { parseInfoJson } from "../../src/game/info-json.ts";
import { formatModList, parseModList } from "../../src/game/mod-list.ts";
import { findModFileName } from "../../src/game/mod-name.ts";
import { parseSettingsDocument, settingsDocument } from "../../src/game/mod-settings-json.ts";
import { parseModSettings } from "../../src/game/mod-settings.ts";
import { parsePlayerData } from "../../src/game/player-data.ts";
import { parseSaveHeader } from "../../src/game/save-header.ts";
import { parseServerSettings } from "../../src/game/server-settings.ts";
import { readDefinedSettings } from "../../src/game/settings-definitions.ts";
import { parseVersion } from "../../src/game/version.ts";
import { parseProcLocks } from "../../src/installation/lock-holder.ts";
import { readSaveBytes } from "../../src/installation/save-file.ts";
import { parseMountInfo } from "../../src/installation/mount.ts";
import { formatLockfile, parseLockfile } from "../../src/plan/lockfile.ts";
import { parseManifest } from "../../src/plan/manifest.ts";
import { parsePlanFile } from "../../src/plan/plan-file.ts";
import { parseRequirement } from "../../src/plan/requirement.ts";
import { findStamp } from "../../src/plan/stamp.ts";
import { ModListSchema } from "../../src/portal/contract/list.ts";
import { ModFullSchema } from "../../src/portal/contract/mod.ts";
import { openApiDocument } from "../../src/portal/contract/gaps/api-document.ts";
import { openGapFinder } from "../../src/portal/contract/gaps/find-gaps.ts";
import { SearchPageSchema } from "../../src/portal/contract/search.ts";
import { decode } from "../../src/portal/decode.ts";
import { safeUrl } from "../../src/portal/secret.ts";
import { parseUniverseFile } from "../../src/resolve/universe-file.ts";
import type { FileSystem } from "../../src/store/file-system.ts";
import { checkModZip, readModZip } from "../../src/store/mod-zip.ts";
import { formatSealed } from "../../src/store/sealed-json.ts";
import { withZipBytes } from "../../src/store/zip-bytes.ts";
import { findAmbiguousKey } from "../../src/store/zip-info-keys.ts";
import { seededRandom } from "../faults/seeded-random.ts";
import { rawZip, zip64End } from "../zips/raw-zip.ts";
import { infoText, randomMod } from "../zips/some-mod.ts";
import {
  CHANGELOG,
  CONNECT_TARGETS,
  DEFINED_SETTINGS,
  DEPENDENCIES,
  FORM_IN_PARTS,
  HAR,
  INFO,
  INI,
  LOCKFILE,
  LOG,
  MANIFEST,
  MOD_LIST,
  MOUNTS,
  PLAN,
  PORTAL_LIST,
  PORTAL_MOD,
  PORTAL_SEARCH,
  PROC_LOCKS,
  SAVE_HEADER,
  SAVES,
  SERVER_SETTINGS,
  SETTINGS,
  SETTINGS_DOCUMENT,
  STAMP,
  UNIVERSE,
} from "./seeds.ts";

/** A parser of bytes that others wrote. */
export interface Parser {
  readonly name: string;
  /** What it is made for, to be changed. */
  readonly seeds: readonly Buffer[];
  /** @throws an error that is none of ours when it has a fault. */
  readonly parse: (bytes: Buffer) => unknown;
}

const FORM = { type: "multipart/form-data; boundary=x", encoding: "" } as const;
const API = openApiDocument();
const PORTAL = safeUrl("https://mods.example");

/** Every parser of foreign bytes. */
export const PARSERS: readonly Parser[] = [
  text("version", ["2.0.60", "0.1.0", "1.2", "65535.65535.65535"], parseVersion),
  text("dependency", DEPENDENCIES, (input) => {
    const parsed = parseDependency(input);
    requireSame(parseDependency(formatDependency(parsed)), parsed);
  }),
  text("requirement", ["flib", "flib@>=0.16", "Squeak Through@>=1.2,<2.0", "a@1.0.0"], parseRequirement),
  text("file name", ["flib_0.16.5.zip", "a_b_1.0.0.zip", "Squeak Through_1.8.2.zip"], findModFileName),
  text("info.json", INFO, (input) => {
    parseInfoJson(input);
    findAmbiguousKey(input);
  }),
  text("keys of info.json", INFO, findAmbiguousKey),
  text("mod-list.json", MOD_LIST, (input) => {
    const written = formatModList(parseModList(input), new Set(["base"]));
    requireSame(formatModList(parseModList(written), new Set(["base"])), written);
  }),
  text("config.ini", INI, parseFactorioIni),
  text("player-data.json", SERVER_SETTINGS, parsePlayerData),
  text("server-settings.json", SERVER_SETTINGS, parseServerSettings),
  text("changelog.txt", CHANGELOG, parseChangelog),
  text("changelog.txt, checked", CHANGELOG, findChangelogFaults),
  text("log of the game", LOG, readLogText),
  text("settings.lua", DEFINED_SETTINGS, (input) => readDefinedSettings([input]).computes("setting-of-a-mod")),
  text("settings as JSON", SETTINGS_DOCUMENT, (input) => {
    const written = JSON.stringify(settingsDocument(parseSettingsDocument(input)));
    requireSame(JSON.stringify(settingsDocument(parseSettingsDocument(written))), written);
  }),
  text("roboport.json", MANIFEST, parseManifest),
  text("roboport.lock", LOCKFILE, (input) => {
    const written = formatLockfile(parseLockfile(input));
    requireSame(formatLockfile(parseLockfile(written)), written);
  }),
  text("plan file", PLAN, parsePlanFile),
  text("stamp", STAMP, findStamp),
  text("universe file", UNIVERSE, (input) => parseUniverseFile(jsonOf(input))),
  text("portal: a mod", PORTAL_MOD, (input) => decode(input, ModFullSchema, PORTAL)),
  text("portal: a list", PORTAL_LIST, (input) => decode(input, ModListSchema, PORTAL)),
  text("portal: a search", PORTAL_SEARCH, (input) => decode(input, SearchPageSchema, PORTAL)),
  text("/proc/locks", PROC_LOCKS, parseProcLocks),
  text("/proc/self/mountinfo", MOUNTS, parseMountInfo),
  { name: "mod-settings.dat", seeds: SETTINGS, parse: parseModSettings },
  { name: "save header", seeds: SAVE_HEADER, parse: parseSaveHeader },
  { name: "save", seeds: SAVES, parse: (bytes) => withZipBytes(bytes, readSaveBytes) },
  text("HAR", HAR, (input) => {
    const finder = openGapFinder(API);
    for (const exchange of parseHar(input).exchanges) finder.add(exchange);
  }),
  text("CONNECT", CONNECT_TARGETS, findConnectTarget),
  {
    name: "form in parts",
    seeds: FORM_IN_PARTS,
    parse: (bytes) => {
      const keeper = keepBody(FORM);
      keeper.add(bytes);
      return keeper.end();
    },
  },
  { name: "zip", seeds: zips(), parse: readModZip },
  { name: "zip, proved", seeds: zips(), parse: (bytes) => checkModZip(bytes, { name: "a", version: "1.0.0" }) },
  {
    name: "journal",
    seeds: sealed({ format: 1, journal: { steps: [] } }),
    parse: (bytes) => findJournal("/x", oneFile(bytes)),
  },
  {
    name: "generation",
    seeds: sealed({ format: 1, generation: { number: 1, mods: [] } }),
    parse: (bytes) => getGeneration("/x", 1, oneFile(bytes)),
  },
];

/**
 * Give a parser an input: it answers, or refuses with an error of ours.
 *
 * @throws whatever else it throws
 */
export async function tryInput({ parse }: Parser, input: Buffer): Promise<void> {
  try {
    await parse(input);
  } catch (error) {
    if (!isRoboportError(error)) throw error;
  }
}

function text(name: string, seeds: readonly string[], parse: (text: string) => unknown): Parser {
  return { name, seeds: seeds.map((seed) => Buffer.from(seed)), parse: (bytes) => parse(bytes.toString("utf8")) };
}

function readLogText(text: string): void {
  for (const [index, line] of text.split("\n").entries()) {
    const record = findLogRecord(line, index + 1);
    if (!record) continue;
    for (const find of [findLogVersion, findLoggedMod, findLoggedRequest, findLoggedStatus, findFailedMod, isHarmless])
      find(record);
    redactLogText(record.text);
  }
}

function requireSame(actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) throw new Error("Written and read again, it is another one");
}

function jsonOf(input: string): unknown {
  try {
    return JSON.parse(input);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function zips(): readonly Buffer[] {
  const random = seededRandom(1);
  return Array.from({ length: 6 }, (_, at) => {
    const { info, root, entries } = randomMod(random);
    const data = Buffer.from(infoText({ name: "a", version: "1.0.0" }));
    const all = [{ ...info, name: `${root}/info.json`, data }, ...entries.slice(1)];
    return at % 2 === 0 ? rawZip(all) : zip64End(all);
  });
}

function sealed(value: object): readonly Buffer[] {
  return [Buffer.from(formatSealed(value)), Buffer.from(formatSealed({ ...value, format: 2 }))];
}

/** A disk on which every path is this one file. */
function oneFile(bytes: Buffer): FileSystem {
  const file = {
    stat: async () => ({ size: bytes.byteLength, isFile: () => true }),
    read: async (buffer: Uint8Array, position: number) => bytes.copy(buffer, 0, position),
    close: async () => {},
  };
  return { open: async () => file, stat: file.stat, lstat: file.stat } as unknown as FileSystem;
}
