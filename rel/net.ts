import { readdir } from "node:fs/promises";
import { type ErrorCode, exitCodeOf } from "../src/errors.ts";
import {
  type ChaosRequest,
  type FaultRule,
  type NamedFault,
  NETWORK_FAULTS,
  type Service,
} from "../src/testing/index.ts";
import { findLeftovers, findUnproved, readState } from "../test/faults/installed-state.ts";
import { seededRandom } from "../test/faults/seeded-random.ts";
import { outcomesOf } from "./net-outcomes.ts";
import { COMMANDS, cacheOf, findCanary, type NetCommand, type NetScene, openNetScene } from "./net-scene.ts";
import { watchZips } from "./net-watch.ts";
import { runCases } from "./run-cases.ts";
import type { Suite, SuiteOptions } from "./suite.ts";

/** One fault in the answers of one service, the first or all, while one command runs. */
interface NetCase {
  readonly command: NetCommand;
  readonly fault: NamedFault;
  readonly service: Service;
  readonly times: "once" | "always";
}

/** Seconds of silence that a portal is allowed here, and how many of them a command may take by docs/guide-network.md. */
const SILENCE_S = 3;
const QUESTION_SILENCES = 10;
const DOWNLOAD_SILENCES = 16;
const TOLERANCE = 1.1;
/** Beside waiting: several cases run at once, on whatever machine this is. */
const WORK_MS = 5_000;
const AT_ONCE = 6;
/** A portal is never asked more often than this by one command, whatever it answers. */
const REQUESTS_MAX = 48;
/** Brings a gibibyte each time: only to the command that asks for one zip. */
const LONG = { name: "a body without an end", command: "update" };

export const suite: Suite = {
  name: "net",
  goal: "Whatever a portal answers, a command ends in time with the right set or an error that says why, nothing unproved is seen in the mods folder, the token goes nowhere else, and the next run succeeds without downloading a proved file again",
  run: async (options) => {
    const cases = chooseCases(options);
    const slowest = { ms: 0 };
    const tally = await runCases(cases, { ...options, atOnce: AT_ONCE }, async (each, number) => {
      slowest.ms = Math.max(slowest.ms, await checkCase(each, options.seed + number));
    });
    const faults = new Set(cases.map(({ fault }) => fault.name)).size;
    const figures = { cases: cases.length, faults, "slowest command, ms": Math.round(slowest.ms) };
    return { ...tally, figures, skipped: [] };
  },
};

/** All of them, or one for each fault. */
function chooseCases({ seed, scale }: SuiteOptions): readonly NetCase[] {
  if (scale === "full") return NETWORK_FAULTS.flatMap(casesOf);
  const random = seededRandom(seed);
  const short = NETWORK_FAULTS.filter(({ name }) => name !== LONG.name).map(casesOf);
  return short.flatMap((cases) => cases[Math.floor(random() * cases.length)] ?? []);
}

function casesOf(fault: NamedFault): readonly NetCase[] {
  const commands = COMMANDS.filter(({ argv }) => fault.name !== LONG.name || argv[0] === LONG.command);
  return commands.flatMap((command) =>
    command.asks
      .filter((service) => fault.on.includes(service))
      .flatMap((service) => (["once", "always"] as const).map((times) => ({ command, fault, service, times }))),
  );
}

