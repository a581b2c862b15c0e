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
export { type ConnectionLimits, type TimeLimits } from "./http/connections.ts";
export { type Observer, type Outcome } from "./http/front.ts";
export { type ReadinessCheck } from "./http/health.ts";
export { type LimitSettings } from "./http/limits.ts";
export { type Gauge } from "./http/metrics.ts";
export { type Passage } from "./http/passage.ts";
export { type RateLimit } from "./http/rate-limiter.ts";
export { type LogFormat, openRequestLog, type RequestLogOptions } from "./http/request-log.ts";
export { parseTrustedProxies, type TrustedProxies } from "./http/trusted-proxies.ts";
export { type FolderWorldOptions, openFolderWorld } from "./worlds/folder-world.ts";
export { type Handler, type MetricsPlace, type PortalOptions, type RunningPortal, startPortal } from "./serve.ts";
export { type MemorySource, staticWorld, worldOver } from "./worlds/memory-source.ts";
export { openUniverseWorld, readUniverseWorld } from "./worlds/universe-world.ts";
export {
  type Arrival,
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
