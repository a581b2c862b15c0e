import { join } from "node:path";
import { applySteps } from "../apply/transaction.ts";
import { isRoboportError, RoboportError } from "../errors.ts";
import { type MapVersion, mapVersionOf } from "../game/map-version.ts";
import {
  formatModSettings,
  listSettings,
  type ModSettings,
  parseModSettings,
  type SettingSection,
  type StoredSetting,
  withoutSetting,
  withSettings,
} from "../game/mod-settings.ts";
import { parseSettingsDocument, wholeNumbersOf } from "../game/mod-settings-json.ts";
import { parseSettingValue, settingTree } from "../game/setting-value.ts";
import { findSettingsFile, MOD_SETTINGS_FILE } from "../installation/settings-file.ts";
import { makeFolder } from "../store/ownership.ts";
import { alone, settled } from "./alone.ts";
import { requireStopped } from "./require-stopped.ts";
import type { Session } from "./session.ts";
import { listAllSettings, readStoredSettings, type Setting } from "./settings.ts";

/** Which setting a person means: by name, and by section where several have one of that name. */
export interface SettingChoice {
  readonly name: string;
  readonly section?: SettingSection | undefined;
}

/** What a change of settings did. */
export interface SettingsChanged {
  /** False when everything was as it is to be. */
  readonly changed: boolean;
  /** Settings whose stored value is another one now, or gone. */
  readonly settings: readonly StoredSetting[];
}

/**
 * Give a setting a value.
 *
 * @param text as it was typed
 * @throws {RoboportError} `NO_SUCH_SETTING`, `SETTING_VALUE`, `SERVER_RUNNING`, `LOCKED_OUT`, and as reading settings does.
 * @see rules SET-11 to SET-15
 */
export async function setSetting(session: Session, choice: SettingChoice, text: string): Promise<SettingsChanged> {
  const setting = await getSetting(session, choice);
  const value = parseSettingValue(text, setting);
  return await changeSettings(session, (settings) => {
    const tree = settingTree(value, setting, wholeNumbersOf(settings.version));
    return withSettings(settings, [{ section: setting.section, name: setting.name, value: tree }]);
  });
}

/**
 * Forget the stored value of a setting, so that its default counts.
 *
 * @throws {RoboportError} as {@link setSetting}.
 * @see rule SET-14
 */
export async function unsetSetting(session: Session, choice: SettingChoice): Promise<SettingsChanged> {
  const setting = await getSetting(session, choice);
  return await changeSettings(session, (settings) => withoutSetting(settings, setting));
}

/**
 * The setting of a name.
 *
 * @throws {RoboportError} `NO_SUCH_SETTING`, or `SETTING_VALUE` when several sections have one; as reading settings does.
 * @see rule SET-13
 */
export async function getSetting(session: Session, { name, section }: SettingChoice): Promise<Setting> {
  const all = await listAllSettings(session);
  const [only, ...others] = all.filter((each) => each.name === name && (section ?? each.section) === each.section);
  if (only && others.length === 0) return only;
  if (only) {
    throw new RoboportError("SETTING_VALUE", `Cannot tell which ${name} is meant: several sections have one`, {
      hint: `Pass --section with one of ${[only, ...others].map((each) => each.section).join(", ")}.`,
      data: { name },
    });
  }
  if (section !== undefined) return { section, name, stored: undefined, mod: undefined, definition: undefined };
  throw new RoboportError("NO_SUCH_SETTING", `Found no setting named ${name}`, {
    hint: 'Run "roboport settings list" for those that are known, or pass --section for one that a mod computes.',
    data: { name },
  });
}

/** A settings file to take in: its bytes as they are, whichever form they have. */
export interface SettingsImport {
  /** A mod-settings.dat, or JSON. */
  readonly bytes: Uint8Array;
  /** False to keep settings that the file does not name. */
  readonly replace: boolean;
}

/**
 * Take over the settings of a mod-settings.dat or of JSON.
 *
 * @throws {RoboportError} `SETTINGS_SHAPE`, and as {@link changeSettings}.
 * @see rule SET-16
 */
export async function importSettings(session: Session, { bytes, replace }: SettingsImport): Promise<SettingsChanged> {
  const { modsDir } = await settled(session);
  const current = (await findSettingsFile(modsDir))?.settings;
  const isJson = /^(?:\xef\xbb\xbf)?\s*[{[]/.test(Buffer.from(bytes.subarray(0, 64)).toString("latin1"));
  const taken = isJson
    ? parseSettingsDocument(Buffer.from(bytes).toString("utf8"), current?.version ?? (await findGameVersion(session)))
    : parseModSettings(bytes);
  return await replaceSettings(session, (before) =>
    replace || !before ? taken : withSettings(before, listSettings(taken)),
  );
}

async function findGameVersion(session: Session): Promise<MapVersion | undefined> {
  try {
    return mapVersionOf((await session.game()).version);
  } catch (error) {
    if (isRoboportError(error, "NO_GAME_VERSION")) return undefined;
    throw error;
  }
}

/**
 * Change some settings of mod-settings.dat, or of an empty one where there is none yet.
 *
 * @throws {RoboportError} as {@link replaceSettings}; `NO_GAME_VERSION` without a file.
 */
async function changeSettings(
  session: Session,
  change: (settings: ModSettings) => ModSettings,
): Promise<SettingsChanged> {
  const empty = await readStoredSettings(session);
  return await replaceSettings(session, (before) => change(before ?? empty));
}

/**
 * Replace mod-settings.dat as one step that cannot stay half done.
 *
 * @throws {RoboportError} `SERVER_RUNNING`, `LOCKED_OUT`, `APPLY_FAILED`, `PERMISSION`, `DISK_FULL`, `SETTINGS_SHAPE`
 * @see rule SET-15
 */
async function replaceSettings(
  session: Session,
  change: (settings: ModSettings | undefined) => ModSettings,
): Promise<SettingsChanged> {
  const installation = await session.installation();
  const { root, modsDir } = installation;
  await requireStopped(installation);
  const store = session.store();
  await makeFolder(store.fs, modsDir, session.owner);
  return await alone(session, async (lock) => {
    const file = await findSettingsFile(modsDir);
    const after = change(file?.settings);
    const content = formatModSettings(after);
    if (file && Buffer.compare(file.bytes, content) === 0) return { changed: false, settings: [] };
    const path = join(modsDir, MOD_SETTINGS_FILE);
    await applySteps([{ do: "write", path, content }], { root, modsDir, store, lock, owner: session.owner });
    return { changed: true, settings: differences(file?.settings, after) };
  });
}

function differences(before: ModSettings | undefined, after: ModSettings): readonly StoredSetting[] {
  const known = new Map((before ? listSettings(before) : []).map((each) => [keyOf(each), each]));
  const changed = listSettings(after).filter((each) => {
    const old = known.get(keyOf(each));
    known.delete(keyOf(each));
    return old === undefined || describe(old) !== describe(each);
  });
  return [...changed, ...known.values()];
}

function keyOf({ section, name }: StoredSetting): string {
  return `${section}/${name}`;
}

function describe({ value }: StoredSetting): string {
  return JSON.stringify(value, (_, each: unknown) => (typeof each === "bigint" ? String(each) : each));
}
