import { defineCommand, optional } from "../command.ts";
import { publishRelease, releaseFlags } from "../publish-release.ts";

export const command = defineCommand({
  details: "As publish, for a mod the portal knows; needs a key with the usage to upload only.",
  flags: releaseFlags,
  positional: [optional<string>("PATH", "The mod's folder or its zip; default: here")],
  examples: [["roboport upload my-mod_1.2.0.zip", "Add a release"]],
  async run(context, flags, path = ".") {
    await publishRelease(context, { path, flags, isNew: false, details: {} });
  },
});
