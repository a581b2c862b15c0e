import {
  applyEdits,
  createScanner,
  findNodeAtLocation,
  type JSONPath,
  modify,
  type Node,
  parseTree,
} from "jsonc-parser";
import { formatManifestMod, type ManifestMod, parseManifest } from "./manifest.ts";
import { formatConstraints } from "./requirement.ts";

/** One change to a manifest; everything it does not name stays as it is written, comments included. */
export type ManifestEdit =
  | { readonly set: ManifestMod }
  | { readonly remove: string }
  | { readonly builtIn: string; readonly enabled: boolean }
  | { readonly without: readonly string[] };

const LAYOUT = { formattingOptions: { insertSpaces: true, tabSize: 2, eol: "\n" } };
/** Kind of token; jsonc-parser has it in a const enum, which isolated modules cannot read. */
const COMMA = 5;

/**
 * Change a manifest's text and keep the admin's comments and layout.
 *
 * @throws {RoboportError} `MANIFEST_SHAPE` when the text cannot be read.
 * @see rule MAN-4
 */
export function editManifest(text: string, edits: readonly ManifestEdit[]): string {
  parseManifest(text);
  const mark = text.startsWith("\uFEFF") ? "\uFEFF" : "";
  return mark + edits.reduce(applyEdit, text.slice(mark.length));
}

function applyEdit(text: string, edit: ManifestEdit): string {
  if ("set" in edit) return setMod(text, edit.set);
  if ("remove" in edit) return removeProperty(text, ["mods", edit.remove]);
  if ("builtIn" in edit) return setValue(text, ["builtIns", edit.builtIn], edit.enabled);
  if (edit.without.length === 0) return removeProperty(text, ["without"]);
  return setValue(text, ["without"], edit.without);
}

/** Of an entry that is an object only the fields that say something else are written. */
function setMod(text: string, mod: ManifestMod): string {
  const known = findValue(text, ["mods", mod.name]);
  if (known?.type !== "object") return setValue(text, ["mods", mod.name], formatManifestMod(mod));
  const current = parseManifest(text).mods.find(({ name }) => name === mod.name);
  const version = formatConstraints(mod.constraints);
  let changed = text;
  if (current && formatConstraints(current.constraints) !== version) {
    changed = setValue(changed, ["mods", mod.name, "version"], version);
  }
  if (current?.enabled === mod.enabled) return changed;
  return setValue(changed, ["mods", mod.name, "enabled"], mod.enabled);
}

function setValue(text: string, path: JSONPath, value: unknown): string {
  return applyEdits(text, modify(text, path, value, LAYOUT));
}

/** Take a property out with its comma and, where it stands on lines of its own, those lines. */
function removeProperty(text: string, path: JSONPath): string {
  const property = findValue(text, path)?.parent;
  if (property?.type !== "property") return text;
  const [start, end] = [property.offset, property.offset + property.length];
  const after = commaAfter(text, end);
  if (after !== undefined) return cut(cut(text, after, after + 1), start, end);
  const before = commaBefore(text, property);
  const shorter = cut(text, start, end);
  return before === undefined ? shorter : cut(shorter, before, before + 1);
}

function findValue(text: string, path: JSONPath): Node | undefined {
  const tree = parseTree(text, [], { allowTrailingComma: true });
  return tree && findNodeAtLocation(tree, path);
}

/** Where the comma behind a property stands; comments may lie between. */
function commaAfter(text: string, end: number): number | undefined {
  const scanner = createScanner(text, true);
  scanner.setPosition(end);
  return (scanner.scan() as number) === COMMA ? scanner.getTokenOffset() : undefined;
}

/** Where the comma in front of the last property stands. */
function commaBefore(text: string, property: Node): number | undefined {
  const siblings = property.parent?.children ?? [];
  const previous = siblings[siblings.indexOf(property) - 1];
  return previous && commaAfter(text, previous.offset + previous.length);
}

/** Leave a range out, and the line it leaves blank. */
function cut(text: string, start: number, end: number): string {
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const lineEnd = text.indexOf("\n", end);
  const isBlank = lineEnd >= 0 && text.slice(lineStart, start).trim() === "" && text.slice(end, lineEnd).trim() === "";
  return isBlank ? text.slice(0, lineStart) + text.slice(lineEnd + 1) : text.slice(0, start) + text.slice(end);
}
