import { watch } from "node:fs";
import { access, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestPortal, type TestPortal } from "../../src/testing/index.ts";
import { createTestServer, type TestServer } from "../cli/harness.ts";
import { findLeftovers, findUnproved, type InstalledState, modsOf, readState } from "./installed-state.ts";
import { buildProgram, type Ended, type Program, type Run } from "./program.ts";
import { expectSuccess } from "./scene.ts";
import { chooseSeed, type Random, seededRandom } from "./seeded-random.ts";
import { checkOut, emptyStore, installBoth, twoSetsWorld } from "./two-sets.ts";

/** `ROBOPORT_FAULTS=N` for so many, `ROBOPORT_FAULTS_SEED` for the moments of an earlier run. */
const KILLS = Number(process.env["ROBOPORT_FAULTS"] ?? 30);
const SEED = chooseSeed();

const WAYS = ["install a lockfile", "install a lockfile", "install a manifest", "rollback"] as const;

/** One process that is killed, and the command that finds what it left. */
interface Trial {
  /** The admin brings manifest and lockfile, or the manifest alone, or goes back. */
  readonly way: (typeof WAYS)[number];
  /** False when the store has every release already. */
  readonly downloads: boolean;
  /** What the moment is counted from. */
  readonly from: "the start" | "the last download" | "the journal";
  /** Part of the time that is left from there when nobody kills it. */
  readonly moment: number;
  /** True when the command that finds what is left is killed once itself. */
  readonly twice: boolean;
  readonly next: "install" | "list";
}

let portal: TestPortal;
let program: Program;
const fileRequests = new EventTarget();
beforeAll(async () => {
  const around = (request: Request, next: (request: Request) => Response | Promise<Response>) => {
    if (new URL(request.url).searchParams.has("secure")) fileRequests.dispatchEvent(new Event("request"));
    return next(request);
  };
  [portal, program] = await Promise.all([startTestPortal(twoSetsWorld(), { around }), buildProgram()]);
});
afterAll(async () => {
  await portal?.close();
  await program?.[Symbol.asyncDispose]();
});

it(`[OPS-2] [TXN-3] [TXN-4] [BLOB-7] ${KILLS} kill -9 at random moments each leave the old set or the new one`, {
  timeout: 30_000 * KILLS,
}, async () => {
  await using server = await createTestServer({ portal: portal.url });
  const { red, blue } = await installBoth(server);
  const random = seededRandom(SEED);
  const tally = { old: 0, new: 0, duringTheChange: 0, endedBefore: 0 };
  const clock = await measure(server, [blue, red]);
  let [before, after] = [blue, red];
  for (let number = 1; number <= KILLS; number++) {
    const trial = chooseTrial(random);
    const outcome = await tryKilling(server, { trial, before, after, clock }).catch((cause: unknown) => {
      const what = `Kill ${number} of ROBOPORT_FAULTS_SEED=${SEED}, ${JSON.stringify(trial)}`;
      throw new Error(`${what}: ${cause instanceof Error ? cause.message : cause}`, { cause });
    });
    tally[outcome.set]++;
    tally.duringTheChange += Number(outcome.duringTheChange);
    tally.endedBefore += Number(outcome.endedBefore);
    [before, after] = [after, before];
  }
  await expectCleanStore(server, after);
  process.stderr.write(`ROBOPORT_FAULTS_SEED=${SEED}, ${KILLS} kills: ${JSON.stringify(tally)}\n`);
});

