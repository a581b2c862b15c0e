/**
 * The nouns of the game, pure: text and bytes to values and back.
 *
 * @module
 */
export { type BuiltIn, BUILT_IN_NAMES, compareBuiltIns, defaultBuiltIns } from "./built-ins.ts";
export {
  type ChangelogCategory,
  type ChangelogSection,
  findVersionRange,
  formatChangelog,
  parseChangelog,
  sectionsWithin,
  type VersionRange,
} from "./changelog.ts";
export { type ChangelogFault, findChangelogFaults } from "./changelog-check.ts";
export {
  bringsIn,
  type Constraint,
  type Dependency,
  type DependencyKind,
  findDependency,
  formatConstraint,
  formatDependency,
  mustBePresent,
  type Operator,
  parseDependency,
  satisfies,
} from "./dependency.ts";
export { type EffectiveMods, findEffectiveMods, type LocalMod } from "./effective-mods.ts";
export { expandFactorioPath, type FactorioIni, type FactorioPathTokens, parseFactorioIni } from "./factorio-ini.ts";
export {
  findFailedMod,
  findLoggedMod,
  findLoggedRequest,
  findLoggedStatus,
  findLogRecord,
  findLogVersion,
  isHarmless,
  type LoggedMod,
  type LoggedRequest,
  type LogLevel,
  type LogRecord,
  redactLogText,
} from "./factorio-log.ts";
export { DEFAULT_FACTORIO_VERSION, factorioLine, gameLine, runsOn } from "./game-version.ts";
export { type InfoJson, parseInfoJson } from "./info-json.ts";
export { computeLoadOrder, type LoadedMod, type LoadOrder, type OrderCycle } from "./load-order.ts";
export {
  findMapVersion,
  formatMapVersion,
  gameOfMap,
  isAtLeast,
  type MapVersion,
  mapVersionOf,
} from "./map-version.ts";
export { formatModList, type ModList, type ModListEntry, parseModList } from "./mod-list.ts";
export {
  compareModNames,
  findModFileName,
  isModName,
  type ModFileName,
  type ModName,
  modFileName,
  parseModName,
} from "./mod-name.ts";
export {
  formatModSettings,
  listSettings,
  type ModSettings,
  modSettingsOf,
  parseModSettings,
  SETTING_SECTIONS,
  type SettingId,
  type SettingSection,
  settingsOf,
  type StoredSetting,
  withoutSetting,
  withSettings,
} from "./mod-settings.ts";
export { parseSettingsDocument, type SettingsDocument, settingsDocument } from "./mod-settings-json.ts";
export { parsePlayerData } from "./player-data.ts";
export { jsonToProperty, type PropertyJson, type PropertyJsonObject, propertyToJson } from "./property-json.ts";
export type { StoredProperty } from "./property-stored.ts";
export { findProperty, type PropertyEntry, type PropertyTree, type PropertyValue } from "./property-tree.ts";
export {
  compareModSets,
  compareStartupSettings,
  type ModChange,
  type ModsDiff,
  type SetMod,
  type SettingChange,
} from "./save-diff.ts";
export { type AllowedCommands, parseSaveHeader, type SavedMod, type SaveHeader } from "./save-header.ts";
export { parseServerSettings, type ServerSettings } from "./server-settings.ts";
export type { ServiceAccount } from "./service-account.ts";
export { type KnownSetting, parseSettingValue, settingTree } from "./setting-value.ts";
export {
  type DefinedSettings,
  readDefinedSettings,
  type SettingDefinition,
  type SettingType,
} from "./settings-definitions.ts";
export {
  compareVersions,
  findVersion,
  formatCanonicalVersion,
  parseVersion,
  type Version,
  versionOf,
  versionParts,
} from "./version.ts";
