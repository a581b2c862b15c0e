import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createTestServer } from "../../test/cli/harness.ts";
import { nodeFileSystem } from "./file-system.ts";
import { findBytes } from "./plain-file.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "roboport-plain-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

it("[DISK-8] refuses a file that is too large before it reads it", async () => {
  const path = join(dir, "huge");
  writeFileSync(path, "x");
  expect((await findBytes(nodeFileSystem, path))?.toString()).toBe("x");
  truncateSync(path, 2 ** 40);
  await expect(findBytes(nodeFileSystem, path)).rejects.toMatchObject({ code: "DISK_ERROR" });
});

it.skipIf(process.platform === "win32")("[DISK-6] [DISK-8] waits for no pipe in place of a file of ours", async () => {
  for (const name of ["roboport.json", "roboport.lock", "mods/mod-list.json"]) {
    await using server = await createTestServer();
    await server.run(["init"]);
    const path = join(server.root, name);
    rmSync(path, { force: true });
    execFileSync("mkfifo", [path]);
    expect((await server.run(["install"])).exitCode, name).toBe(6);
    rmSync(path);
    writeFileSync(path, "x");
    truncateSync(path, 2 ** 40);
    expect((await server.run(["install"])).exitCode, name).toBe(6);
  }
});