it.each([
  ["add", "mod-29@1.0.0"],
  ["install", "--yes"],
  ["disable", "mod-03"],
])("[OPS-2] %s %s begins with what an interrupted command became", { timeout: 60_000 }, async (...argv) => {
  await using server = await createTestServer({ portal: portal.url });
  const names = Array.from({ length: 25 }, (_, index) => `mod-${String(index).padStart(2, "0")}`);
  expectSuccess(await server.run(["init"]));
  await interrupt(server, ["add", ...names.map((name) => `${name}@1.0.0`)], ["remove", ...names]);
  expectSuccess(await server.run(argv));
  const { manifest = "", files } = await readState(server.root);
  expect(Object.keys(JSON.parse(manifest).mods)).toEqual(expect.arrayContaining(names));
  expect(Object.keys(files)).toEqual(expect.arrayContaining(names.map((name) => `${name}_1.0.0.zip`)));
  expectSuccess(await server.run(["verify"]));
  expect(await findLeftovers(server.root)).toEqual([]);
});

it.each([
  ["install", ".roboport/stage/0123456789ab-0.new"],
  ["add mod-29", ".roboport/.state.json.0123456789ab.tmp"],
  ["add mod-29", ".roboport/.journal.json.0123456789ab.tmp"],
])("[OPS-2] %s removes %s, which a killed process left", async (command, leftover) => {
  await using server = await createTestServer({ portal: portal.url });
  for (const argv of [["init"], ["add", "mod-00@1.0.0"]]) expectSuccess(await server.run(argv));
  const path = join(server.root, leftover);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, "half");
  expectSuccess(await start(server, command.split(" ")).ended);
  expect(await findLeftovers(server.root)).toEqual([]);
});

/** Kill a command after it decided its change and before that is done; where it was faster, take that back and try again. */
async function interrupt(server: TestServer, argv: readonly string[], back: readonly string[]): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const run = start(server, argv);
    using _journal = onJournal(server, () => run.kill("SIGKILL"));
    await run.ended;
    if (await exists(join(server.root, ".roboport/journal.json"))) return;
    expectSuccess(await server.run(back));
  }
  throw new Error("Every attempt was over before it could be killed");
}

function chooseTrial(random: Random): Trial {
  const downloads = random() < 0.6;
  return {
    way: WAYS[Math.floor(random() * WAYS.length)]!,
    downloads,
    from: random() < 0.4 ? "the journal" : downloads && random() < 0.5 ? "the last download" : "the start",
    moment: random(),
    twice: random() < 0.25,
    next: random() < 0.5 ? "install" : "list",
  };
}

interface Surroundings {
  readonly trial: Trial;
  readonly before: InstalledState;
  readonly after: InstalledState;
  readonly clock: Clock;
}

/** Kill one process, look with the next one, and end with the new set. */
async function tryKilling(server: TestServer, { trial, before, after, clock }: Surroundings) {
  const { way, next } = trial;
  if (trial.downloads) await emptyStore(server);
  await bringAbout(server, way, after);
  const old = { ...(await readState(server.root)), ...modsOf(before) };
  const killed = await killAt(server, { trial, before, after, clock });
  const duringTheChange = await exists(join(server.root, ".roboport/journal.json"));

  if (trial.twice) await killAt(server, { trial: { ...trial, from: "the start" }, before, after, clock }, [next]);
  const looked = await start(server, [next, "--json"]).ended;
  expectSuccess(looked);
  const found = await readState(server.root);
  const isNew = newFiles(before, after).some((file) => file in found.files);
  expect(found).toEqual(isNew ? after : old);
  if (killed.signal === null || (next === "install" && way !== "rollback")) expect(isNew).toBe(true);
  if (next === "list") expect(presentIn(looked)).toEqual(Object.keys(found.files));
  expect(await findLeftovers(server.root, { marksAllowed: next === "list" })).toEqual([]);

  if (!isNew && way === "install a lockfile") await checkOut(server.root, before);
  expectSuccess(await server.run(["verify"]));
  if (!isNew) {
    await bringAbout(server, way, after);
    expectSuccess(await server.run(argvOf(way)));
  }
  expect(await readState(server.root)).toEqual(after);
  expect(await findLeftovers(server.root, { marksAllowed: isNew })).toEqual([]);
  return { set: isNew ? "new" : "old", duringTheChange, endedBefore: killed.signal === null } as const;
}

