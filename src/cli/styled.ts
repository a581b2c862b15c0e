import picocolors from "picocolors";
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

const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, "g");
const paint = picocolors.createColors(true);

export const bold = styler(paint.bold);
export const dim = styler(paint.dim);
export const red = styler(paint.red);
export const green = styler(paint.green);
export const yellow = styler(paint.yellow);
export const cyan = styler(paint.cyan);

function styler(apply: (text: string) => string): (text: Text) => Styled {
  return (text) => fromAnsi(apply(inline(text)));
}

function inline(text: Text | number): string {
  return typeof text === "object" ? text.ansi : cleanLine(String(text));
}

function fromAnsi(ansi: string): Styled {
  return { ansi } as Styled;
}
