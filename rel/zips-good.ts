import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { findModFileName } from "../src/game/mod-name.ts";
import { checkModZip } from "../src/store/mod-zip.ts";
import { MOD_ZIPS } from "../test/real/real-data.ts";
import { GOOD_MOD, GOOD_MODS, layOut, npmWriters, WRITERS, type ZipWriter } from "../test/zips/writers.ts";
import { runCases } from "./run-cases.ts";
import type { Suite } from "./suite.ts";

/** A registry that is not there may keep npm trying for many minutes. */
const NPM_MS = 120_000;
const PACKAGES = ["jszip@3.10.1", "fflate@0.8.2", "archiver@7.0.1", "adm-zip@0.5.16"];

/** A zip that a game would load. */
interface GoodZip {
  readonly what: string;
  readonly path: string;
  readonly mod: { readonly name: string; readonly version: string };
}

export const suite: Suite = {
  name: "zips-good",
  goal: "Every well-formed zip is accepted, whoever wrote it, and every real mod at hand",
  run: async (options) => {
    const scratch = await mkdtemp(join(tmpdir(), "roboport-zips-good-"));
    const skipped: string[] = [];
    const used = new Set<string>();
    try {
      if (options.scale === "full") await installPackages(scratch, skipped);
      const writers = [...WRITERS, ...npmWriters(join(scratch, "node_modules"))];
      const tell = { skipped, used };
      const tally = await runCases(goodZips(scratch, writers, tell), options, ({ what, path, mod }) =>
        accept(what, path, mod),
      );
      const figures = { archives: tally.passed + tally.failed, writers: used.size };
      return { ...tally, figures, skipped };
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  },
};

function accept(what: string, path: string, mod: GoodZip["mod"]): void {
  try {
    checkModZip(path, mod);
  } catch (error) {
    throw new Error(`${what}: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}

/** Packages of npm are tried where there is a registry. */
async function installPackages(scratch: string, skipped: string[]): Promise<void> {
  const args = [
    "install",
    "--no-save",
    "--no-audit",
    "--no-fund",
    "--ignore-scripts",
    "--prefix",
    scratch,
    ...PACKAGES,
  ];
  await promisify(execFile)("npm", args, { timeout: NPM_MS }).catch((error: unknown) => {
    skipped.push(`packages of npm: ${error instanceof Error ? error.message.split("\n")[0] : error}`);
  });
}

interface Telling {
  readonly skipped: string[];
  readonly used: Set<string>;
}

async function* goodZips(
  scratch: string,
  writers: readonly ZipWriter[],
  { skipped, used }: Telling,
): AsyncGenerator<GoodZip> {
  const folder = join(scratch, "mod");
  for (const writer of writers) {
    for (const [kind, files] of Object.entries(GOOD_MODS)) {
      layOut(folder, files);
      if (!(await writer.write(folder))) {
        skipped.push(`${writer.name}, ${kind}: ${writer.needs} is missing or cannot write it`);
        continue;
      }
      used.add(writer.needs === "node" ? writer.name : writer.needs);
      yield { what: `${writer.name}, ${kind}`, path: join(folder, "out.zip"), mod: GOOD_MOD };
    }
  }
  yield* realZips(skipped);
}

async function* realZips(skipped: string[]): AsyncGenerator<GoodZip> {
  if (!existsSync(MOD_ZIPS)) {
    skipped.push("real mods: ROBOPORT_DATA is not there");
    return;
  }
  for (const file of (await readdir(MOD_ZIPS)).sort()) {
    const mod = findModFileName(file);
    // The game takes no other names either.
    if (mod) yield { what: file, path: join(MOD_ZIPS, file), mod };
  }
}
