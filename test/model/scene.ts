import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { writeZip } from "../../src/store/zip-write.ts";
import { memoryWorld, type MemoryWorld } from "../../src/testing/index.ts";
import { createTestServer, type Ran, type TestServer, type TestServerOptions } from "../cli/harness.ts";

/** A dozen mods for the careful admin's odd cases. */
export function oddWorld(): MemoryWorld {
  return memoryWorld()
    .mod("lib")
    .release("1.0.0")
    .release("1.1.0")
    .release("2.0.0")
    .mod("Lib")
    .release("3.0.0")
    .mod("factory")
    .release("1.0.0", { dependencies: ["base >= 2.0", "lib >= 1.0", "+ sugar"] })
    .mod("sugar")
    .release("0.1.0")
    .mod("Squeak Through")
    .release("1.8.0", { dependencies: ["base", "lib < 2.0"] })
    .mod("spacer")
    .release("1.0.0", { dependencies: ["base", "space-age"] })
    .mod("two")
    .release("1.0.0")
    .release("2.0.0", { factorioVersion: "2.1" })
    .mod("constructor")
    .release("1.0.0")
    .mod("__proto__")
    .release("1.0.0")
    .mod("x".repeat(100))
    .release("1.0.0");
}

/** A zip that no portal has. */
export function ownZip(name: string, version: string, fields: Readonly<Record<string, unknown>> = {}): Uint8Array {
  const plain = { title: "mine", author: "admin", factorio_version: "2.0", dependencies: ["base"] };
  const info = { name, version, ...plain, ...fields };
  return writeZip([{ path: `${name}_${version}/info.json`, bytes: Buffer.from(JSON.stringify(info)) }]);
}

/** A server on which these commands were run, each to its end. */
export async function serverAfter(options: TestServerOptions, ...commands: readonly string[][]): Promise<TestServer> {
  const server = await createTestServer(options);
  await writeBuiltIn(server, "space-age", ["base", "elevated-rails >= 2.0.0", "quality >= 2.0.0"]);
  for (const argv of [["init"], ...commands]) {
    const ran = await server.run(argv);
    if (ran.exitCode !== 0) throw new Error(`${argv.join(" ")}: ${ran.stdout}${ran.stderr}`);
  }
  return server;
}

async function writeBuiltIn({ root }: TestServer, name: string, dependencies: readonly string[]): Promise<void> {
  const info = { name, version: "2.0.60", title: name, author: "", dependencies };
  await writeFile(join(root, "data", name, "info.json"), JSON.stringify(info));
}

export async function textOf({ root }: TestServer, path: string): Promise<string> {
  return await readFile(join(root, path), "utf8");
}

export async function change(server: TestServer, path: string, edit: (text: string) => string): Promise<void> {
  await writeFile(join(server.root, path), edit(await textOf(server, path)));
}

/** Exit code and error code of a run with `--json`. */
export function outcomeOf({ exitCode, stdout }: Ran): readonly [number, string | undefined] {
  return [exitCode, JSON.parse(stdout).error?.code];
}
