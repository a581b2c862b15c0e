import type { OutputStream } from "./world.ts";

interface ColourRequest {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly noColor: boolean;
}

/**
 * Whether colours go to this stream: --no-color, then NO_COLOR, then FORCE_COLOR, then whether it is a terminal.
 *
 * @see https://no-color.org, rule CLI-12
 */
export function hasColour(stream: Pick<OutputStream, "isTTY">, { env, noColor }: ColourRequest): boolean {
  if (noColor || env["NO_COLOR"]) return false;
  const forced = env["FORCE_COLOR"];
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  return stream.isTTY === true && env["TERM"] !== "dumb";
}

/** Whether box-drawing characters can be expected to arrive, from the locale as the C library reads it. */
export function hasUnicode(env: Readonly<Record<string, string | undefined>>): boolean {
  const locale = env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"] || "";
  return /utf-?8/i.test(locale) || env["WT_SESSION"] !== undefined;
}
