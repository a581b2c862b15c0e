import { resolve } from "node:path";
import { isRoboportError } from "../errors.ts";
import { readSave } from "../installation/save-file.ts";
import { describeSave, formatSave } from "../operations/save-document.ts";
import { cleanBlock, escapeJsonText } from "./term-text.ts";

/**
 * `save info FILE`, which needs no installation, no colours and little of our code.
 *
 * @returns what to print; undefined for every other command line, and where something is wrong with the save.
 * @see rule SAVE-19
 */
export function fastSave(argv: readonly string[], cwd: string): string | undefined {
  const [, action, ...words] = argv;
  const [file, ...others] = words.filter((word) => word !== "--json" && word !== "--no-color");
  if (action !== "info" || file === undefined || others.length > 0 || file.startsWith("-")) return undefined;
  try {
    const document = describeSave(readSave(resolve(cwd, file)));
    const text = words.includes("--json") ? JSON.stringify(document, null, 2) : formatSave(document);
    return `${words.includes("--json") ? escapeJsonText(text) : cleanBlock(text)}\n`;
  } catch (error) {
    if (isRoboportError(error)) return undefined;
    throw error;
  }
}
