import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { defineCommand, optional, switchFlag, valueFlag } from "../command.ts";
import { publishRelease, releaseFlags } from "../publish-release.ts";

export const command = defineCommand({
  details:
    "Packs the mod's folder (without dot files, pictures' sources and what .roboportignore lists), checks info.json, changelog and picture, sends it with the key in FACTORIO_API_KEY or ROBOPORT_API_KEY_FILE, and looks whether the portal shows it. The same content a second time is no error. The options about the page count for a new mod.",
  flags: {
    ...releaseFlags,
    new: switchFlag("Publish a mod whose name no mod has yet"),
    category: valueFlag("CATEGORY", "Of a new mod"),
    license: valueFlag("ID", "Of a new mod: default_mit, default_gnugplv3, …"),
    sourceUrl: valueFlag("URL", "Of a new mod"),
    descriptionFile: valueFlag("FILE", "Markdown for the page of a new mod"),
  },
  positional: [optional<string>("PATH", "The mod's folder or its zip; default: here")],
  examples: [
    ["roboport publish --dry-run", "Pack and check the mod in this folder"],
    ["roboport publish --new --license default_mit --category utilities", "The first release of a new mod"],
    ["roboport publish build/my-mod_1.2.0.zip", "A zip that is there"],
  ],
  async run(context, flags, path = ".") {
    const { category, license, sourceUrl, descriptionFile } = flags;
    const description =
      descriptionFile === undefined ? undefined : await readFile(resolve(context.cwd, descriptionFile), "utf8");
    const details = { category, license, sourceUrl, description };
    await publishRelease(context, { path, flags, isNew: flags.new, details });
  },
});
