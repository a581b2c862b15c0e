import { type Generation, getGeneration, listGenerations } from "../apply/generations.ts";
import { isRoboportError, RoboportError } from "../errors.ts";
import { gameLine } from "../game/game-version.ts";
import { type ModListEntry, parseModList } from "../game/mod-list.ts";
import { findModFileName } from "../game/mod-name.ts";
import { type Lockfile, parseLockfile } from "../plan/lockfile.ts";
import { settled } from "./alone.ts";
import { findLockfile } from "./files.ts";
import { look } from "./look.ts";
import { planFor, type Prepared } from "./prepare.ts";
import type { Session } from "./session.ts";

/**
 * Plan to return to a generation, the one before the last by default: its manifest, its lockfile, its zips, and what was
 * the admin's own then.
 *
 * Returning makes a new generation, so rolling back twice ends where it began and nothing is ever lost.
 *
 * @throws {RoboportError} `NO_SUCH_GENERATION`
 * @see rule OPS-12
 */
export async function planRollback(session: Session, number: number | undefined): Promise<Prepared> {
  const { root } = await settled(session);
  const generation = number === undefined ? await getPrevious(root) : await getGeneration(root, number);
  const { manifest, lockfile: text, byHand = [] } = generation;
  if (manifest === undefined || text === undefined) {
    throw new RoboportError(
      "NO_SUCH_GENERATION",
      `Cannot return to generation ${generation.number}: it holds no lockfile`,
      {
        hint: 'Choose another one that "roboport history" lists.',
      },
    );
  }
  const lockfile = parseLockfile(text);
  await tellOtherGame(session, generation.number, lockfile);
  const previous = await findReadableLockfile(root);
  const looking = { handBack: new Set(byHand), entries: entriesByHand(generation), lockfile: previous ?? lockfile };
  const looked = await look(session, looking);
  const command = `rollback ${generation.number}`;
  const planned = await planFor(session, { manifestText: manifest, lockfile, looked, looking, command });
  return { ...planned, findings: [], previous, savesTexts: true };
}

/** @see rule GAMEMODS-5 */
async function tellOtherGame(session: Session, number: number, { factorio }: Lockfile): Promise<void> {
  const { version } = await session.game();
  if (gameLine(version) === gameLine(factorio)) return;
  const text = `Generation ${number} was for Factorio ${factorio.text}, and this is ${version.text}: "roboport game rollback" returns to both`;
  session.emit({ kind: "notice", text });
}

/** A lockfile that cannot be read is one more reason to roll back. */
async function findReadableLockfile(root: string): Promise<Lockfile | undefined> {
  try {
    return await findLockfile(root);
  } catch (error) {
    if (!isRoboportError(error, "LOCKFILE_SHAPE")) throw error;
    return undefined;
  }
}

/** What was the admin's own then is switched and pinned as it was. */
function entriesByHand({ modList, byHand = [] }: Generation): readonly ModListEntry[] {
  const names = new Set(byHand.map((file) => findModFileName(file)?.name ?? file));
  return modList === undefined ? [] : parseModList(modList).mods.filter(({ name }) => names.has(name));
}

async function getPrevious(root: string): Promise<Generation> {
  const generation = (await listGenerations(root)).at(-2);
  if (generation) return generation;
  throw new RoboportError("NO_SUCH_GENERATION", "Cannot roll back: there is no earlier generation", {
    hint: 'Run "roboport history" to see what is kept.',
  });
}
