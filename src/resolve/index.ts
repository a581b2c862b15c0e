/**
 * The resolver, pure and synchronous: a universe and a request in, picks or a proof out.
 *
 * @module
 */
export { audit } from "./audit.ts";
export type { AuditedMod, AuditFinding, AuditRequest } from "./audited-set.ts";
export type { Change, Conflict, Sentence, Source, Suggestion } from "./explain/explanation.ts";
export type { Finding } from "./finding.ts";
export type { Obstacle } from "./obstacles.ts";
export type { Failure, FixedMod, Resolution, Solution, SolveLimits, SolveRequest, SolveStats } from "./request.ts";
export { solve } from "./solve.ts";
export { buildTree, type TreeNode } from "./tree.ts";
export type { Mod, Release, Requirement, Universe } from "./universe.ts";
export { formatUniverseFile, parseUniverseFile, type UniverseFile } from "./universe-file.ts";
export { explainWhy, type Link, type PresentMod, type Why } from "./why.ts";
export type { PickChange } from "./why-not.ts";
export { type Attainable, explainWhyNotRelease, type ReleaseQuestion, type Unattainable } from "./why-not-release.ts";
