/** The `code` of an error of the operating system, such as `ENOENT`. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && "errno" in error && typeof error.code === "string"
    ? error.code
    : undefined;
}
