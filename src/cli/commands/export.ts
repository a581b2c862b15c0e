import { resolve } from "node:path";
import { RoboportError } from "../../errors.ts";
import type { ReleaseUrl } from "../../operations/export.ts";
import { defineCommand, oneOf, optional, required, switchFlag } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { formatCount } from "../quantity.ts";

const FORMS = ["mod-list", "zip", "urls"] as const;

export const command = defineCommand({
  details:
    "mod-list prints a mod-list.json of the mods that are on; zip writes them into one zip with their settings, to be unpacked into a player's mods folder; urls prints where each release of roboport.lock can be had; a download needs the account of whoever fetches it, so no URL holds one.",
  flags: { pinned: switchFlag("mod-list: name the version of each mod") },
  positional: [
    required("FORM", FORMS.join(", "), { parse: oneOf(FORMS), complete: FORMS }),
    optional<string>("FILE", "zip: where to write it"),
  ],
  examples: [
    ["roboport export mod-list > mod-list.json", "For players, and for import mod-list on another server"],
    ["roboport export mod-list --pinned", "The same versions, too"],
    ["roboport export zip pack.zip", "Everything a player needs, in one file"],
    ["roboport export urls --json", "With digests, for Nix, Ansible and mirrors"],
  ],
  async run(context, flags, form, file) {
    if (form === "zip") return await writePack(context, file);
    if (file !== undefined) throw usage(`Cannot write ${form} into a file`, "Redirect what it prints.");
    const { output } = context;
    const session = await context.openSession();
    const { exportModList, exportUrls } = await import("../../operations/export.ts");
    if (form === "urls") {
      const releases = await exportUrls(session);
      return output.data({ releases }, () => releases.map(formatRelease).join("\n"));
    }
    const { list, text } = await exportModList(session, flags.pinned);
    output.data(list, () => text.trimEnd());
  },
});

async function writePack({ cwd, output, openSession }: CommandContext, file: string | undefined): Promise<void> {
  if (file === undefined) throw usage("Cannot export a zip without a name", 'Write "roboport export zip FILE.zip".');
  const { exportZip } = await import("../../operations/export-zip.ts");
  const { mods, leftOut } = await exportZip(await openSession(), resolve(cwd, file));
  for (const folder of leftOut) output.warn(`${folder} is an unpacked mod and is left out`);
  output.outcome({ file, mods, leftOut }, `Wrote ${formatCount(mods.length, "mod")} to ${file}`);
}

function usage(message: string, hint: string): RoboportError {
  return new RoboportError("USAGE", message, { hint });
}

function formatRelease({ url, file }: ReleaseUrl): string {
  return url ?? `# ${file} is on no portal`;
}
