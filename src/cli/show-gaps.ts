import type { GapReport } from "../portal/contract/gaps/find-gaps.ts";
import type { Gap } from "../portal/contract/gaps/gap.ts";
import { groupGaps } from "../portal/contract/gaps/group-gaps.ts";
import { plainSchema } from "../portal/contract/gaps/seen-schema.ts";
import { formatCount } from "./quantity.ts";
import { bold, lines, red, styled, type Styled, type Text } from "./styled.ts";

/** What the contract does not know, as JSON shows it. */
export function describeGapReport({ requests, explained, others, gaps }: GapReport) {
  return {
    requests,
    explained,
    others,
    gaps: gaps.map(({ schema, endpoint, ...gap }) => ({
      ...gap,
      endpoint: endpoint ?? null,
      types: schema.type,
      schema: plainSchema(schema),
    })),
  };
}

/** The same for people. */
export function formatGapReport({ requests, explained, others, gaps }: GapReport): Styled {
  const foreign = Object.values(others).reduce((sum, count) => sum + count, 0);
  const rest = foreign === 0 ? "" : `, and ${formatCount(foreign, "request")} to other hosts`;
  const places = groupGaps(gaps, ({ method, origin, path }) => `${method} ${origin}${path}`);
  return lines(
    styled`${formatCount(requests, "request")}, ${explained} explained by the contract${rest}`,
    ...places.map(([place, own]) => formatPlace(place, own)),
  );
}

function formatPlace(place: string, gaps: readonly Gap[]): readonly Text[] {
  const [first] = gaps;
  const isUnknown = first?.endpoint === undefined;
  return [
    "",
    isUnknown ? styled`${red("unknown")} ${bold(place)}` : styled`${bold(first.endpoint)} ${place}`,
    ...gaps.filter(({ what }) => what !== "endpoint").map((gap) => `  ${formatGap(gap)}`),
  ];
}

function formatGap({ what, in: where, name, schema, requests }: Gap): string {
  const types = schema.type.join(" or ");
  const times = formatCount(requests, "request");
  if (what === "parameter") return `${where} parameter ${name}: ${types} (${times})`;
  if (what === "status") return `status ${name}${types === "" ? "" : ` with ${types}`} (${times})`;
  if (what === "field") return `${where} field ${name || "(all of it)"}: ${types} (${times})`;
  if (what === "missing") return `${where} field ${name}: left out, though it is always there (${times})`;
  return `${where} ${name || "(all of it)"}: ${types}, or a value, that is not expected (${times})`;
}
