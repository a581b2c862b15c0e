import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { deflateSync } from "node:zlib";
import { readSaveBytes } from "../src/installation/save-file.ts";
import { withZipBytes } from "../src/store/zip-bytes.ts";
import { writeZip } from "../src/store/zip-write.ts";
import { saveHeaderBytes, testSaveHeader } from "../src/testing/test-save.ts";
import { comparePaired, type Contender } from "./paired.ts";

/** `save info` against an empty Node.js, and against itself on a save a hundred times as large. */
const ROUNDS = Number(process.argv[2] ?? 15);
const MEGABYTE = 1024 * 1024;
const NODE_GOAL = 1.25;
const SIZE_GOAL = 1.1;
const READ_GOAL = 256 * 1024;

const entry = resolve("dist/cli/roboport.cjs");
const scratch = mkdtempSync(join(tmpdir(), "roboport-save-"));
try {
  const saves = [4, 500].map((megabytes) => ({ megabytes, path: writeSave(megabytes) }));
  const reference: Contender = { name: "node -e 0", command: [process.execPath, "-e", "0"] };
  const contenders = saves.map(({ megabytes, path }): Contender => {
    return { name: `save of ${megabytes} MB`, command: [process.execPath, entry, "save", "info", path, "--json"] };
  });
  const { comparisons, quietRounds } = comparePaired({ reference, contenders, rounds: ROUNDS });
  console.log(`${quietRounds} of ${ROUNDS} rounds were quiet`);
  for (const { name, min, median, ratio } of comparisons) {
    console.log(
      `${name.padEnd(16)} min/median ${min.toFixed(1)} ${median.toFixed(1)} ms  × node ${ratio.toFixed(2)}  goal ${NODE_GOAL}`,
    );
  }
  const [, small, large] = comparisons;
  if (small && large) console.log(`500 MB / 4 MB ${(large.ratio / small.ratio).toFixed(2)}  goal ${SIZE_GOAL}`);
  for (const { megabytes, path } of saves) {
    const { bytes, milliseconds } = look(path);
    console.log(
      `${megabytes} MB: ${(bytes / 1024).toFixed(0)} KiB read, goal ${READ_GOAL / 1024}; ${milliseconds.toFixed(2)} ms in process`,
    );
  }
} finally {
  rmSync(scratch, { recursive: true });
}

/** A save of a modded server; its chunks after the first are holes in the file. */
function writeSave(megabytes: number): string {
  const mods = Object.fromEntries(Array.from({ length: 250 }, (_, at) => [`mod-number-${at}`, `1.2.${at}`]));
  const settings = Object.fromEntries(Array.from({ length: 750 }, (_, at) => [`setting-number-${at}`, at / 2]));
  const noise = Buffer.from(Array.from({ length: MEGABYTE }, (_, at) => Math.imul(at, 2_654_435_761) >>> 13));
  const first = deflateSync(
    Buffer.concat([saveHeaderBytes(testSaveHeader({ mods, settings })), noise]).subarray(0, MEGABYTE),
  );
  const names = ["level.dat0", ...Array.from({ length: megabytes - 1 }, (_, at) => `level.dat${at + 1}`)];
  const zip = Buffer.from(
    writeZip(names.map((name) => ({ path: `world/${name}`, bytes: name === "level.dat0" ? first : new Uint8Array() }))),
  );
  // Where the directory begins stands in the last record, six bytes before its end.
  const directory = zip.readUInt32LE(zip.length - 6);
  const hole = (megabytes - 1) * MEGABYTE;
  zip.writeUInt32LE(directory + hole, zip.length - 6);
  const path = join(scratch, `${megabytes}.zip`);
  const file = openSync(path, "w");
  writeSync(file, zip, 0, directory, 0);
  writeSync(file, zip, directory, zip.length - directory, directory + hole);
  closeSync(file);
  return path;
}

function look(path: string): { readonly bytes: number; readonly milliseconds: number } {
  let bytes = 0;
  const start = performance.now();
  const file = openSync(path, "r");
  withZipBytes(file, (zip) =>
    readSaveBytes({
      size: zip.size,
      at: (offset, length) => {
        bytes += length;
        return zip.at(offset, length);
      },
    }),
  );
  closeSync(file);
  return { bytes, milliseconds: performance.now() - start };
}
