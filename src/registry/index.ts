export {
  type Access,
  type Claim,
  type Credentials,
  loginAccess,
  openAccess,
  TEST_TOKEN,
  TEST_USERNAME,
} from "./access.ts";
export { type AppOptions, createApp, createFilesApp } from "./app.ts";
export { createFileLinks, type FileLinks, type FileLinksOptions } from "./downloads/file-links.ts";
export { type FolderWorldOptions, openFolderWorld } from "./worlds/folder-world.ts";
export { type Handler, type PortalOptions, type RunningPortal, startPortal } from "./serve.ts";
export { type MemorySource, staticWorld, worldOver } from "./worlds/memory-source.ts";
export { openUniverseWorld, readUniverseWorld } from "./worlds/universe-world.ts";
export {
  type ByteRange,
  type EntryForm,
  type ModDetails,
  type ModSummary,
  type ReportProblem,
  type World,
  type WorldImage,
  type WorldLicense,
  type WorldMod,
  type WorldProblem,
  type WorldRelease,
} from "./world.ts";
