import { parseModName } from "../../game/mod-name.ts";
import { compareVersions, findVersion } from "../../game/version.ts";
import type { ModFull } from "../../portal/contract/mod.ts";
import { defineCommand, required } from "../command.ts";
import { bold, dim, lines, styled, type Text, yellow } from "../styled.ts";
import { formatTable } from "../table.ts";

const RELEASES_SHOWN = 10;

export const command = defineCommand({
  details: "With --json everything the portal says, fields that this program does not know included.",
  positional: [required("NAME", "A mod", { parse: parseModName })],
  examples: [["roboport info flib", "What it is, who made it, and its releases"]],
  async run({ output, openSession }, _flags, name) {
    const { getModInfo } = await import("../../operations/info.ts");
    const { mod, portal } = await getModInfo(await openSession(), name);
    output.data({ portal, mod }, () => lines(headOf(mod), "", releasesOf(mod, output.columns)));
  },
});

function headOf(mod: ModFull): readonly Text[] {
  const license = [mod.license].flat().find((each) => each?.title)?.title;
  const facts: readonly (readonly [string, string | null | undefined])[] = [
    ["Owner", mod.owner],
    ["Category", mod.category],
    ["Tags", mod.tags?.join(", ")],
    ["Licence", license],
    ["Homepage", mod.homepage],
    ["Source", mod.source_url],
    ["Downloads", mod.downloads_count?.toString()],
  ];
  const known = facts.flatMap(([label, value]) => (value ? [[dim(label), value]] : []));
  return [
    styled`${bold(mod.name)}${mod.title === mod.name ? "" : `: ${mod.title}`}${mod.deprecated ? yellow(" (deprecated)") : ""}`,
    ...(mod.summary ? [mod.summary] : []),
    "",
    ...formatTable(known),
  ];
}

function releasesOf(mod: ModFull, columns: number | undefined): readonly Text[] {
  const releases = mod.releases
    .map((release) => ({ release, version: findVersion(release.version) }))
    .sort((a, b) => (a.version && b.version ? compareVersions(b.version, a.version) : 0))
    .map(({ release }) => release);
  const head = ["VERSION", "FACTORIO", "RELEASED", "NEEDS"].map((title) => dim(title));
  const rows = releases
    .slice(0, RELEASES_SHOWN)
    .map((release): readonly Text[] => [
      release.version,
      release.info_json.factorio_version ?? "",
      release.released_at.slice(0, 10),
      release.info_json.dependencies?.join(", ") ?? "",
    ]);
  const more = releases.length - rows.length;
  return [...formatTable(rows, { head, columns }), ...(more > 0 ? [dim(`and ${more} older releases`)] : [])];
}
