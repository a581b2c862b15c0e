import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mayMount } from "../test/faults/small-disk.ts";

export type DiskKind = "ext4" | "xfs";

/** Megabytes; the least that XFS takes is 300. */
const SIZE: Readonly<Record<DiskKind, number>> = { ext4: 64, xfs: 320 };

/** Shuts a file system down as a power cut would: nothing more reaches it, its log is not written out. */
const GOING_DOWN = `
import fcntl, os, struct, sys
fd = os.open(sys.argv[1], os.O_RDONLY)
print("ready", flush=True)
sys.stdin.readline()
fcntl.ioctl(fd, 0x8004587D, struct.pack("I", 2))
`;

/** A file system in a file, whose power can be cut. */
export interface LoopDisk extends AsyncDisposable {
  readonly folder: string;
  /** Bring everything to the disk. */
  sync(): void;
  /** Get ready to cut the power; the function does it. */
  arm(): Promise<() => Promise<void>>;
  /** Mount again what the power cut left. */
  restart(): void;
}

/** Why there can be no such disk here; undefined where there can. */
export function whyNoLoopDisk(kind: DiskKind): string | undefined {
  if (!mayMount()) return `${kind}: mounting is not allowed here`;
  const missing = [`/sbin/mkfs.${kind}`, "/usr/bin/env"].find((program) => !existsSync(program));
  if (missing !== undefined) return `${kind}: ${missing} is not here`;
  return runs("python3", "-c", "") ? undefined : `${kind}: python3 is not here`;
}

function runs(file: string, ...args: readonly string[]): boolean {
  try {
    execFileSync(file, args, { stdio: "ignore" });
    return true;
  } catch (error) {
    if (error instanceof Error && ("status" in error || "code" in error)) return false;
    throw error;
  }
}

/** Make a file system and mount it. */
export function openLoopDisk(kind: DiskKind): LoopDisk {
  const scratch = mkdtempSync(join(tmpdir(), `roboport-${kind}-`));
  const [image, folder] = [join(scratch, "disk.img"), join(scratch, "disk")];
  mkdirSync(folder);
  const sh = (file: string, ...args: readonly string[]) => execFileSync(file, args, { stdio: "ignore" });
  sh("truncate", "-s", `${SIZE[kind]}m`, image);
  sh(`/sbin/mkfs.${kind}`, "-q", image);
  const mount = () => sh("mount", "-o", "loop", image, folder);
  mount();
  return {
    folder,
    sync: () => sh("sync", "-f", folder),
    arm: () => armed(folder),
    restart: () => {
      sh("umount", folder);
      mount();
    },
    [Symbol.asyncDispose]: async () => {
      // Whoever still uses it after a failure lets go of it in the end.
      sh("umount", "--lazy", folder);
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

async function armed(folder: string): Promise<() => Promise<void>> {
  const child = spawn("python3", ["-c", GOING_DOWN, folder], { stdio: ["pipe", "pipe", "inherit"] });
  await once(child.stdout, "data");
  return async () => {
    const ended = once(child, "close");
    child.stdin.end("\n");
    const [code] = await ended;
    if (code !== 0) throw new Error(`The power could not be cut: ${code}`);
  };
}
