import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { startTestPortal, type TestPortal } from "../../src/testing/index.ts";
import { createTestServer } from "../cli/harness.ts";
import { seededRandom } from "../faults/seeded-random.ts";
import { doSomething, putZipToAdopt } from "./admin.ts";
import { bytesOf, command, generationNumbers, isAsApplied, namesInLockfile, type Sequence } from "./promises.ts";
import { createScene, oneOf, randomBound } from "./random-world.ts";
import { differences } from "./snapshot.ts";

/** `ROBOPORT_MODEL=N` for N sequences from another seed each time, `ROBOPORT_MODEL_SEED=S` for one, or N, from this seed on. */
const ASKED = process.env["ROBOPORT_MODEL"];
const SEED = process.env["ROBOPORT_MODEL_SEED"];
const SEQUENCES = Number(ASKED ?? (SEED === undefined ? 40 : 1));
const FIRST = SEED !== undefined ? Number(SEED) : ASKED === undefined ? 1 : Math.floor(Math.random() * 2 ** 31);
const STEPS = 12;

it(`keeps its promises in ${SEQUENCES} random histories of an installation`, { timeout: 36_000_000 }, async () => {
  for (let seed = FIRST; seed < FIRST + SEQUENCES; seed++) await play(seed);
  process.stderr.write(`ROBOPORT_MODEL_SEED=${FIRST}, ${SEQUENCES} histories\n`);
});

async function play(seed: number): Promise<void> {
  const random = seededRandom(seed);
  const scene = await createScene(random);
  await using portal = disposable(await startTestPortal(scene.world));
  const { game, builtIns } = scene;
  await using server = await createTestServer({ portal: portal.url, game, builtIns: Object.keys(builtIns) });
  for (const [name, dependencies] of Object.entries(builtIns)) {
    const info = { name, version: game, title: name, author: "", dependencies };
    await writeFile(join(server.root, "data", name, "info.json"), JSON.stringify(info));
  }
  const steps: string[] = [];
  const nothingYet = {
    comments: [],
    goodModList: undefined,
    edits: 0,
    editsAt: new Map(),
    unsolved: new Set<string>(),
  };
  const sequence: Sequence = { server, scene, random, portal, steps, ...nothingYet };
  try {
    if (random() < 0.5) steps.push(`by hand: ${await putZipToAdopt(sequence)}`);
    await command(sequence, ["init"]);
    for (let step = 0; step < STEPS; step++) await takeStep(sequence);
  } catch (cause) {
    const story = steps.map((step) => `  ${step}`).join("\n");
    throw new Error(`ROBOPORT_MODEL_SEED=${seed}\n${story}\nFAIL ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
  }
}

function disposable(portal: TestPortal): TestPortal & AsyncDisposable {
  return { ...portal, [Symbol.asyncDispose]: () => portal.close() };
}

async function takeStep(sequence: Sequence): Promise<void> {
  const { random, steps } = sequence;
  if (random() < 0.4) {
    sequence.edits++;
    steps.push(`by hand: ${await doSomething(sequence)}`);
    return;
  }
  const chance = random();
  if (chance < 0.12 && (await isAsApplied(sequence))) return rollBackTwice(sequence);
  if (chance < 0.2) return planAndApply(sequence);
  const argv = await chooseCommand(sequence);
  const foreseen = random() < 0.35 && canDryRun(argv) ? await command(sequence, [...argv, "--dry-run"]) : undefined;
  const done = await command(sequence, argv);
  if (!foreseen || foreseen.document["blocked"]?.length > 0 || foreseen.exitCode !== 0 || done.exitCode !== 0) return;
  expect(done.document["actions"], "the dry run told something else").toEqual(foreseen.document["actions"]);
}

function canDryRun([name]: readonly string[]): boolean {
  return ["add", "remove", "install", "update", "enable", "disable", "rollback"].includes(name ?? "");
}

async function chooseCommand(sequence: Sequence): Promise<readonly string[]> {
  const { random, scene } = sequence;
  const known = [...scene.published.keys()];
  const installed = await namesInLockfile(sequence);
  const name = () => (installed.length > 0 && random() < 0.75 ? oneOf(installed, random) : oneOf(known, random));
  const builtIn = () => oneOf(Object.keys(scene.builtIns), random);
  const wanted = () =>
    `${random() < 0.9 ? oneOf(known, random) : name()}${random() < 0.3 ? `@${randomBound(random).replace(" ", "")}` : ""}`;
  const some = (one: () => string) => Array.from({ length: random() < 0.3 ? 2 : 1 }, one);
  const choices: readonly (() => readonly string[])[] = [
    () => ["add", ...some(wanted)],
    () => ["add", ...some(wanted)],
    () => ["add", ...some(wanted)],
    () => ["add", ...some(wanted), "--no-apply"],
    () => ["remove", ...some(name)],
    () => ["install"],
    () => ["install"],
    () => ["install", "--locked"],
    () => ["update"],
    () => ["update", ...some(name)],
    () => ["update", "--to", `${name()}@${oneOf(["1.0.0", "1.1.0", "2.0.0"], random)}`],
    () => ["enable", ...some(() => (random() < 0.5 ? builtIn() : name()))],
    () => ["disable", ...some(() => (random() < 0.3 ? builtIn() : name()))],
    () => ["rollback"],
    () => ["rollback", String(1 + Math.floor(random() * 6))],
    () => ["verify"],
    () => ["verify", "--repair"],
    () => [oneOf(["list", "outdated", "history", "plan"], random)],
  ];
  return oneOf(choices, random)();
}

async function rollBackTwice(sequence: Sequence): Promise<void> {
  const before = await bytesOf(sequence);
  const generations = await generationNumbers(sequence);
  const first = await command(sequence, ["rollback"]);
  if (first.exitCode !== 0 || (await generationNumbers(sequence)).length === generations.length) return;
  const second = await command(sequence, ["rollback"]);
  expect([second.exitCode, second.document["error"]?.message]).toEqual([0, undefined]);
  const differing = differences(before, await bytesOf(sequence), "content");
  expect(differing.join(", "), "two rollbacks do not end where they began").toBe("");
}

async function planAndApply(sequence: Sequence): Promise<void> {
  const { server, random, steps } = sequence;
  const { exitCode, stdout } = await server.run(["plan", "--json", ...(random() < 0.5 ? ["--update"] : [])]);
  steps.push(`roboport plan -> ${exitCode}`);
  if (exitCode !== 0) return;
  const path = join(dirname(server.root), "plan.json");
  await writeFile(path, stdout);
  await command(sequence, ["apply", path]);
}
