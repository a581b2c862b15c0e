/**
 * Roboport as a library: what the command line does, as functions. The parts have entries of their own: `roboport/game`,
 * `roboport/resolve`, `roboport/portal`, `roboport/registry` and `roboport/testing`.
 *
 * @module
 */
export { type ErrorCode, exitCodeOf, isRoboportError, RoboportError } from "./errors.ts";
export { type AddRequest, planAdd } from "./operations/add.ts";
export { auditSave } from "./operations/audit-save.ts";
export { type Audit, auditLockfile, auditModsFolder } from "./operations/audit.ts";
export {
  type CacheInfo,
  cacheInfo,
  type CacheVerification,
  pruneCache,
  type PruneRequest,
  verifyCache,
} from "./operations/cache.ts";
export { type Committed, commit } from "./operations/commit.ts";
export { type Diagnosis, examine } from "./operations/doctor.ts";
export { exportModList, exportUrls, type ModListExport, type ReleaseUrl } from "./operations/export.ts";
export { type HistoryEntry, listHistory } from "./operations/history.ts";
export { getModInfo, type ModInfo } from "./operations/info.ts";
export { type Initialisation, planInit } from "./operations/init.ts";
export { type InstallRequest, planToInstall } from "./operations/install.ts";
export { listMods } from "./operations/list.ts";
export type { Listing } from "./operations/listing.ts";
export { type OpenSessionOptions, openSession } from "./operations/open-session.ts";
export { listOutdated, type Outdated } from "./operations/outdated.ts";
export type { Prepared, Unsolvable } from "./operations/prepare.ts";
export { planRemove } from "./operations/remove.ts";
export { planRollback } from "./operations/rollback.ts";
export { type DiffAgainst, diffSave, type SaveDiff } from "./operations/save-diff.ts";
export { type Found, searchMods, type SearchRequest } from "./operations/search.ts";
export type { Session, SessionEvent } from "./operations/session.ts";
export { listAllSettings, readStoredSettings, type Setting } from "./operations/settings.ts";
export { stage } from "./operations/stage.ts";
export { planUpdate, type UpdateRequest } from "./operations/update.ts";
export { type Verification, verify } from "./operations/verify.ts";
export { findWhyNot } from "./operations/why-not.ts";
export { parseRequirement } from "./plan/requirement.ts";
