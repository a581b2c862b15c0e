import type { BinaryReader } from "./binary-reader.ts";
import type { BinaryWriter } from "./binary-writer.ts";

/** A value as mod-settings.dat and the head of a save hold it; numbers keep how they are stored. */
export type PropertyTree = PropertyValue & {
  /** The game's any-type flag; 0 nearly always. */
  readonly flag: number;
};

/** A value by its type. */
export type PropertyValue =
  | { readonly type: "none" }
  | { readonly type: "bool"; readonly value: boolean }
  /** A double. */
  | { readonly type: "number"; readonly value: number }
  /** Undefined for a text the game marked as absent, which it tells from an empty one. */
  | { readonly type: "string"; readonly value: string | undefined }
  | { readonly type: "list"; readonly entries: readonly PropertyEntry[] }
  | { readonly type: "dictionary"; readonly entries: readonly PropertyEntry[] }
  /** 64 bits, since 2.0. */
  | { readonly type: "signed"; readonly value: bigint }
  | { readonly type: "unsigned"; readonly value: bigint };

/** One entry of a list, which has no keys, or of a dictionary, in the order of the file. */
export interface PropertyEntry {
  readonly key: string | undefined;
  readonly tree: PropertyTree;
}

/** Types by their number. */
const TYPES = ["none", "bool", "number", "string", "list", "dictionary", "signed", "unsigned"] as const;
const DEPTH_MAX = 64;

/**
 * Read one tree and what hangs below it.
 *
 * @throws what the reader throws, also for a tree that is nested more than 64 deep.
 * @see reference/formats.md §9, rules PTREE-1 to PTREE-4
 */
export function readPropertyTree(reader: BinaryReader, depth = 0): PropertyTree {
  if (depth > DEPTH_MAX) throw reader.refuse(`values nested more than ${DEPTH_MAX} deep`);
  const type = TYPES[reader.u8()];
  if (type === undefined) throw reader.refuse("a value of an unknown type");
  const flag = reader.u8();
  switch (type) {
    case "none":
      return { type, flag };
    case "bool":
      return { type, flag, value: reader.bool() };
    case "number":
      return { type, flag, value: reader.f64() };
    case "string":
      return { type, flag, value: readText(reader) };
    case "list":
    case "dictionary":
      return { type, flag, entries: readEntries(reader, depth) };
    case "signed":
      return { type, flag, value: reader.i64() };
    case "unsigned":
      return { type, flag, value: reader.u64() };
  }
}

function readEntries(reader: BinaryReader, depth: number): readonly PropertyEntry[] {
  const count = reader.u32();
  // Nearly all have one entry, and a list that grows makes room for many.
  if (count === 1) return [readEntry(reader, depth)];
  const entries: PropertyEntry[] = [];
  for (let index = 0; index < count; index++) entries.push(readEntry(reader, depth));
  return entries;
}

function readEntry(reader: BinaryReader, depth: number): PropertyEntry {
  return { key: readText(reader), tree: readPropertyTree(reader, depth + 1) };
}

/** A byte that says "absent", else the length and the text, which may be empty. */
function readText(reader: BinaryReader): string | undefined {
  return reader.bool() ? undefined : reader.text(reader.optU32());
}

/**
 * Write a tree, byte for byte as the game does.
 *
 * @see rule PTREE-1
 */
export function writePropertyTree(writer: BinaryWriter, tree: PropertyTree): void {
  writer.u8(TYPES.indexOf(tree.type));
  writer.u8(tree.flag);
  switch (tree.type) {
    case "none":
      return;
    case "bool":
      return writer.bool(tree.value);
    case "number":
      return writer.f64(tree.value);
    case "string":
      return writeText(writer, tree.value);
    case "list":
    case "dictionary":
      return writeEntries(writer, tree.entries);
    case "signed":
      return writer.i64(tree.value);
    case "unsigned":
      return writer.u64(tree.value);
  }
}

function writeEntries(writer: BinaryWriter, entries: readonly PropertyEntry[]): void {
  writer.u32(entries.length);
  for (const { key, tree } of entries) {
    writeText(writer, key);
    writePropertyTree(writer, tree);
  }
}

function writeText(writer: BinaryWriter, text: string | undefined): void {
  writer.bool(text === undefined);
  if (text !== undefined) writer.text(text, (length) => writer.optU32(length));
}

/**
 * The tree of a key, undefined when there is none. Of equal keys the first counts.
 *
 * @param tree a dictionary; nothing else has keys
 */
export function findProperty(tree: PropertyTree, key: string): PropertyTree | undefined {
  return tree.type === "dictionary" ? tree.entries.find((entry) => entry.key === key)?.tree : undefined;
}
