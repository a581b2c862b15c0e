import type { TestPortal } from "../../src/testing/index.ts";
import { createTestServer, type Ran, type TestServer } from "../cli/harness.ts";
import { checkModsFolder, type Checked, type Game } from "./checker.ts";
import type { Offer } from "./no-checker.ts";
import { guessGame, rootsOf } from "./pack-game.ts";
import type { Pack } from "./real-data.ts";
import { findUntruths, type Refusal } from "./refusal.ts";

/** Where a pack's mods come from. */
export interface Source {
  readonly portal: TestPortal;
  /** The same mods, read by nothing of ours. */
  readonly offer: Offer;
}

/** One answer of `add`. */
export interface Answer {
  readonly asked: number;
  readonly conflicts: number;
  /** Mods in the cores of the conflicts. */
  readonly blamed: readonly string[];
  readonly ms: number;
}

/** A pack on a server of its own, brought to an installed set. */
export interface Settled extends AsyncDisposable {
  readonly server: TestServer;
  /** As far as the pack switches it on. */
  readonly game: Game;
  readonly answers: readonly Answer[];
  /** Mods of the pack that are installed in the end. */
  readonly wanted: readonly string[];
  /** What is wrong with any of the answers, in sentences. */
  readonly faults: readonly string[];
}

/** More answers than this would mean that it gets nowhere. */
const ANSWERS_MAX = 40;

/** `init` and `add`, without the mods that are blamed for a "no", until the answer is "yes". */
export async function settlePack(
  pack: Pack,
  { portal, offer }: Source,
  flags: readonly string[] = [],
): Promise<Settled> {
  const whole = guessGame(pack, offer);
  const game = { ...whole, builtIns: switchedOn(whole, pack) };
  const server = await createTestServer({
    game: game.version,
    builtIns: [...whole.builtIns.keys()],
    portal: portal.url,
    mods: { "mod-list.json": JSON.stringify(pack.modList) },
  });
  const answers: Answer[] = [];
  const faults = failureOf(await server.run(["init"]), "init");
  let wanted = rootsOf(pack);
  for (;;) {
    const began = performance.now();
    const ran = await server.run(["add", "--json", ...flags, ...wanted]);
    const refusal = ran.exitCode === 3 ? (JSON.parse(ran.stdout) as Refusal) : undefined;
    const blamed = new Set(refusal?.conflicts.flatMap(({ core }) => core));
    const conflicts = refusal?.conflicts.length ?? 0;
    answers.push({ asked: wanted.length, conflicts, blamed: [...blamed], ms: performance.now() - began });
    if (!refusal) faults.push(...failureOf(ran, "add"));
    else faults.push(...findUntruths(refusal, { roots: wanted, offer, game }));
    const left = wanted.filter((name) => !blamed.has(name));
    if (refusal && left.length === wanted.length) faults.push("nothing of what was asked for is blamed");
    if (answers.length > ANSWERS_MAX) faults.push(`no "yes" after ${ANSWERS_MAX} answers`);
    wanted = left;
    if (!refusal) break;
  }
  return { server, game, answers, wanted, faults, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

/** Nothing when a command ended well. */
export function failureOf({ exitCode, stdout, stderr }: Ran, command: string): string[] {
  return exitCode === 0 ? [] : [`${command} ended with exit code ${exitCode}: ${stdout}${stderr}`];
}

/** Judge the finished mods folder of a server. */
export async function checkSettled({ server, game, wanted }: Settled): Promise<Checked> {
  return checkModsFolder(server.modsDir, { game, wanted });
}

function switchedOn({ builtIns }: Game, { modList }: Pack): Game["builtIns"] {
  const off = new Set(modList.mods.filter(({ enabled }) => String(enabled) !== "true").map(({ name }) => name));
  return new Map([...builtIns].filter(([name]) => !off.has(name)));
}
