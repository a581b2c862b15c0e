export type { Change, Conflict, Sentence, Suggestion } from "./explain/explanation.ts";
export type { Finding } from "./finding.ts";
export type { Failure, FixedMod, Resolution, Solution, SolveLimits, SolveRequest, SolveStats } from "./request.ts";
export type { Mod, Release, Requirement, Universe } from "./universe.ts";
export { solve } from "./solve.ts";
export { buildTree, type TreeNode } from "./tree.ts";
export { explainWhy, type Link, type PresentMod, type Why } from "./why.ts";
export { formatUniverseFile, parseUniverseFile, type UniverseFile } from "./universe-file.ts";
