export { type MemoryRelease, type MemoryWorld, memoryWorld } from "./memory-world.ts";
export {
  type InProcessPortal,
  type SeenRequest,
  startTestPortal,
  type TestPortal,
  testPortalFetch,
  type TestPortalOptions,
} from "./test-portal.ts";
