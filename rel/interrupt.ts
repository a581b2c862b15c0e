import { rmSync } from "node:fs";
import { join } from "node:path";
import { Killed } from "../src/store/fault-file-system.ts";
import { type FileSystem, nodeFileSystem } from "../src/store/file-system.ts";
import type { TestServer } from "../test/cli/harness.ts";

/** Run something on a disk in place of the machine's own, which every command of this process uses. */
export async function onDisk<T>(disk: FileSystem, action: () => Promise<T>): Promise<T> {
  const real = { ...nodeFileSystem };
  Object.assign(nodeFileSystem, disk);
  try {
    return await action();
  } finally {
    Object.assign(nodeFileSystem, real);
  }
}

/** Let a command decide its change and die after so many of its moves, as if its process were gone. */
export async function interrupt(server: TestServer, argv: readonly string[], moves = 0): Promise<void> {
  let isDead = false;
  let left = moves;
  const dying = Object.entries({ ...nodeFileSystem }).map(([name, method]) => [
    name,
    (...args: readonly unknown[]) => {
      isDead ||= name === "rename" && isMove(args) && left-- <= 0;
      return isDead ? Promise.reject(new Killed()) : Reflect.apply(method, undefined, args);
    },
  ]);
  await onDisk(Object.fromEntries(dying), () => server.run(argv));
  rmSync(join(server.root, ".roboport/lock.json"), { force: true });
}

/** Out of the stage, or into it. */
function isMove([from, to]: readonly unknown[]): boolean {
  return String(from).endsWith(".new") || String(to).endsWith(".old");
}
