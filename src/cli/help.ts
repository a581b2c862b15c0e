import { type AnyCommand, type Argument, type Flags, optionName, type Positional } from "./command.ts";
import { COMMAND_GROUPS, type CommandEntry } from "./command-table.ts";
import { globalFlags } from "./global-flags.ts";
import { bold, lines, styled, type Styled, type Text } from "./styled.ts";
import { formatTable } from "./table.ts";
import { HOMEPAGE, VERSION } from "./version.ts";

/** What `roboport --help` prints. */
export function formatOverview(commands: readonly CommandEntry[]): Styled {
  const groups = COMMAND_GROUPS.map((group) => ({
    group,
    entries: commands.filter((command) => command.group === group),
  })).filter(({ entries }) => entries.length > 0);
  const width = Math.max(...commands.map(({ name }) => name.length));
  return lines(
    styled`${bold("roboport")} ${VERSION}: mods for headless Factorio servers, solved, verified, reversible`,
    "",
    styled`${bold("Usage:")} roboport COMMAND [OPTIONS] [ARGUMENTS]`,
    groups.flatMap(({ group, entries }) => [
      "",
      bold(`${group}:`),
      ...entries.map(({ name, brief }) => `  ${name.padEnd(width)}  ${brief}`),
    ]),
    section("Options of every command", flagRows(globalFlags)),
    "",
    'Run "roboport COMMAND --help" for options and examples of one command.',
    `Manual and source: ${HOMEPAGE}`,
    "Not affiliated with Wube Software.",
  );
}

/** What `roboport COMMAND --help` prints. */
export function formatCommandHelp({ name, brief }: CommandEntry, command: AnyCommand): Styled {
  const { details, flags = {}, positional = [], examples } = command;
  return lines(
    styled`${bold(`roboport ${name}`)}: ${brief}`,
    details === undefined ? [] : ["", details],
    "",
    styled`${bold("Usage:")} roboport ${name} [OPTIONS]${usageOf(positional)}`,
    section(
      "Arguments",
      argumentsOf(positional).map(({ placeholder, brief: what }) => [placeholder, what]),
    ),
    section("Options", flagRows(flags)),
    section("Options of every command", flagRows(globalFlags)),
    section("Examples", examples),
  );
}

function section(title: string, rows: readonly (readonly [string, string])[]): readonly Text[] {
  if (rows.length === 0) return [];
  return ["", bold(`${title}:`), ...formatTable(rows, { indent: 2 })];
}

function flagRows(flags: Flags): readonly (readonly [string, string])[] {
  return Object.entries(flags).map(([name, { alias, placeholder, brief }]) => {
    const short = alias === undefined ? "    " : `-${alias}, `;
    return [`${short}${optionName(name)}${placeholder === undefined ? "" : ` ${placeholder}`}`, brief];
  });
}

function usageOf(positional: Positional): string {
  if ("each" in positional) {
    const { placeholder } = positional.each;
    return positional.minimum > 0 ? ` ${placeholder}...` : ` [${placeholder}...]`;
  }
  return positional.map(({ placeholder, optional }) => (optional ? ` [${placeholder}]` : ` ${placeholder}`)).join("");
}

function argumentsOf(positional: Positional): readonly Argument<unknown>[] {
  return "each" in positional ? [positional.each] : positional;
}
