import { join, resolve } from "node:path";
import { expandFactorioPath, type FactorioPathTokens, parseFactorioIni } from "../game/factorio-ini.ts";
import { findText, kindOf } from "./text-file.ts";

/** Where a game reads its data and keeps its own: absolute, and there. */
export interface ConfigPaths {
  readonly readData?: string;
  readonly writeData?: string;
}

/**
 * Follow config-path.cfg and config.ini of a game's folder as the game does.
 *
 * A folder they name that is not there is left out: a volume of a container, seen from outside, has such.
 *
 * @see reference/formats.md §12, rules LAYOUT-3 and LAYOUT-4
 */
export async function readConfigPaths(gameDir: string, tokens: FactorioPathTokens): Promise<ConfigPaths> {
  const expand = (path: string | undefined) => {
    const expanded = path ? expandFactorioPath(path, tokens) : undefined;
    return expanded === undefined ? undefined : resolve(gameDir, expanded);
  };
  const pointer = parseFactorioIni((await findText(join(gameDir, "config-path.cfg"))) ?? "").get("");
  const configDir = expand(pointer?.get("config-path")) ?? join(gameDir, "config");
  const config = parseFactorioIni((await findText(join(configDir, "config.ini"))) ?? "").get("path");
  const isSystem = pointer?.get("use-system-read-write-data-directories") === "true";
  const readData = expand(config?.get("read-data")) ?? (isSystem ? tokens.systemReadData : undefined);
  const writeData = expand(config?.get("write-data")) ?? (isSystem ? tokens.systemWriteData : undefined);
  return {
    ...(readData !== undefined && (await kindOf(readData)) === "folder" && { readData }),
    ...(writeData !== undefined && (await kindOf(writeData)) === "folder" && { writeData }),
  };
}
