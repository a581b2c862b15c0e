import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { getGeneration, listGenerationNumbers, listGenerations } from "../apply/generations.ts";
import { findJournal } from "../apply/journal.ts";
import { findLockOwner } from "../apply/lock.ts";
import { stateFolder } from "../apply/state-folder.ts";
import type { LockedMod } from "../plan/lockfile.ts";
import { digestFile } from "../store/digest.ts";
import { unlessErrno } from "../store/file-system.ts";
import { isRunning } from "../store/process-identity.ts";
import { listBlobs, readStoreInfo } from "../store/store-upkeep.ts";
import { isChangeLeft } from "./alone.ts";
import { type CheckResult, count, type Examination, listNames, ok, warning, wrong } from "./doctor-check.ts";
import type { DoctorScene } from "./doctor-scene.ts";
import { findLockfile, findLockfileText, findManifest } from "./files.ts";

/** Checks of our own files: what is wanted, what was done, and what is kept. */
export function stateExaminations(scene: DoctorScene): readonly Examination[] {
  return [
    { area: "state", name: "manifest", look: () => checkManifest(scene) },
    { area: "state", name: "lockfile", look: () => checkLockfile(scene) },
    { area: "state", name: "journal", look: () => checkJournal(scene) },
    { area: "state", name: "lock", look: () => checkLock(scene) },
    { area: "state", name: "history", look: () => checkHistory(scene) },
    { area: "state", name: "store", look: () => checkStore(scene) },
  ];
}

async function checkManifest({ installation }: DoctorScene): Promise<CheckResult> {
  const found = await findManifest(installation.root);
  if (!found) return warning(`there is no roboport.json in ${installation.root}`, 'Run "roboport init" there.');
  return ok(`it asks for ${count(found.manifest.mods.length, "mod")}`);
}

/** By names and sizes: `verify` reads the bytes. */
async function checkLockfile({ installation }: DoctorScene): Promise<CheckResult | undefined> {
  const lockfile = await findLockfile(installation.root);
  if (!lockfile) return undefined;
  const stray: string[] = [];
  for (const mod of lockfile.mods) if (!(await isThere(installation.modsDir, mod))) stray.push(mod.file);
  if (stray.length === 0) return ok(`all of its ${count(lockfile.mods.length, "mod")} are there`);
  if (await isWaiting(installation.root)) {
    return warning(
      `a change waits to be installed: ${listNames(stray)}`,
      'Run "roboport install" before the server starts the next time.',
    );
  }
  return wrong(
    "VERIFY_FAILED",
    `missing from the mods folder, or of another size: ${listNames(stray)}`,
    'Run "roboport install" to make the folder equal roboport.lock, or "roboport verify" to see every difference.',
  );
}

/** A lockfile that no state of the history has was written, and never applied. */
async function isWaiting(root: string): Promise<boolean> {
  const number = (await listGenerationNumbers(root)).at(-1);
  return number === undefined || (await getGeneration(root, number)).lockfile !== (await findLockfileText(root));
}

async function isThere(modsDir: string, { file, size }: LockedMod): Promise<boolean> {
  const status = await unlessErrno(["ENOENT", "ENOTDIR"], lstat(join(modsDir, file)));
  return status?.isFile() === true && (size === undefined || status.size === size);
}

async function checkJournal({ session, installation }: DoctorScene): Promise<CheckResult> {
  if (!(await isChangeLeft(session))) return ok("no change was interrupted");
  // One that cannot be read is an error of this check: no command can finish it.
  await findJournal(installation.root, session.store().fs);
  return warning(
    "a change was interrupted, or is under way",
    "Run any command that looks at the mods, such as roboport list: it finishes the change or takes it back.",
  );
}

async function checkLock({ session, installation }: DoctorScene): Promise<CheckResult> {
  const owner = await findLockOwner(session.store().fs, stateFolder(installation.root));
  if (!owner) return ok("nobody is changing this installation");
  const who = `process ${owner.pid} on ${owner.host}`;
  const running = isRunning(owner);
  if (running === false) return ok(`${who} was killed while it held the lock, which is free`);
  if (running) return warning(`${who} has been changing this installation since ${owner.since}`, "Wait for it to end.");
  return warning(
    `${who} holds the lock since ${owner.since}, and cannot be seen from here`,
    "Make sure that it has ended, then run the next change with --break-lock.",
  );
}

async function checkHistory({ installation }: DoctorScene): Promise<CheckResult> {
  const generations = await listGenerations(installation.root);
  return ok(`${count(generations.length, "state")} to return to`);
}

const SAMPLE_BLOBS = 8;
const SAMPLE_BYTES = 64 * 1024 * 1024;

/** Reads a few blobs, other ones every time; `cache verify` reads all. */
async function checkStore({ session }: DoctorScene): Promise<CheckResult> {
  const store = session.store();
  const { blobs, bytes, damaged, dir } = await readStoreInfo(store);
  if (blobs === 0) return ok(`${dir} is empty`);
  const all = (await listBlobs(store)).filter(({ size }) => size <= SAMPLE_BYTES / SAMPLE_BLOBS);
  const first = Math.floor(session.clock().getTime() / 1000) % Math.max(1, all.length);
  const sample = [...all.slice(first), ...all.slice(0, first)].slice(0, SAMPLE_BLOBS);
  for (const { path, sha256 } of sample) {
    if ((await digestFile(path, store.fs)).sha256 === sha256) continue;
    const hint = 'Run "roboport cache verify": it reads all of them and sets the damaged ones aside.';
    return wrong("STORE_DAMAGED", `${path} no longer holds the bytes its name says`, hint);
  }
  const told = `${count(blobs, "file")} of ${Math.ceil(bytes / 1_000_000)} MB in ${dir}`;
  if (damaged === 0) return ok(`${told}; ${sample.length} read, all right`);
  return warning(
    `${told}; ${count(damaged, "damaged file")} set aside earlier`,
    'Check the disk; "roboport cache prune" removes what was set aside.',
  );
}