/** @returns how long the command took, in milliseconds */
async function checkCase({ command, fault, service, times }: NetCase, seed: number): Promise<number> {
  const what = `${command.argv.join(" ")}, ${fault.name} from ${service} ${times}`;
  await using scene = await openNetScene(seed);
  await command.prepare(scene);
  scene.portal.setFaults(rulesOf({ command, fault, service, times }));
  try {
    const struck = await runStruck(scene, command);
    requireOutcome(struck, outcomesOf(fault, service)[times]);
    requireInTime(struck, service);
    await requireHealed(scene, command, struck);
    await requireDiscretion(scene, struck);
    return struck.ms;
  } catch (error) {
    throw new Error(`${what}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function rulesOf({ command, fault, service, times }: NetCase): readonly FaultRule[] {
  const [mod] = command.brings.at(-1)?.split("_") ?? [];
  const about = mod === undefined ? {} : { mod };
  if (!fault.onResume) return [{ on: service, ...(times === "once" && { nth: 1 }), ...fault.fault }];
  const first: FaultRule = { on: "file", ...about, nth: 1, fault: "cut", at: 30_000 };
  return [first, { on: "file", ...about, ...(times === "once" && { nth: 2 }), ...fault.fault }];
}

/** A command that ran while something went wrong. */
interface Struck {
  readonly exitCode: number;
  readonly output: string;
  readonly error: { readonly code: ErrorCode; readonly message: string; readonly hint?: string } | undefined;
  readonly ms: number;
  readonly before: Awaited<ReturnType<typeof readState>>;
  readonly requests: readonly ChaosRequest[];
}

async function runStruck(scene: NetScene, { argv, stdin }: NetCommand): Promise<Struck> {
  const { server, portal } = scene;
  const before = await readState(server.root);
  const asked = portal.requests.length;
  const watch = watchZips(server.modsDir, scene.digests);
  const startedAt = performance.now();
  const env = { ROBOPORT_HTTP_TIMEOUT: String(SILENCE_S) };
  const ran = await scene.run([...argv, "--json"], { env, ...(stdin !== undefined && { stdin }) });
  const ms = performance.now() - startedAt;
  await watch.stop();
  const { exitCode, stdout, stderr } = ran;
  const { error } = JSON.parse(stdout);
  return { exitCode, output: stdout + stderr, error, ms, before, requests: portal.requests.slice(asked) };
}

function requireOutcome({ exitCode, error, output }: Struck, allowed: readonly string[]): void {
  const outcome = error?.code ?? "ok";
  if (!allowed.includes(outcome)) throw new Error(`${outcome}, not ${allowed.join(" or ")}\n${output}`);
  if (exitCode !== (error ? exitCodeOf(error.code) : 0)) throw new Error(`${outcome} with exit code ${exitCode}`);
  if (error && !error.hint) throw new Error(`no hint: ${output}`);
}

function requireInTime({ ms, requests }: Struck, service: Service): void {
  const silences = service === "file" ? DOWNLOAD_SILENCES : QUESTION_SILENCES;
  const allowedMs = silences * SILENCE_S * 1000 * TOLERANCE + WORK_MS;
  if (ms > allowedMs) throw new Error(`took ${Math.round(ms)} ms, more than ${allowedMs}`);
  if (requests.length > REQUESTS_MAX) throw new Error(`asked ${requests.length} times`);
}

/** Nothing half was left; the same command succeeds now, and asks for no file that was proved already. */
async function requireHealed(scene: NetScene, command: NetCommand, { error, before }: Struck): Promise<void> {
  const { server, portal, run } = scene;
  if (error) requireSame(before, await readState(server.root));
  await requireNothingLeft(scene);
  const proved = scene.findProved();
  portal.setFaults([]);
  const asked = portal.requests.length;
  const again = await run(command.argv, command.stdin === undefined ? {} : { stdin: command.stdin });
  if (again.exitCode !== 0) throw new Error(`the next run ended with ${again.exitCode}\n${again.stderr}`);
  const files = portal.requests.slice(asked).filter(({ service }) => service === "file");
  const twice = files.flatMap(({ mods }) => mods).filter((name) => proved.includes(name));
  if (twice.length > 0) throw new Error(`downloaded again: ${twice.join(", ")}`);
  const present = await readdir(server.modsDir);
  const missing = command.brings.filter((file) => !present.includes(file));
  if (missing.length > 0) throw new Error(`not there after the next run: ${missing.join(", ")}`);
  const verified = await run(["verify"]);
  if (verified.exitCode !== 0) throw new Error(`verify ended with ${verified.exitCode}\n${verified.stdout}`);
  await requireNothingLeft(scene);
}

function requireSame(before: object, after: object): void {
  const [was, is] = [JSON.stringify(before), JSON.stringify(after)];
  if (was !== is) throw new Error(`changed something:\n${was}\n${is}`);
}

async function requireNothingLeft({ server }: NetScene): Promise<void> {
  const left = await findLeftovers(server.root);
  const unproved = await findUnproved(cacheOf(server));
  if (left.length + unproved.length > 0) throw new Error(`left behind: ${[...left, ...unproved].join(", ")}`);
}

/** The token went to the API in two questions and nowhere else, and no cookie came back. */
async function requireDiscretion(scene: NetScene, { output }: Struck): Promise<void> {
  const { portal } = scene;
  const talkative = portal.requests.filter(({ headers }) => headers["cookie"] ?? headers["referer"]);
  if (talkative.length > 0) throw new Error(`sent a cookie or referrer: ${talkative[0]?.url}`);
  const others = portal.requests.filter(
    ({ service, url }) => !url.startsWith(portal.url) || (service !== "bookmarks" && service !== "download"),
  );
  const found = await findCanary(scene, [output, JSON.stringify(others)]);
  if (found !== "") throw new Error(`the token was seen: ${found}`);
}
