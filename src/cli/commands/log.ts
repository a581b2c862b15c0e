import { resolve } from "node:path";
import type { LogError, LogMods, LogRequest } from "../../operations/log.ts";
import { defineCommand, oneOf, required } from "../command.ts";
import { bold, dim, green, lines, red, styled, type Styled, type Text, yellow } from "../styled.ts";
import { formatTable } from "../table.ts";

const ACTIONS = ["requests", "mods", "errors"] as const;

export const command = defineCommand({
  details:
    "requests shows the HTTP requests of the game and whether the API contract knows them; tokens are left out. mods shows what was on, errors what went wrong. Logs of any version and size.",
  positional: [
    required("ACTION", ACTIONS.join(", "), { parse: oneOf(ACTIONS), complete: ACTIONS }),
    required<string>("FILE", "factorio-current.log, or an older one"),
  ],
  examples: [
    ["roboport log requests factorio-current.log", "What does the game ask for?"],
    ["roboport log mods factorio-previous.log", "What was it started with?"],
    ["roboport log errors factorio-current.log --json", "Why did it not start?"],
  ],
  async run({ output, cwd }, _flags, action, file) {
    const path = resolve(cwd, file);
    const { readLogErrors, readLogMods, readLogRequests } = await import("../../operations/log.ts");
    if (action === "mods") {
      const found = await readLogMods(path);
      return output.data(describeMods(found), () => formatMods(found));
    }
    if (action === "errors") {
      const errors = await readLogErrors(path);
      return output.data({ errors }, () => formatErrors(errors));
    }
    const requests = await readLogRequests(path);
    output.data({ requests: requests.map(describeRequest) }, () => formatRequests(requests, output.columns));
  },
});

function describeMods({ factorio, mods, isComplete }: LogMods) {
  return {
    factorio: factorio?.text ?? null,
    isComplete,
    mods: mods.map(({ name, version, crc }) => ({ name, version: version?.text ?? null, crc: crc ?? null })),
  };
}

function formatMods({ factorio, mods, isComplete }: LogMods): Styled {
  const rows = mods.map(({ name, version }) => [name, version?.text ?? dim("?")]);
  const head = factorio ? [styled`${bold("Factorio")} ${factorio.text}`] : [];
  const rest = isComplete ? [] : [dim("There may be more: this log does not name every mod")];
  return lines(head, formatTable(rows, { indent: 2 }), rest);
}

function describeRequest({ endpoint, status, ...request }: LogRequest) {
  return { ...request, status: status ?? null, endpoint: endpoint?.id ?? null };
}

function formatRequests(requests: readonly LogRequest[], columns: number | undefined): Styled {
  if (requests.length === 0) return lines("No requests");
  const rows = requests.map(({ time, method, url, status, endpoint, unknown }): readonly Text[] => [
    time.toFixed(3),
    method,
    status === undefined ? "" : String(status),
    endpoint ? green(endpoint.id) : red("unknown"),
    unknown.length === 0 ? url : styled`${url} ${yellow(`unknown: ${unknown.join(", ")}`)}`,
  ]);
  return lines(formatTable(rows, { right: [0], columns }));
}

function formatErrors(errors: readonly LogError[]): Styled {
  if (errors.length === 0) return lines("No errors");
  return lines(
    errors.flatMap(({ line, text, more, mod, isHarmless }) => {
      const cause = mod === undefined ? "" : ` [${mod}]`;
      const head = `line ${line}${cause}: ${text}`;
      if (isHarmless) return [dim(`- ${head} (harmless)`)];
      return [styled`${red("x")} ${head}`, ...more.map((each) => `  ${each}`)];
    }),
  );
}
