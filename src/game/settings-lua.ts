import { isAtRest, LuaCursor } from "./settings-lua-tokens.ts";

/** A value that a Lua table spells out; undefined stands for anything that would have to be computed. */
export type LuaLiteral = undefined | null | boolean | number | string | LuaTable;

/** A table that is spelled out; keys of positional values are 1, 2 and so on. */
export type LuaTable = ReadonlyMap<string | number, LuaLiteral>;

const DEPTH_MAX = 32;

/**
 * Find the tables that a Lua file hands to `data:extend`, without running it: what is written out is read, what is
 * computed stays unknown; a file of more than a megabyte has none, and nor is anything read that is nested too deep.
 *
 * @see rules LUA-1 to LUA-3
 */
export function findExtendedTables(source: string): readonly LuaTable[] {
  const cursor = new LuaCursor(source);
  const tables: LuaTable[] = [];
  while (!cursor.isAtEnd) {
    if (!cursor.skipWords("data", ":", "extend")) {
      cursor.next();
      continue;
    }
    cursor.skipWords("(");
    const list = cursor.peek().text === "{" ? readTable(cursor, 0) : undefined;
    for (const each of list?.values() ?? []) if (each instanceof Map) tables.push(each);
  }
  return tables;
}

function readTable(cursor: LuaCursor, depth: number): LuaTable {
  cursor.next();
  const table = new Map<string | number, LuaLiteral>();
  for (let position = 1; !cursor.isAtClose; cursor.skipWords(",") || cursor.skipWords(";")) {
    const key = readKey(cursor);
    table.set(key ?? position++, readValue(cursor, depth + 1));
  }
  cursor.next();
  return table;
}

/** `name =` or `["name"] =`; undefined in front of a positional value. */
function readKey(cursor: LuaCursor): string | number | undefined {
  const [first, second, third, fourth] = cursor.ahead(4);
  if (first?.kind === "name" && second?.text === "=") {
    cursor.skip(2);
    return first.text;
  }
  const isLiteral = second?.kind === "string" || second?.kind === "number";
  if (first?.text !== "[" || !isLiteral || third?.text !== "]" || fourth?.text !== "=") return undefined;
  cursor.skip(4);
  return second.kind === "string" ? second.text : Number(second.text);
}

function readValue(cursor: LuaCursor, depth: number): LuaLiteral {
  const value = depth > DEPTH_MAX ? undefined : readLiteral(cursor, depth);
  const isWhole = isAtRest(cursor.peek());
  cursor.skipExpression();
  return isWhole ? value : undefined;
}

function readLiteral(cursor: LuaCursor, depth: number): LuaLiteral {
  const token = cursor.peek();
  if (token.kind === "mark" && token.text === "{") return readTable(cursor, depth);
  if (token.kind === "mark" && token.text !== "-") return undefined;
  cursor.next();
  if (token.kind === "string") return token.text;
  if (token.kind === "number") return Number(token.text);
  if (token.text === "true" || token.text === "false") return token.text === "true";
  if (token.text === "nil") return null;
  if (token.text !== "-" || cursor.peek().kind !== "number") return undefined;
  return -Number(cursor.next().text);
}
