import { createTestServer, type Ran, type TestServer } from "../cli/harness.ts";
import { type CheckedFolder, checkModsFolder, type Game } from "./checker.ts";
import { guessGame, rootsOf } from "./pack-game.ts";
import { findOutdated } from "./newest-checker.ts";
import type { Offer } from "./no-checker.ts";
import type { PackSource } from "./pack-source.ts";
import type { Pack } from "./real-data.ts";
import { findLooseCores, findUntruths, type Refusal } from "./refusal.ts";

/** A pack on a server of its own, brought to an installed set. */
export interface Settled extends AsyncDisposable {
  readonly server: TestServer;
  /** Only with the built-ins that the pack leaves on. */
  readonly game: Game;
  /** Every "no" on the way, the one to the whole pack first. */
  readonly refusals: readonly Refusal[];
  /** Mods of the pack that are installed in the end. */
  readonly wanted: readonly string[];
  /** What is wrong with any of the answers, in sentences. */
  readonly faults: readonly string[];
  /** Cores with a part that could be left out. */
  readonly looseCores: readonly string[];
}

/** A server for the game a pack was made for, with its mod-list.json and no mods yet. */
export async function openPackServer(pack: Pack, source: PackSource): Promise<Pick<Settled, "server" | "game">> {
  const whole = guessGame(pack, source.offer);
  const server = await createTestServer({
    game: whole.version,
    builtIns: [...whole.builtIns.keys()],
    portal: source.portal.url,
    mods: { "mod-list.json": JSON.stringify(pack.modList) },
  });
  return { server, game: { ...whole, builtIns: switchedOn(whole, pack) } };
}

/** `init` and `add`, without the mods that are blamed for a "no", until the answer is "yes". */
export async function settlePack(pack: Pack, source: PackSource, flags: readonly string[] = []): Promise<Settled> {
  const { server, game } = await openPackServer(pack, source);
  const refusals: Refusal[] = [];
  const looseCores: string[] = [];
  const faults = [...failureOf(await server.run(["init"]), "init")];
  let wanted = rootsOf(pack);
  while (wanted.length > 0 && faults.length === 0) {
    const ran = await server.run(["add", "--json", ...flags, ...wanted]);
    if (ran.exitCode !== 3) {
      faults.push(...failureOf(ran, "add"));
      break;
    }
    const refusal = JSON.parse(ran.stdout) as Refusal;
    const question = { roots: wanted, offer: source.offer, game };
    refusals.push(refusal);
    faults.push(...findUntruths(refusal, question));
    looseCores.push(...findLooseCores(refusal, question));
    wanted = wanted.filter((name) => !refusal.conflicts.some(({ core }) => core.includes(name)));
    if (wanted.length === question.roots.length) faults.push("nothing of what was asked for is blamed");
  }
  const dispose = () => server[Symbol.asyncDispose]();
  return { server, game, refusals, wanted, faults, looseCores, [Symbol.asyncDispose]: dispose };
}

/** Nothing when a command ended well. */
export function failureOf({ exitCode, stdout, stderr }: Ran, command: string): readonly string[] {
  return exitCode === 0 ? [] : [`${command} ended with exit code ${exitCode}: ${stdout}${stderr}`];
}

/** Judge the finished mods folder of a server: whether it breaks a rule, and whether each mod is the newest that fits. */
export async function checkSettled({ server, game, wanted }: Settled, offer: Offer): Promise<CheckedFolder> {
  const checked = await checkModsFolder(server.modsDir, { game, wanted });
  return { ...checked, violations: [...checked.violations, ...findOutdated(checked.mods, offer, game)] };
}

function switchedOn({ builtIns }: Game, { modList }: Pack): Game["builtIns"] {
  const off = new Set(modList.mods.filter(({ enabled }) => String(enabled) !== "true").map(({ name }) => name));
  return new Map([...builtIns].filter(([name]) => !off.has(name)));
}