/** Whatever was killed while it wrote into the store, the next download tidies up after it. */
async function expectCleanStore(server: TestServer, { manifest, lockfile }: InstalledState): Promise<void> {
  await emptyStore(server);
  await checkOut(server.root, { manifest, lockfile });
  expectSuccess(await server.run(["install"]));
  expect(await findUnproved(server.env["ROBOPORT_CACHE_DIR"]!)).toEqual([]);
}

function start(server: TestServer, argv: readonly string[]): Run {
  return program.start(argv, { cwd: server.root, env: server.env });
}

/** What the admin does before the command. */
async function bringAbout({ root }: TestServer, way: Trial["way"], { manifest, lockfile }: InstalledState) {
  if (way === "install a manifest") await checkOut(root, { manifest });
  if (way === "install a lockfile") await checkOut(root, { manifest, lockfile });
}

function argvOf(way: Trial["way"]): readonly string[] {
  return way === "rollback" ? ["rollback", "--yes"] : ["install"];
}

/** Milliseconds from there to the end when nobody kills it, and of the journal to the end of the change. */
type Clock = Record<Trial["from"], number>;

/** Replace one set by the other and that by the first again: the longer time counts. */
async function measure(server: TestServer, sets: readonly InstalledState[]): Promise<Clock> {
  const clocks: Clock[] = [];
  for (const after of sets.toReversed()) {
    await emptyStore(server);
    await bringAbout(server, "install a lockfile", after);
    const at = { start: performance.now(), lastDownload: 0, journal: 0, journalEnd: 0 };
    using _downloads = onDownload(() => (at.lastDownload = performance.now()));
    using _journal = onJournal(server, () =>
      at.journal ? (at.journalEnd = performance.now()) : (at.journal = performance.now()),
    );
    expectSuccess(await start(server, ["install"]).ended);
    const now = performance.now();
    clocks.push({
      "the start": now - at.start,
      "the last download": now - at.lastDownload,
      "the journal": at.journalEnd - at.journal,
    });
  }
  const longest = (from: Trial["from"]) => Math.max(...clocks.map((clock) => clock[from]));
  return {
    "the start": longest("the start"),
    "the last download": longest("the last download"),
    "the journal": longest("the journal"),
  };
}

/** Kill a process at the moment of a trial; it may have ended before. */
async function killAt(
  server: TestServer,
  { trial, before, after, clock }: Surroundings,
  argv = argvOf(trial.way),
): Promise<Ended> {
  let timer: NodeJS.Timeout | undefined;
  const arm = (from: Trial["from"]) => {
    if (trial.from === from) timer ??= setTimeout(() => run.kill("SIGKILL"), trial.moment * clock[from]);
  };
  let missing = newFiles(before, after).length;
  using _downloads = onDownload(() => {
    if (--missing === 0) arm("the last download");
  });
  using _journal = onJournal(server, () => arm("the journal"));
  const run = start(server, argv);
  arm("the start");
  const ended = await run.ended;
  clearTimeout(timer);
  // The machine has other things to do at one time than at another.
  if (ended.signal === null) clock[trial.from] *= 0.8;
  return ended;
}

function onDownload(tell: () => void): Disposable {
  fileRequests.addEventListener("request", tell);
  return { [Symbol.dispose]: () => fileRequests.removeEventListener("request", tell) };
}

/** Tells when a journal appears, and when it goes. */
function onJournal({ root }: TestServer, tell: () => void): Disposable {
  const watcher = watch(join(root, ".roboport"), (_, file) => {
    if (file === "journal.json") tell();
  });
  return { [Symbol.dispose]: () => watcher.close() };
}

function newFiles(before: InstalledState, after: InstalledState): readonly string[] {
  return Object.keys(after.files).filter((file) => !(file in before.files));
}

function presentIn({ stdout }: Ended): readonly string[] {
  const { mods }: { mods: { file: string; present: boolean }[] } = JSON.parse(stdout);
  return mods.flatMap(({ file, present }) => (present ? [file] : [])).sort();
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
