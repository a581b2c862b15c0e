import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";

/** A command that starts what follows it in a place of its own. */
export type Through = readonly string[];

/** Mounts that only the processes started through it see. */
export interface MountSpace extends AsyncDisposable {
  through(cwd: string): Through;
  /** Run a shell script in a folder there. */
  sh(cwd: string, script: string, ...args: readonly string[]): void;
  /** The path by which this process sees a file as they see it. */
  seen(path: string): string;
}

/** True where mounts of one's own are allowed: to root, outside most containers. */
export function mayMount(): boolean {
  try {
    execFileSync("unshare", ["--mount", "sh", "-c", "mount -t tmpfs none /mnt"], { stdio: "ignore" });
    return true;
  } catch (error) {
    if (error instanceof Error && ("status" in error || "code" in error)) return false;
    throw error;
  }
}

/** Open a space of mounts and run a shell script in a folder there, which mounts something; `$0` is the folder. */
export async function openMountSpace(cwd: string, script: string, ...args: readonly string[]): Promise<MountSpace> {
  const holder = spawn("unshare", ["--mount", "sh", "-c", "echo ready; exec cat"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  await once(holder.stdout, "data");
  const enter = ["nsenter", `--mount=/proc/${holder.pid}/ns/mnt`, "sh", "-ec"] as const;
  // Entering a space leaves the working directory behind.
  const sh: MountSpace["sh"] = (folder, text, ...words) => {
    const [file, ...rest] = enter;
    execFileSync(file, [...rest, `cd "$0"; ${text}`, folder, ...words], { stdio: ["ignore", "ignore", "inherit"] });
  };
  sh(cwd, script, ...args);
  return {
    through: (folder) => [...enter, 'cd "$0"; exec "$@"', folder],
    sh,
    seen: (path) => `/proc/${holder.pid}/root${path}`,
    [Symbol.asyncDispose]: async () => {
      const ended = once(holder, "close");
      holder.stdin.end();
      await ended;
    },
  };
}
