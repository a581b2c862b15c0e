/** What decides which release a zip is and what it needs. */
const DECISIVE: ReadonlySet<string> = new Set(["name", "version", "factorio_version", "dependencies"]);

const STRING = /"(?:[^"\\]|\\.)*"/sy;

/**
 * A key that stands twice at the top of an info.json with different values, of those that decide: one reader takes the
 * first, another the last. Undefined for every other text; whether it is JSON at all is for the parser to say.
 *
 * @see reference/reliability.md §2, Z9, rule ZIP-10
 */
export function findAmbiguousKey(text: string): string | undefined {
  const values = new Map<string, string>();
  for (const { key, value } of topMembers(text)) {
    const name = readKey(key);
    if (name === undefined || !DECISIVE.has(name)) continue;
    const known = values.get(name);
    if (known !== undefined && known !== value) return name;
    values.set(name, value);
  }
  return undefined;
}

interface Member {
  /** As it is written, with its quotes. */
  readonly key: string;
  /** As it is written, without spaces around it. */
  readonly value: string;
}

/** The members of the outermost object, cut at its commas and colons. */
function* topMembers(text: string): Generator<Member> {
  let depth = 0;
  let key: string | undefined;
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? "";
    if (char === '"') {
      STRING.lastIndex = at;
      const [string = '"'] = STRING.exec(text) ?? [];
      if (depth === 1 && key === undefined) key = string;
      at += string.length - 1;
    } else if (char === "{" || char === "[") {
      if (++depth === 1) from = at + 1;
    } else if (char === ":" && depth === 1) {
      from = at + 1;
    } else if (char === "}" || char === "]" || (char === "," && depth === 1)) {
      if (depth === 1 && key !== undefined) yield { key, value: text.slice(from, at).trim() };
      if (depth === 1) key = undefined;
      if (char !== ",") depth--;
    }
  }
}

function readKey(key: string): string | undefined {
  if (!key.includes("\\")) return key.slice(1, -1);
  try {
    return String(JSON.parse(key));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
