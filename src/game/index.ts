/**
 * The nouns of the game, pure: text and bytes to values and back.
 *
 * @module
 */
export { type BuiltIn, BUILT_IN_NAMES, compareBuiltIns, defaultBuiltIns } from "./built-ins.ts";
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
export { DEFAULT_FACTORIO_VERSION, factorioLine, gameLine, runsOn } from "./game-version.ts";
export { type InfoJson, parseInfoJson } from "./info-json.ts";
export { computeLoadOrder, type LoadedMod, type LoadOrder, type OrderCycle } from "./load-order.ts";
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
export { parsePlayerData } from "./player-data.ts";
export { parseServerSettings, type ServerSettings } from "./server-settings.ts";
export type { ServiceAccount } from "./service-account.ts";
export {
  compareVersions,
  findVersion,
  formatCanonicalVersion,
  parseVersion,
  type Version,
  versionOf,
  versionParts,
} from "./version.ts";
