import { join } from "node:path";
import { kindOf } from "./text-file.ts";

/** Any of these files makes a folder a server's, wherever we come across it. */
export const SERVER_FILES = ["roboport.json", "bin/x64/factorio", "data/base/info.json"] as const;

/**
 * True for a folder with a manifest, a game, or what a container's volume holds: config/ beside mods/ or saves/.
 *
 * @see rules LAYOUT-1 and LAYOUT-2
 */
export async function isServerFolder(folder: string): Promise<boolean> {
  const files = await Promise.all(SERVER_FILES.map((name) => kindOf(join(folder, name))));
  if (files.includes("file")) return true;
  const [config, mods, saves] = await Promise.all(
    ["config", "mods", "saves"].map((name) => kindOf(join(folder, name))),
  );
  return config === "folder" && (mods === "folder" || saves === "folder");
}

/** True for a folder that the game keeps its mods in. */
export async function isModsFolder(folder: string): Promise<boolean> {
  return (await kindOf(join(folder, "mod-list.json"))) === "file";
}
