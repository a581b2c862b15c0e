/** When nothing is known about a date. */
export const EPOCH = "1970-01-01T00:00:00.000000Z";

const INSTANT = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)?)?$/;

/**
 * An ISO 8601 day or instant as the portal writes it: UTC, six decimals, `Z`. Without an offset it is UTC.
 *
 * @returns undefined when the text is neither.
 * @see reference/portal-api.md §1.6 and §11.2, rule REG-5
 */
export function findInstant(text: string): string | undefined {
  const match = INSTANT.exec(text);
  if (!match) return undefined;
  const [, day = "", time = "00:00:00", fraction = "", offset = "Z"] = match;
  const seconds = Date.parse(`${day}T${time}${offset}`);
  if (Number.isNaN(seconds)) return undefined;
  return `${new Date(seconds).toISOString().slice(0, 19)}.${fraction.slice(0, 6).padEnd(6, "0")}Z`;
}

/** The instant of a number of milliseconds since 1970. */
export function instantOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace("Z", "000Z");
}
