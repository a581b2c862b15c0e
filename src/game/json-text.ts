/**
 * JSON as Factorio's files hold it: a byte-order mark is skipped and raw control characters inside strings
 * (old mods have literal line breaks there) are escaped before parsing. Everything else is strict JSON.
 *
 * @throws {SyntaxError} with the position of the fault, 1-based line and column in the message.
 * @see reference/formats.md §1, rule INFO-2
 */
export function parseLenientJson(text: string): unknown {
  const body = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  try {
    return JSON.parse(body);
  } catch (strict) {
    const escaped = escapeControlsInStrings(body);
    if (escaped === body) throw located(body, strict);
    try {
      return JSON.parse(escaped);
    } catch (lenient) {
      throw located(escaped, lenient);
    }
  }
}

function escapeControlsInStrings(text: string): string {
  let out = "";
  let from = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) inString = !inString;
    else if (code === 0x5c && inString) at++;
    else if (code < 0x20 && inString) {
      out += `${text.slice(from, at)}\\u${code.toString(16).padStart(4, "0")}`;
      from = at + 1;
    }
  }
  return out + text.slice(from);
}

/** Node's message names a byte position; people want a line. */
function located(text: string, error: unknown): SyntaxError {
  const message = error instanceof Error ? error.message : String(error);
  const position = /position (\d+)/.exec(message);
  if (!position) return new SyntaxError(message, { cause: error });
  const before = text.slice(0, Number(position[1]));
  const line = before.split("\n").length;
  const column = before.length - before.lastIndexOf("\n");
  return new SyntaxError(`${message} (line ${line}, column ${column})`, { cause: error });
}

/** True for a JSON object, not for null and arrays. */
export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
