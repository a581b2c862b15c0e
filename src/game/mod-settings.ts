import { RoboportError } from "../errors.ts";
import { type BinaryFault, BinaryReader } from "./binary-reader.ts";
import { BinaryWriter } from "./binary-writer.ts";
import { isAtLeast, type MapVersion, readMapVersion, writeMapVersion } from "./map-version.ts";
import {
  findProperty,
  type PropertyEntry,
  type PropertyTree,
  readPropertyTree,
  writePropertyTree,
} from "./property-tree.ts";

/** When a setting counts: for all prototypes, for one map, or for one player of a map. */
export const SETTING_SECTIONS = ["startup", "runtime-global", "runtime-per-user"] as const;
/** One of {@link SETTING_SECTIONS}. */
export type SettingSection = (typeof SETTING_SECTIONS)[number];

/** A mod-settings.dat: everything the file says, in its order. */
export interface ModSettings {
  /** The game that wrote it. */
  readonly version: MapVersion;
  /** Section name to setting name to `{"value": …}`. */
  readonly root: PropertyTree;
}

/** Which setting: names are unique within a section, whichever mod they belong to. */
export interface SettingId {
  readonly section: SettingSection;
  readonly name: string;
}

/** A setting with its value as it is stored. */
export interface StoredSetting extends SettingId {
  readonly value: PropertyTree;
}

const SIZE_MAX = 64 * 1024 * 1024;

/**
 * Read a mod-settings.dat of Factorio 0.16 to 2.1.
 *
 * @throws {RoboportError} `SETTINGS_SHAPE` when it is cut off, longer than it says, or anything else.
 * @see reference/formats.md §9, rules SET-1 to SET-3
 */
export function parseModSettings(bytes: Uint8Array): ModSettings {
  if (bytes.byteLength > SIZE_MAX) throw shape(`it is larger than ${SIZE_MAX} bytes`);
  const reader = new BinaryReader(bytes, shape);
  const version = readMapVersion(reader);
  if (isAtLeast(version, 0, 17) && reader.u8() !== 0) throw reader.refuse("an unknown mark behind its version");
  const root = readPropertyTree(reader);
  if (root.type !== "dictionary") throw reader.refuse("a value that is no dictionary");
  if (reader.remaining > 0) throw reader.refuse(`${reader.remaining} bytes after its end`);
  return { version, root };
}

function shape(why: string, reason: BinaryFault = "damaged"): RoboportError {
  return new RoboportError("SETTINGS_SHAPE", `Cannot read mod-settings.dat: ${why}`, {
    hint: "Restore a backup or move the file away; the game writes a new one with every setting at its default.",
    data: { reason },
  });
}

/**
 * Write a mod-settings.dat, byte for byte as the game does.
 *
 * @see rule SET-1
 */
export function formatModSettings({ version, root }: ModSettings): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  writeMapVersion(writer, version);
  if (isAtLeast(version, 0, 17)) writer.u8(0);
  writePropertyTree(writer, root);
  return writer.bytes();
}

/**
 * A mod-settings.dat of these settings, each name once in its section.
 *
 * @see rule SET-2
 */
export function modSettingsOf(version: MapVersion, settings: readonly StoredSetting[] = []): ModSettings {
  const sections = SETTING_SECTIONS.map((key): PropertyEntry => {
    const entries = settings.filter(({ section }) => section === key).map(entryOf);
    return { key, tree: dictionary(entries) };
  });
  return { version, root: dictionary(sections) };
}

/** Every setting, in the order of the file. */
export function listSettings({ root }: Pick<ModSettings, "root">): readonly StoredSetting[] {
  return SETTING_SECTIONS.flatMap((section) => settingsOf(findProperty(root, section), section));
}

/**
 * The settings below a dictionary of names, such as the startup settings of a save.
 *
 * @see rule SET-4
 */
export function settingsOf(tree: PropertyTree | undefined, section: SettingSection): readonly StoredSetting[] {
  return entriesOf(tree).map(({ key = "", tree: entry }) => ({
    section,
    name: key,
    value: findProperty(entry, "value") ?? entry,
  }));
}

/**
 * The same file with these settings; one that is there keeps its place.
 *
 * @see rule SET-5
 */
export function withSettings(settings: ModSettings, changed: readonly StoredSetting[]): ModSettings {
  return changeSections(settings, (entries, section) => {
    const ours = changed.filter((each) => each.section === section);
    return ours.length === 0 ? entries : replaced(entries, ours.map(entryOf));
  });
}

/** The same file without a setting: the game gives it its default at the next start. */
export function withoutSetting(settings: ModSettings, { section, name }: SettingId): ModSettings {
  return changeSections(settings, (entries, each) =>
    each === section ? entries.filter(({ key }) => key !== name) : entries,
  );
}

type Entries = readonly PropertyEntry[];

function changeSections(
  { version, root }: ModSettings,
  change: (entries: Entries, section: SettingSection) => Entries,
): ModSettings {
  const sections = SETTING_SECTIONS.map((section): PropertyEntry => {
    const tree = dictionary(change(entriesOf(findProperty(root, section)), section));
    return { key: section, tree };
  });
  return { version, root: dictionary(replaced(entriesOf(root), sections)) };
}

/** Each new entry in the place of the one of its key, or at the end. */
function replaced(entries: Entries, by: Entries): Entries {
  const rest = new Map(by.map((entry) => [entry.key, entry]));
  const kept = entries.map((entry) => {
    const changed = rest.get(entry.key);
    rest.delete(entry.key);
    return changed ?? entry;
  });
  return [...kept, ...rest.values()];
}

function entryOf({ name, value }: StoredSetting): PropertyEntry {
  return { key: name, tree: dictionary([{ key: "value", tree: value }]) };
}

function entriesOf(tree: PropertyTree | undefined): Entries {
  return tree?.type === "dictionary" ? tree.entries : [];
}

function dictionary(entries: Entries): PropertyTree {
  return { type: "dictionary", flag: 0, entries };
}
