import { type ActionDocument, describeAction } from "../plan/plan-file.ts";
import type { Plan } from "../plan/plan.ts";
import type { Finding } from "../resolve/finding.ts";
import type { Output } from "./output.ts";
import { formatBytes, formatCount } from "./quantity.ts";
import { bold, cyan, dim, green, lines, red, type Styled, styled, type Text, yellow } from "./styled.ts";
import { formatTable } from "./table.ts";

/** What stands before a mod that changes in this way. */
export const MARKS: Readonly<Record<ActionDocument["do"], Styled>> = {
  add: green("+"),
  upgrade: cyan("^"),
  downgrade: yellow("v"),
  repair: yellow("!"),
  remove: red("-"),
};

/** What a plan changes, one line a mod. */
export function showPlan(plan: Plan, { columns }: Pick<Output, "columns">): Styled {
  const rows = plan.actions
    .map(describeAction)
    .map((action): readonly Text[] => [
      MARKS[action.do],
      bold(action.name),
      versionsOf(action),
      dim(action.do === "repair" ? "repair" : action.size === undefined ? "" : formatBytes(action.size)),
    ]);
  const switches = plan.switches.map((each): readonly Text[] => [
    each.enabled ? green("o") : dim("o"),
    bold(each.name),
    `${each.enabled ? "on" : "off"}${each.version === undefined ? "" : `, pinned to ${each.version}`}`,
  ]);
  const settings = plan.settings.map(({ section, name, value }): readonly Text[] => [
    cyan("="),
    bold(name),
    `${JSON.stringify(value)} (${section} setting)`,
  ]);
  const blocked = plan.blocked.map(({ file }): readonly Text[] => [
    red("x"),
    file,
    "is not ours, and stands in the way",
  ]);
  return lines(formatTable([...rows, ...switches, ...settings, ...blocked], { indent: 2, columns }));
}

/** `1.0.0 -> 1.1.0`, or the one version there is. */
export function versionsOf({
  from,
  to,
}: {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}): Text {
  if (from === undefined) return to ?? "";
  return to === undefined || from === to ? from : styled`${dim(from)} -> ${to}`;
}

/** `2 to add, 1 to upgrade, 3 to switch` or `nothing to do`. */
export function summarisePlan(plan: Plan): string {
  const count = (kind: ActionDocument["do"]) => plan.actions.filter((action) => action.do === kind).length;
  const parts = (["add", "upgrade", "downgrade", "repair", "remove"] as const)
    .map((kind) => [count(kind), kind] as const)
    .filter(([number]) => number > 0)
    .map(([number, kind]) => `${number} to ${kind}`);
  if (plan.switches.length > 0) parts.push(`${plan.switches.length} to switch`);
  if (plan.settings.length > 0) parts.push(`${formatCount(plan.settings.length, "setting")} to change`);
  return parts.join(", ") || "nothing to do";
}

/** `Done: 2 added, 1 upgraded; 12 mods for Factorio 2.0.60`. */
export function summariseDone(plan: Plan): string {
  const past = { add: "added", upgrade: "upgraded", downgrade: "downgraded", repair: "repaired", remove: "removed" };
  const count = (kind: ActionDocument["do"]) => plan.actions.filter((action) => action.do === kind).length;
  const parts = (Object.keys(past) as (keyof typeof past)[]).flatMap((kind) =>
    count(kind) > 0 ? [`${count(kind)} ${past[kind]}`] : [],
  );
  if (plan.switches.length > 0) parts.push(`${plan.switches.length} switched`);
  if (plan.settings.length > 0) parts.push(`${formatCount(plan.settings.length, "setting")} changed`);
  const total = `${formatCount(plan.lockfile.mods.length, "mod")} for Factorio ${plan.lockfile.factorio.text}`;
  return parts.length > 0 ? `Done: ${parts.join(", ")}; ${total}` : `Nothing to do: ${total}`;
}

/** Facts about the picked set that the admin should know. */
export function showFindings(findings: readonly Finding[], output: Output): void {
  for (const { severity, text } of findings) {
    if (severity === "note") output.note(text);
    else output.warn(text);
  }
}
