import { resolve } from "node:path";
import { RoboportError } from "../../errors.ts";
import type { DiffAgainst, SaveDiff } from "../../operations/save-diff.ts";
import { defineCommand, oneOf, required, switchFlag, valueFlag } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { formatCount } from "../quantity.ts";
import { bold, green, lines, red, styled, type Text, yellow } from "../styled.ts";

const ACTIONS = ["info", "diff"] as const;

interface DiffFlags {
  readonly lockfile: boolean;
  readonly with: string | undefined;
}

export const command = defineCommand({
  details:
    "info shows the game version, the mods with their versions, and the startup settings a map was saved with. diff says what would be different if the server loaded it now. Saves of Factorio 0.12 to 2.1; a few kilobytes are read, however large the save is.",
  flags: {
    lockfile: switchFlag("diff: compare with roboport.lock instead of the mods folder"),
    with: valueFlag("SAVE", "diff: compare with another save"),
  },
  positional: [
    required("ACTION", "info or diff", { parse: oneOf(ACTIONS), complete: ACTIONS }),
    required<string>("FILE", "A save, such as saves/world.zip"),
  ],
  examples: [
    ["roboport save info saves/world.zip", "Which mods does it need?"],
    ["roboport save diff saves/world.zip", "Does the mods folder still fit it?"],
    ["roboport save diff saves/new.zip --with saves/old.zip", "What happened in between?"],
  ],
  async run(context, flags, action, file) {
    const path = resolve(context.cwd, file);
    if (action === "diff") return await showDiff(context, path, flags);
    if (flags.lockfile || flags.with !== undefined) throw onlyForDiff();
    const { describeSave, formatSave } = await import("../../operations/save-document.ts");
    const { readSave } = await import("../../installation/save-file.ts");
    const document = describeSave(readSave(path));
    context.output.data(document, () => formatSave(document));
  },
});

function onlyForDiff(): RoboportError {
  return new RoboportError("USAGE", "Cannot compare in save info: --lockfile and --with are for save diff", {
    hint: 'Run "roboport save diff FILE" with them.',
  });
}

async function showDiff(context: CommandContext, path: string, flags: DiffFlags): Promise<void> {
  const against = chooseOther(context, flags);
  const { diffSave, isSameSet } = await import("../../operations/save-diff.ts");
  const diff = await diffSave(await context.openSession(), path, against);
  const same = isSameSet(diff);
  context.output.data(documentOf(diff, same), () => (same ? "No difference" : formatDiff(diff)));
}

/** @throws {RoboportError} `USAGE` */
function chooseOther({ cwd }: CommandContext, { lockfile, with: other }: DiffFlags): DiffAgainst {
  if (lockfile && other !== undefined) {
    throw new RoboportError("USAGE", "Cannot compare with --lockfile and --with at once", {
      hint: "Choose one of them.",
    });
  }
  if (other !== undefined) return { save: resolve(cwd, other) };
  return lockfile ? "lockfile" : "folder";
}

function documentOf(diff: SaveDiff, same: boolean) {
  const mods = (list: SaveDiff["missing"]) => list.map(({ name, version }) => ({ name, version: version.text }));
  return {
    same,
    factorio: { saved: diff.saved.text, there: diff.there.text },
    missing: mods(diff.missing),
    extra: mods(diff.extra),
    changed: diff.changed.map(({ name, saved, there }) => ({ name, saved: saved.text, there: there.text })),
    altered: diff.altered,
    settings: diff.settings.map((setting) => ({ ...setting, there: setting.there ?? null })),
  };
}

function formatDiff(diff: SaveDiff): Text {
  const { saved, there, missing, extra, changed, altered, settings } = diff;
  const groups: readonly (readonly [string, readonly Text[]])[] = [
    ["missing mod", missing.map(({ name, version }) => styled`${red("-")} ${name} ${version.text}`)],
    ["added mod", extra.map(({ name, version }) => styled`${green("+")} ${name} ${version.text}`)],
    ["changed mod", changed.map((mod) => styled`${yellow("~")} ${mod.name} ${mod.saved.text} -> ${mod.there.text}`)],
    ["mod with other prototypes", altered.map((name) => styled`${yellow("~")} ${name}`)],
    ["other startup setting", settings.map(formatSetting)],
  ];
  const game = saved.key === there.key ? [] : [styled`${bold("Factorio")} ${saved.text} -> ${there.text}`];
  return lines(
    game,
    groups.flatMap(([what, rows]) =>
      rows.length === 0 ? [] : [bold(`${formatCount(rows.length, what)}:`), ...rows.map((row) => styled`  ${row}`)],
    ),
  );
}

function formatSetting({ name, saved, there }: SaveDiff["settings"][number]): Text {
  const now = there === undefined ? "its default" : JSON.stringify(there);
  return styled`${yellow("~")} ${name} ${JSON.stringify(saved)} -> ${now}`;
}
