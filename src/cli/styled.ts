import { cleanBlock, cleanLine } from "./term-text.ts";

declare const styledBrand: unique symbol;

/**
 * Text whose colours are ours: built only here, from cleaned parts, so that no remote string can bring an escape
 * sequence to the terminal. Everything else that is printed is a plain string, and is cleaned.
 */
export interface Styled {
  readonly ansi: string;
  readonly [styledBrand]: true;
}

/** What can be printed. */
export type Text = string | Styled;

/** Text of one line with its parts cleaned: `` styled`Added ${bold(name)} by ${owner}` ``. */
export function styled(template: TemplateStringsArray, ...parts: readonly (Text | number)[]): Styled {
  return fromAnsi(template.map((text, at) => text + inline(parts[at] ?? "")).join(""));
}

/** Text of several lines; each line keeps its own style, and a plain string is one line whatever stands in it. */
export function lines(...parts: readonly (Text | readonly Text[])[]): Styled {
  return fromAnsi(
    parts
      .flat()
      .map((part) => inline(part as Text))
      .join("\n"),
  );
}

/** Parts on one line with a separator of ours between them. */
export function joined(parts: readonly Text[], separator: string): Styled {
  return fromAnsi(parts.map(inline).join(separator));
}

/** What goes to a terminal that shows colours. Plain strings keep their lines. */
export function ansiOf(text: Text): string {
  return typeof text === "string" ? cleanBlock(text) : text.ansi;
}

/** The same without colours. */
export function plainOf(text: Text): string {
  return ansiOf(text).replace(COLOUR, "");
}

const ESCAPE = String.fromCharCode(27);
const COLOUR = new RegExp(`${ESCAPE}\\[\\d+m`, "g");
const [END_OF_WEIGHT, END_OF_COLOUR] = [22, 39];

export const bold = styler(1, END_OF_WEIGHT);
export const dim = styler(2, END_OF_WEIGHT);
export const red = styler(31, END_OF_COLOUR);
export const green = styler(32, END_OF_COLOUR);
export const yellow = styler(33, END_OF_COLOUR);
export const cyan = styler(36, END_OF_COLOUR);

/** By the codes of ECMA-48. Where a text inside ends its own style, this one goes on. */
function styler(begin: number, end: number): (text: Text) => Styled {
  const [open, close] = [`${ESCAPE}[${begin}m`, `${ESCAPE}[${end}m`];
  const goOn = end === END_OF_WEIGHT ? close + open : open;
  return (text) => fromAnsi(`${open}${inline(text).replaceAll(close, goOn)}${close}`);
}

function inline(text: Text | number): string {
  return typeof text === "object" ? text.ansi : cleanLine(String(text));
}

function fromAnsi(ansi: string): Styled {
  return { ansi } as Styled;
}
