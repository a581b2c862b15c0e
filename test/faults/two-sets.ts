import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type MemoryWorld, memoryWorld } from "../../src/testing/index.ts";
import type { TestServer } from "../cli/harness.ts";
import { type InstalledState, readState } from "./installed-state.ts";
import { expectSuccess } from "./scene.ts";

/** Mods of both sets together; each set has five fewer. */
const MODS = 30;
const LACKING = 5;

/** Two sets of mods that replace each other, and what an installation looks like with either. */
export interface TwoSets {
  readonly red: InstalledState;
  readonly blue: InstalledState;
}

/** Thirty mods with two releases each; the newer ones need the mod before them. */
export function twoSetsWorld(): MemoryWorld {
  const world = memoryWorld();
  for (let index = 0; index < MODS; index++) {
    world
      .mod(nameOf(index))
      .release("1.0.0")
      .release("2.0.0", { dependencies: ["base", ...(index > LACKING ? [nameOf(index - 1)] : [])] });
  }
  return world;
}

/**
 * Install both sets once: 25 mods each, five of them in no other, five the same in both, fifteen in another version.
 * The blue set stays.
 */
export async function installBoth(server: TestServer): Promise<TwoSets> {
  expectSuccess(await server.run(["init"]));
  const install = async (manifest: string) => {
    await writeFile(join(server.root, "roboport.json"), manifest);
    expectSuccess(await server.run(["install"]));
    return readState(server.root);
  };
  const red = await install(manifestOf(MODS - LACKING, 0, () => "1.0.0"));
  const blue = await install(manifestOf(MODS, LACKING, (index) => (index < MODS - 2 * LACKING ? "2.0.0" : "1.0.0")));
  return { red, blue };
}

function manifestOf(end: number, start: number, versionOf: (index: number) => string): string {
  const indices = Array.from({ length: end - start }, (_, at) => start + at);
  const mods = Object.fromEntries(indices.map((index) => [nameOf(index), `= ${versionOf(index)}`]));
  return `${JSON.stringify({ mods }, null, 2)}\n`;
}

function nameOf(index: number): string {
  return `mod-${String(index).padStart(2, "0")}`;
}

/** Put these texts into the server's folder, as checking out a commit does. */
export async function checkOut(root: string, state: Partial<Pick<InstalledState, "lockfile" | "manifest">>) {
  if (state.manifest !== undefined) await writeFile(join(root, "roboport.json"), state.manifest);
  if (state.lockfile !== undefined) await writeFile(join(root, "roboport.lock"), state.lockfile);
}

/** Forget every download and every answer; what is not proved yet stays, as whoever is at it would want. */
export async function emptyStore({ env }: TestServer): Promise<void> {
  for (const folder of ["blobs-v1", "seen-v1", "http-v1"]) {
    await rm(join(env["ROBOPORT_CACHE_DIR"] ?? "", folder), { recursive: true, force: true });
  }
}
