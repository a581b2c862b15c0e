import { RoboportError } from "../../errors.ts";
import { SETTING_SECTIONS } from "../../game/mod-settings.ts";
import { settingsDocument } from "../../game/mod-settings-json.ts";
import { propertyToJson } from "../../game/property-json.ts";
import type { Setting } from "../../operations/settings.ts";
import type { SettingsChanged } from "../../operations/settings-change.ts";
import { defineCommand, oneOf, optional, required, switchFlag, valueFlag } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { readInputFile } from "../input-file.ts";
import { formatCount } from "../quantity.ts";
import { bold, dim, lines, styled, type Text, yellow } from "../styled.ts";
import { formatTable } from "../table.ts";

const ACTIONS = ["list", "get", "set", "unset", "import", "export"] as const;

interface SettingsFlags {
  readonly section: (typeof SETTING_SECTIONS)[number] | undefined;
  readonly replace: boolean;
}

export const command = defineCommand({
  details:
    "Reads and writes mod-settings.dat without the game. What a mod's settings files spell out is checked: type, range, allowed values. A value that no mod of the folder is known to define is marked as an orphan. The server has to be stopped for changes.",
  flags: {
    section: valueFlag("SECTION", `One of ${SETTING_SECTIONS.join(", ")}`, oneOf(SETTING_SECTIONS)),
    replace: switchFlag("import: drop settings that the file does not name"),
  },
  positional: [
    required("ACTION", ACTIONS.join(", "), { parse: oneOf(ACTIONS), complete: ACTIONS }),
    optional<string>("NAME|FILE", "A setting; for import a mod-settings.dat or JSON, - for standard input"),
    optional<string>("VALUE", "set: true, 5, a text, or a colour as JSON"),
  ],
  examples: [
    ["roboport settings list", "What is set, and what could be"],
    ["roboport settings set my-setting 12", "Change one"],
    ["roboport settings unset my-setting", "Back to the mod's default"],
    ["roboport settings export --json > settings.json", "All of it, to be imported on another server"],
  ],
  async run(context, flags, ...args) {
    const [action, what, value] = args;
    requireArguments(action, what, value);
    if (action === "list") return await showList(context, flags);
    if (action === "export") return await showExport(context);
    const operations = await import("../../operations/settings-change.ts");
    const session = await context.openSession();
    const choice = { name: what ?? "", section: flags.section };
    if (action === "get") return showSetting(context, await operations.getSetting(session, choice));
    if (action === "set") return showChanged(context, await operations.setSetting(session, choice, value ?? ""));
    if (action === "unset") return showChanged(context, await operations.unsetSetting(session, choice));
    const bytes = await readInputFile(context, what ?? "");
    showChanged(context, await operations.importSettings(session, { bytes, replace: flags.replace }));
  },
});

/** @throws {RoboportError} `USAGE` */
function requireArguments(action: (typeof ACTIONS)[number], what: string | undefined, value: string | undefined): void {
  const wanted = action === "set" ? 2 : action === "list" || action === "export" ? 0 : 1;
  const given = [what, value].filter((each) => each !== undefined).length;
  if (given === wanted) return;
  const form = [action, ...["NAME", "VALUE"].slice(0, wanted)].join(" ").replace("import NAME", "import FILE");
  throw new RoboportError("USAGE", `Cannot use settings ${action} with ${formatCount(given, "argument")}`, {
    hint: `Write "roboport settings ${form}".`,
  });
}

async function showList({ output, openSession }: CommandContext, { section }: SettingsFlags): Promise<void> {
  const { listAllSettings } = await import("../../operations/settings.ts");
  const all = await listAllSettings(await openSession());
  const shown = all.filter((setting) => section === undefined || setting.section === section);
  output.data({ settings: shown.map(documentOf) }, () =>
    lines(
      SETTING_SECTIONS.flatMap((each) => {
        const rows = shown.filter((setting) => setting.section === each).map(rowOf);
        return rows.length === 0
          ? []
          : [bold(`${each}:`), ...formatTable(rows, { indent: 2, columns: output.columns })];
      }),
    ),
  );
}

function rowOf({ name, stored, mod, definition }: Setting): readonly Text[] {
  const preset = definition?.default;
  if (stored === undefined)
    return [name, dim(preset === undefined ? "default" : JSON.stringify(preset)), dim(mod ?? "")];
  return [name, JSON.stringify(propertyToJson(stored)), mod === undefined ? yellow("orphan") : dim(mod)];
}

/** A setting as JSON shows it: what is not known is left out. */
function documentOf({ section, name, stored, mod, definition }: Setting) {
  const { section: _, name: __, ...known } = definition ?? { section, name };
  return {
    section,
    name,
    value: stored === undefined ? (definition?.default ?? null) : propertyToJson(stored),
    isStored: stored !== undefined,
    isOrphan: stored !== undefined && mod === undefined,
    mod,
    ...known,
  };
}

function showSetting({ output }: CommandContext, setting: Setting): void {
  const { stored, mod, definition } = setting;
  const value = stored === undefined ? definition?.default : propertyToJson(stored);
  output.data(documentOf(setting), () =>
    lines(
      value === undefined ? dim("the mod's default") : typeof value === "string" ? value : JSON.stringify(value),
      output.verbose && mod !== undefined ? [dim(`of ${mod}, ${setting.section}`)] : [],
    ),
  );
}

function showChanged({ output }: CommandContext, { changed, settings }: SettingsChanged): void {
  const document = settings.map(({ section, name, value }) => ({ section, name, value: propertyToJson(value) }));
  output.outcome({ changed, settings: document }, () =>
    changed ? styled`Wrote mod-settings.dat: ${formatCount(settings.length, "setting")} changed` : "Nothing to change",
  );
}

async function showExport({ output, openSession }: CommandContext): Promise<void> {
  const { readStoredSettings } = await import("../../operations/settings.ts");
  const document = settingsDocument(await readStoredSettings(await openSession()));
  output.data(document, () => JSON.stringify(document, null, 2));
}
