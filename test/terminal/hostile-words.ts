/** Tab and newline have a meaning between our own words. */
const ALLOWED = new Set([0x09, 0x0a]);

/** C0, DEL and C1, all 65; line separators; everything that turns the direction of writing or is not seen. */
export const HOSTILE_CODES: readonly number[] = [
  ...range(0x00, 0x1f),
  ...range(0x7f, 0x9f),
  0xad,
  0x61c,
  ...range(0x200b, 0x200f),
  ...range(0x2028, 0x202e),
  ...range(0x2060, 0x206f),
  0xfeff,
  0xe0041,
];

/** What takes over a terminal: title, link, clipboard, colour, screen, keyboard, a line that looks like ours. */
const SEQUENCES = [
  "\x1b]0;title\x07",
  "\x1b]8;;https://evil.test\x1b\\link\x1b]8;;\x1b\\",
  "\x1b]52;c;ZXZpbA==\x07",
  "\x9d52;c;ZXZpbA==\x9c",
  "\x1b[31m",
  "\x9b2J",
  "\x1bP+q544e\x1b\\",
  "\x1b[6n",
  "\r\nerror FORGED: not ours\nhint: run this",
];

/** A text in which every one of them stands, some also as part of a sequence. */
export const HOSTILE_TEXT = [
  ...SEQUENCES,
  ...HOSTILE_CODES.map((code) => `${String.fromCodePoint(code)}${code.toString(16)}`),
].join(" ");

/** What our own program writes to a terminal: colours, and the bars that it takes back. */
const OURS = /\x1b\[(?:\d+m|\d+A|J)/g;

/** Code points that have no place in an output, `U+9b` each; with `isTerminal` our own colours are none of them. */
export function findRawCodes(output: string, { isTerminal = false } = {}): readonly string[] {
  const foreign = isTerminal ? output.replace(OURS, "").replace(/\r\n/g, "\n") : output;
  const codes = HOSTILE_CODES.filter((code) => !ALLOWED.has(code) && foreign.includes(String.fromCodePoint(code)));
  return codes.map((code) => `U+${code.toString(16)}`);
}

/** Lines that a hostile text made look like ours. */
export function findForgedLines(output: string): readonly string[] {
  return output.split("\n").filter((line) => /^(?:error FORGED|hint: run this)/.test(line));
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, at) => from + at);
}
