import stringWidth from "fast-string-width";
import { joined, plainOf, type Styled, styled, type Text } from "./styled.ts";
import { isPrintableAscii } from "./term-text.ts";

export interface TableOptions {
  /** Column titles, dimmed by the caller if wanted. */
  readonly head?: readonly Text[];
  /** Columns whose cells stand at the right edge, by index. */
  readonly right?: readonly number[];
  /** Spaces before each row. */
  readonly indent?: number;
  /** Width to stay within by shortening the widest column; as wide as needed when undefined. */
  readonly columns?: number | undefined;
}

const GAP = "  ";
const CELL_MIN = 8;

/** One line per row with the columns aligned as a terminal shows them: wide characters count two, colours none. */
export function formatTable(rows: readonly (readonly Text[])[], options: TableOptions = {}): readonly Styled[] {
  const { head, right = [], indent = 0, columns } = options;
  const all = (head ? [head, ...rows] : rows).map((row) => row.map(measure));
  const widths = fitWidths(columnWidths(all), columns === undefined ? Infinity : columns - indent);
  return all.map((row) => formatRow(row, { widths, right, indent }));
}

/** How many columns of a terminal a text takes. */
export function textWidth(text: Text): number {
  const plain = plainOf(text);
  return isPrintableAscii(plain) ? plain.length : stringWidth(plain);
}

/** The text, or its beginning and an ellipsis, within `width` columns. Shortened text loses its colours. */
export function shorten(text: Text, width: number): Text {
  if (textWidth(text) <= width) return text;
  let short = "";
  let used = 1;
  for (const char of plainOf(text)) {
    used += stringWidth(char);
    if (used > width) break;
    short += char;
  }
  return `${short.trimEnd()}…`;
}

/** One line of text and its width. */
interface Cell {
  readonly text: Text;
  readonly width: number;
}

function measure(cell: Text): Cell {
  const text = typeof cell === "string" ? styled`${cell}` : cell;
  return { text, width: textWidth(text) };
}

interface RowLayout {
  readonly widths: readonly number[];
  readonly right: readonly number[];
  readonly indent: number;
}

function formatRow(row: readonly Cell[], { widths, right, indent }: RowLayout): Styled {
  const last = row.findLastIndex((cell) => cell.width > 0);
  const cells = row.slice(0, last + 1).map((cell, at) => {
    const room = widths[at] ?? 0;
    const { text, width } = cell.width > room ? measure(shorten(cell.text, room)) : cell;
    const padding = " ".repeat(Math.max(0, room - width));
    if (right.includes(at)) return styled`${padding}${text}`;
    return at === last ? text : styled`${text}${padding}`;
  });
  const line = joined(cells, GAP);
  return indent === 0 ? line : styled`${" ".repeat(indent)}${line}`;
}

function columnWidths(rows: readonly (readonly Cell[])[]): readonly number[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  return Array.from({ length: count }, (_, at) =>
    rows.reduce((widest, row) => Math.max(widest, row[at]?.width ?? 0), 0),
  );
}

/** Take from the widest column, again and again, until all fit; never below a readable width. */
function fitWidths(widths: readonly number[], available: number): readonly number[] {
  const fitted = [...widths];
  let excess = widths.reduce((sum, width) => sum + width, 0) + GAP.length * Math.max(0, widths.length - 1) - available;
  while (excess > 0) {
    const widest = fitted.indexOf(Math.max(...fitted));
    const width = fitted[widest];
    if (width === undefined || width <= CELL_MIN) break;
    const next = Math.max(CELL_MIN, ...fitted.filter((other) => other < width), width - excess);
    excess -= width - next;
    fitted[widest] = next;
  }
  return fitted;
}
