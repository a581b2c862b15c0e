/**
 * Imports point up one list of folders, decisions stay free of the world, and what runs in a browser needs no Node.
 *
 * @see ARCHITECTURE.md, "Layers"
 */
import { existsSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { build } from "esbuild";
import { codeOf, importsOf, listSources, readSource, runCheck } from "./source-tree.mjs";

/** Lowest first: a folder imports only from itself and from those before it. */
const LAYERS = [
  "errors.ts",
  "game",
  "resolve",
  "plan",
  "portal",
  "store",
  "installation",
  "apply",
  "capture",
  "operations",
  "registry",
  "cli",
  "testing",
  "index.ts",
];

/** These decide and nothing else. */
const PURE = ["game", "resolve", "plan"];
const IMPURE = [
  [/\bDate\.now\s*\(|\bnew Date\(\s*\)|\bperformance\b/, "reads the clock"],
  [/\bMath\.random\b|\bcrypto\b/, "rolls dice"],
  [/\bprocess\b/, "reads the process"],
  [/\bfetch\s*\(/, "fetches"],
  [/\bconsole\b/, "prints"],
  [/\bset(?:Timeout|Interval|Immediate)\b/, "sets a timer"],
];

/** Entry points whose whole import graph must run outside Node. */
const NODE_FREE = ["src/game/index.ts", "src/resolve/index.ts", "src/portal/index.ts"];

await runCheck(async (root) => {
  const sources = listSources(root);
  const faults = sources.flatMap((path) => [...findWrongDirections(root, path), ...findImpurities(root, path)]);
  for (const entry of NODE_FREE) faults.push(...(await findNodeImports(root, entry)));
  return faults;
});

function layerOf(path) {
  return path.split("/")[1];
}

function findWrongDirections(root, path) {
  const layer = layerOf(path);
  const rank = LAYERS.indexOf(layer);
  if (rank < 0) return [`${path}: src/${layer} is not in the list of layers`];
  return importsOf(readSource(root, path))
    .filter((name) => name.startsWith("."))
    .map((name) => posix.join(dirname(path), name))
    .filter((target) => LAYERS.indexOf(layerOf(target)) > rank || !target.startsWith("src/"))
    .map((target) => `${path}: imports ${target}, which is above ${layer}`);
}

function findImpurities(root, path) {
  if (!PURE.includes(layerOf(path))) return [];
  const text = readSource(root, path);
  const nodes = importsOf(text).filter((name) => name.startsWith("node:"));
  const code = codeOf(text);
  const habits = IMPURE.filter(([pattern]) => pattern.test(code)).map(([, habit]) => habit);
  return [...nodes.map((name) => `imports ${name}`), ...habits].map(
    (what) => `${path}: ${what}, and ${layerOf(path)} is pure`,
  );
}

/** Bundling for a browser fails at every import of Node's, in our files and in packages alike. */
async function findNodeImports(root, entry) {
  if (!existsSync(join(root, entry))) return [];
  const options = { entryPoints: [entry], absWorkingDir: root, bundle: true, write: false, platform: "browser" };
  try {
    await build({ ...options, format: "esm", logLevel: "silent" });
    return [];
  } catch (error) {
    if (!Array.isArray(error.errors)) throw error;
    return error.errors.map(({ location, text }) => `${entry}: does not run outside Node: ${location?.file}: ${text}`);
  }
}
