import { access } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestPortal, type TestPortal } from "../../src/testing/index.ts";
import { createTestServer, type TestServer } from "../cli/harness.ts";
import { findLeftovers, findUnproved, type InstalledState, modsOf, readState } from "./installed-state.ts";
import { buildProgram, type Ended, type Program, type Run } from "./program.ts";
import { chooseSeed, type Random, seededRandom } from "./seeded-random.ts";
import { checkOut, emptyStore, installBoth, twoSetsWorld } from "./two-sets.ts";

/** `ROBOPORT_FAULTS=all` for the whole number, `ROBOPORT_FAULTS_SEED` for the moments of an earlier run. */
const KILLS = process.env["ROBOPORT_FAULTS"] === "all" ? 200 : 40;
const SEED = chooseSeed();

const WAYS = ["install a lockfile", "install a lockfile", "install a manifest", "rollback"] as const;

/** One process that is killed, and the command that finds what it left. */
interface Trial {
  /** The admin brings manifest and lockfile, or the manifest alone, or goes back. */
  readonly way: (typeof WAYS)[number];
  /** False when the store has every release already. */
  readonly downloads: boolean;
  /** The moment is counted from the last download rather than from the start of the process. */
  readonly afterDownloads: boolean;
  /** Part of the time it takes when nobody kills it. */
  readonly moment: number;
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

it(`[OPS-2] [BLOB-7] ${KILLS} kill -9 at random moments each leave the old set or the new one`, {
  timeout: 900_000,
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

function chooseTrial(random: Random): Trial {
  const downloads = random() < 0.6;
  return {
    way: WAYS[Math.floor(random() * WAYS.length)]!,
    downloads,
    afterDownloads: downloads && random() < 0.6,
    moment: random(),
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
  const killed = await killAt(start(server, argvOf(way)), { ...trial, ms: momentOf(trial, clock), before, after });
  const duringTheChange = await exists(join(server.root, ".roboport/journal.json"));

  const looked = await start(server, [next, "--json"]).ended;
  expect(looked).toMatchObject({ exitCode: 0 });
  const found = await readState(server.root);
  const isNew = newFiles(before, after).some((file) => file in found.files);
  expect(found).toEqual(isNew ? after : old);
  if (killed.signal === null || (next === "install" && way !== "rollback")) expect(isNew).toBe(true);
  if (next === "list") expect(presentIn(looked)).toEqual(Object.keys(found.files));
  expect(await findLeftovers(server.root, { lockAllowed: next === "list" })).toEqual([]);

  if (!isNew && way === "install a lockfile") await checkOut(server.root, before);
  expect(await server.run(["verify"])).toMatchObject({ exitCode: 0 });
  if (!isNew) {
    await bringAbout(server, way, after);
    expect(await server.run(argvOf(way))).toMatchObject({ exitCode: 0 });
  }
  expect(await readState(server.root)).toEqual(after);
  expect(await server.run(["verify"])).toMatchObject({ exitCode: 0 });
  expect(await findLeftovers(server.root, { lockAllowed: isNew })).toEqual([]);
  return { set: isNew ? "new" : "old", duringTheChange, endedBefore: killed.signal === null } as const;
}

/** Whatever was killed while it wrote into the store, the next download tidies up after it. */
async function expectCleanStore(server: TestServer, { manifest, lockfile }: InstalledState): Promise<void> {
  await emptyStore(server);
  await checkOut(server.root, { manifest, lockfile });
  expect(await server.run(["install"])).toMatchObject({ exitCode: 0 });
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

/** Milliseconds a process takes that nobody kills. */
interface Clock {
  readonly withDownloads: number;
  readonly afterDownloads: number;
  readonly withoutDownloads: number;
}

/** Replace the first state by the second and that by the first again, with and without downloads. */
async function measure(server: TestServer, [first, second]: readonly [InstalledState, InstalledState]): Promise<Clock> {
  let lastAt = 0;
  const note = () => {
    lastAt = performance.now();
  };
  fileRequests.addEventListener("request", note);
  const time = async (after: InstalledState) => {
    await bringAbout(server, "install a lockfile", after);
    const { ms } = await start(server, ["install"]).ended;
    expect(await readState(server.root)).toEqual(after);
    return ms;
  };
  await emptyStore(server);
  const withDownloads = await time(second);
  const afterDownloads = performance.now() - lastAt;
  const withoutDownloads = await time(first);
  fileRequests.removeEventListener("request", note);
  return { withDownloads, afterDownloads, withoutDownloads };
}

function momentOf({ downloads, afterDownloads, moment }: Trial, clock: Clock): number {
  return moment * clock[afterDownloads ? "afterDownloads" : downloads ? "withDownloads" : "withoutDownloads"];
}

interface Moment extends Pick<Surroundings, "before" | "after">, Pick<Trial, "afterDownloads"> {
  readonly ms: number;
}

async function killAt(run: Run, { afterDownloads, ms, before, after }: Moment): Promise<Ended> {
  let timer: NodeJS.Timeout | undefined;
  let missing = afterDownloads ? newFiles(before, after).length : 0;
  const arm = () => {
    if (missing-- <= 1) timer ??= setTimeout(() => run.kill("SIGKILL"), ms);
  };
  if (missing === 0) arm();
  fileRequests.addEventListener("request", arm);
  try {
    return await run.ended;
  } finally {
    clearTimeout(timer);
    fileRequests.removeEventListener("request", arm);
  }
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
