/** Portal credentials as a file of the game holds them; an empty or missing one is undefined. */
export interface ServiceAccount {
  readonly username: string | undefined;
  /** A secret: wrap it before it travels any further. */
  readonly token: string | undefined;
}

/**
 * The account under two keys of a JSON object; surrounding white space, as pasting leaves it, is no part of either.
 *
 * @see rule ACCOUNT-1
 */
export function serviceAccountOf(
  fields: Readonly<Record<string, unknown>>,
  keys: { readonly username: string; readonly token: string },
): ServiceAccount {
  return { username: filled(fields[keys.username]), token: filled(fields[keys.token]) };
}

function filled(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}
