import { spawnSync } from "node:child_process";
import { symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { plantFolder } from "../installation/planted-folder.ts";

export const REPOSITORY = resolve(import.meta.dirname, "../..");

/** A folder of its own that holds these files and our node_modules, gone when the test ends. */
export function plantTree(files: Readonly<Record<string, string>>): string {
  const root = plantFolder(files);
  symlinkSync(join(REPOSITORY, "node_modules"), join(root, "node_modules"), "junction");
  return root;
}

export interface Outcome {
  readonly status: number | null;
  /** Everything the check said, one fault per line. */
  readonly faults: readonly string[];
}

/** What a check script answers about a planted tree. */
export function runCheck(name: string, root: string, ...options: readonly string[]): Outcome {
  const script = join(REPOSITORY, "scripts", `${name}.mjs`);
  const { status, stderr } = spawnSync(process.execPath, [script, root, ...options], { encoding: "utf8" });
  return { status, faults: stderr.split("\n").filter((line) => line !== "") };
}

/** What a check script answers about a tree of these files. */
export function checkPlanted(name: string, files: Readonly<Record<string, string>>): Outcome {
  return runCheck(name, plantTree(files));
}
