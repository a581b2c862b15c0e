import { resolve } from "node:path";
import { RoboportError } from "../../errors.ts";
import { formatConstraint } from "../../game/dependency.ts";
import { parseRequirement } from "../../plan/requirement.ts";
import { defineCommand, many, oneOf, valueFlag } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { timeFlags, timeLimits } from "../instant-flag.ts";
import type { Output } from "../output.ts";
import { showConflict } from "../show-conflict.ts";
import { bold, dim, lines, styled, type Text } from "../styled.ts";
import { formatTable } from "../table.ts";

/** All that the command needs of its surroundings. */
export type SolveContext = Pick<CommandContext, "globals" | "env" | "cwd" | "clock" | "monotonic"> & {
  readonly output: Pick<Output, "data" | "columns">;
};

export const command = defineCommand({
  details:
    "Pure: reads the universe file and nothing else, asks no portal, changes nothing. For tools and bug reports.",
  flags: {
    universe: valueFlag("FILE", "The universe: what --save-universe wrote, or any file of that shape, plain or .gz"),
    modList: valueFlag("FILE", "A mod-list.json; its enabled mods are wanted"),
    exact: valueFlag("SAVE", "A save; its mods are wanted in exactly its versions, for its game"),
    builtins: valueFlag(
      "LIST",
      "The only mods of the game itself that are on: base,quality or quality@2.0.60 (default: all)",
      splitList,
    ),
    prefer: valueFlag(
      "MODE",
      "Which releases to prefer: newest (default) or oldest",
      oneOf(["newest", "oldest"] as const),
    ),
    ...timeFlags,
    budget: valueFlag("SECONDS", "How long to try (default 5)", parseBudget),
  },
  positional: many("NAME[@REQ]", "A mod that is wanted", { minimum: 0, parse: parseRequirement }),
  examples: [
    ["roboport solve --universe universe.json flib 'helmod@>=2' --factorio 2.0.60", "Which releases fit together"],
    ["roboport solve --universe universe.json --exact saves/world.zip", "Is there still what a save needs?"],
    ["roboport solve --universe bug.json --mod-list mod-list.json --json", "Replay a decision"],
  ],
  async run({ output, globals, env, cwd, clock, monotonic }: SolveContext, flags, ...requirements) {
    if (flags.universe === undefined) throw noUniverse();
    const { solveUniverseFile } = await import("../../operations/solve-universe.ts");
    const resolution = await solveUniverseFile({
      env,
      cwd,
      universe: resolve(cwd, flags.universe),
      requirements,
      modList: flags.modList === undefined ? undefined : resolve(cwd, flags.modList),
      exact: flags.exact === undefined ? undefined : resolve(cwd, flags.exact),
      factorio: globals.factorio,
      builtIns: flags.builtins,
      ...(flags.prefer !== undefined && { prefer: flags.prefer }),
      ...timeLimits(flags, clock),
      limits: { now: monotonic, ...(flags.budget !== undefined && { budgetMs: flags.budget * 1000 }) },
    });
    if (!resolution.ok) return showConflict({ failure: resolution }, output);
    const { picks, loadOrder, findings, stats } = resolution;
    const versions = Object.fromEntries([...picks].map(([name, release]) => [name, release.version.text]));
    return output.data({ ok: true, picks: versions, loadOrder, findings, stats }, () => {
      const asked = new Map(requirements.map(({ name, constraints }) => [name, constraints.map(formatConstraint)]));
      const rows = [...picks].map(([name, release]): readonly Text[] => [
        bold(name),
        release.version.text,
        dim(asked.has(name) ? `asked for ${asked.get(name)?.join(", ") ?? ""}`.trim() : ""),
      ]);
      return lines(
        rows.length === 0 ? "No mods have to be downloaded" : formatTable(rows, { columns: output.columns }),
        findings.map(({ text }) => styled`note: ${text}`),
      );
    });
  },
});

function noUniverse(): RoboportError {
  return new RoboportError("USAGE", "Cannot solve without --universe FILE", {
    hint: "Save one with roboport add NAME --dry-run --save-universe FILE.",
  });
}

function splitList(text: string): readonly string[] {
  return text
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "");
}

/** @throws {RoboportError} `USAGE` */
function parseBudget(text: string): number {
  const seconds = Number(text);
  if (seconds > 0 && seconds <= 3600) return seconds;
  throw new RoboportError("USAGE", `Cannot use --budget ${text.slice(0, 20)}`, { hint: "Give seconds, up to 3600." });
}
