/**
 * Milliseconds since 1970 of an ISO 8601 instant; without an offset it is UTC, so that every machine reads the same.
 *
 * @returns NaN when the text is not an instant
 */
export function parseInstant(text: string): number {
  const hasTime = /T|\d \d/.test(text);
  const hasOffset = /(?:Z|[+-]\d{2}:?\d{2})$/i.test(text);
  return Date.parse(hasTime && !hasOffset ? `${text}Z` : text);
}

/** True when something was published before an instant; what has no date was not. */
export function isBefore(published: string | undefined, instant: number): boolean {
  return published !== undefined && parseInstant(published) < instant;
}
