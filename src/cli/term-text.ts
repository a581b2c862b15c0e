/* oxlint-disable no-control-regex -- control characters are what this file is about */

/** Well-formed escape sequences: OSC with its text, CSI, and the two-byte kind. They vanish as a whole. */
const sequences = (): RegExp =>
  /(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b(?:[()*+][0-~]|[0-Z\\^-~])/g;

/**
 * Characters that change what a terminal shows without being shown: C0 and C1 controls and DEL (tab and newline have
 * their own rule), line separators, everything that turns the direction of writing, and what Unicode says is to be
 * ignored: zero-width characters, fillers and tags.
 */
const invisible = (): RegExp =>
  /[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufff9-\ufffb\p{Bidi_Control}\p{Default_Ignorable_Code_Point}]/gu;

/** The same in JSON text, where JSON.stringify has already escaped C0. */
const rawInJson = (): RegExp =>
  /[\x7f-\x9f\u2028\u2029\ufff9-\ufffb\p{Bidi_Control}\p{Default_Ignorable_Code_Point}]/gu;

/** Most texts, which any terminal shows as they are. */
const PRINTABLE = /^[ -~]*$/;

/** True for letters, digits, signs and spaces of ASCII, each as wide as a column. */
export function isPrintableAscii(text: string): boolean {
  return PRINTABLE.test(text);
}

/**
 * Text that came from elsewhere, safe to print; lines and tabs are kept.
 *
 * @see rule CLI-20
 */
export function cleanBlock(text: string): string {
  if (isPrintableAscii(text)) return text;
  return text.replace(/\r\n?/g, "\n").replace(sequences(), "").replace(invisible(), "");
}

/**
 * Text that came from elsewhere, safe inside one line: line breaks and tabs become spaces.
 *
 * @see rule CLI-20
 */
export function cleanLine(text: string): string {
  if (isPrintableAscii(text)) return text;
  return cleanBlock(text).replace(/[\t\n]+/g, " ");
}

/**
 * JSON that a terminal shows as it is: what {@link cleanBlock} removes is written as `\uXXXX`, so nothing is lost.
 *
 * @see rule CLI-21
 */
export function escapeJsonText(json: string): string {
  return json.replace(rawInJson(), (char) => char.split("").map(escapeUnit).join(""));
}

/** One half of a surrogate pair is a unit of its own. */
function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** A document as --json prints it. */
export function formatDocument(document: unknown): string {
  return `${escapeJsonText(JSON.stringify(document, null, 2))}\n`;
}
