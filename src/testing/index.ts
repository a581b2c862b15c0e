export { type Blackhole, openBlackhole } from "./blackhole.ts";
export { type ChaosPortal, type ChaosPortalOptions, startChaosPortal } from "./chaos-portal.ts";
export type { ChaosQuestion, ChaosRequest, Service } from "./chaos-request.ts";
export type { BodyFault, ConnectionFault, Fault, FaultName, HeadFault } from "./fault.ts";
export type { FaultRule, Strike } from "./fault-rule.ts";
export { type MemoryRelease, type MemoryWorld, memoryWorld } from "./memory-world.ts";
export { type NamedFault, NETWORK_FAULTS } from "./network-faults.ts";
export { createTestCertificate, type TestCertificate, type TestCertificateOptions } from "./test-certificate.ts";
export {
  gameSite,
  type GameSiteOptions,
  makeTar,
  makeTestGame,
  type TarFile,
  type TestGame,
} from "./test-game.ts";
export { startTestRcon, type TestRcon, type TestRconOptions } from "./test-rcon.ts";
export { storedXz } from "./stored-xz.ts";
export {
  type InProcessPortal,
  type SeenRequest,
  startTestPortal,
  type TestPortal,
  testPortalFetch,
  type TestPortalOptions,
} from "./test-portal.ts";
export { makeTestSave, saveHeaderBytes, type TestSave, testSaveHeader } from "./test-save.ts";
export { type ProxyRequest, startTestProxy, type TestProxy, type TestProxyOptions } from "./test-proxy.ts";
