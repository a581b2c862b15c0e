/** A file or folder that could not be used is no bug of ours, also where nobody foresaw it. */
export async function nameSystemError(error: unknown): Promise<unknown> {
  if (!(error instanceof Error && "syscall" in error)) return error;
  const { unforeseenDiskError } = await import("../store/disk-error.ts");
  return await unforeseenDiskError(error);
}
