/** What the check scripts share: listing files, reading imports, and turning a list of faults into an exit code. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { transformSync } from "esbuild";

/** Paths below `folders` of `root` that end in one of `endings`: forward slashes, sorted, dependencies and output left out. */
export function listFiles(root, folders, endings) {
  return folders
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true }).map((path) => join(folder, path)))
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => endings.some((ending) => path.endsWith(ending)) && !/(^|\/)(node_modules|dist|out)\//.test(path))
    .sort();
}

/** TypeScript under `src/` that ships: no tests. */
export function listSources(root) {
  return listFiles(root, ["src"], [".ts"]).filter((path) => !isTest(path));
}

export function isTest(path) {
  return path.endsWith(".test.ts");
}

export function readSource(root, path) {
  return readFileSync(join(root, path), "utf8");
}

const STATIC_IMPORT = /^(?:import|export)\b(?:[^;"'=(]*?\bfrom)?\s*"([^"]+)"/gm;
const DYNAMIC_IMPORT = /\bimport\(\s*"([^"]+)"\s*\)/g;

/** Every module named by an import or re-export, types included. */
export function importsOf(text) {
  return [...text.matchAll(STATIC_IMPORT), ...text.matchAll(DYNAMIC_IMPORT)].map((match) => match[1]);
}

/** What the file does when it runs: no comments, no types. */
export function codeOf(text) {
  return transformSync(text, { loader: "ts", legalComments: "none", target: "es2023" }).code;
}

/** Run a check on the folder named on the command line (default: here), print its faults, set the exit code. */
export async function runCheck(findFaults) {
  const root = resolve(process.argv.slice(2).find((argument) => !argument.startsWith("--")) ?? ".");
  const faults = await findFaults(root);
  for (const fault of faults) console.error(fault);
  process.exitCode = faults.length > 0 ? 1 : 0;
}
