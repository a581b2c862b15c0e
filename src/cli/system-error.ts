import { dirname } from "node:path";

/** A file or folder that could not be used is no bug of ours, also where nobody foresaw it. */
export async function nameSystemError(error: unknown): Promise<unknown> {
  if (!(error instanceof Error && "path" in error && "syscall" in error)) return error;
  const { diskError } = await import("../store/disk-error.ts");
  const path = String(error.path);
  return await diskError(error, { message: `Cannot use ${path} (${String(error.syscall)})`, folder: dirname(path) });
}
