import { getGeneration, listGenerations, type Generation } from "../apply/generations.ts";
import { RoboportError } from "../errors.ts";
import { parseLockfile } from "../plan/lockfile.ts";
import { findLockfile } from "./files.ts";
import { look } from "./look.ts";
import { planFor, type Prepared } from "./prepare.ts";
import type { Session } from "./session.ts";

/**
 * Plan to return to a generation, the one before the last by default: its manifest, its lockfile, its zips.
 *
 * Returning makes a new generation, so rolling back twice ends where it began and nothing is ever lost.
 *
 * @throws {RoboportError} `NO_SUCH_GENERATION`
 * @see rule OPS-12
 */
export async function planRollback(session: Session, number: number | undefined): Promise<Prepared> {
  const { root } = await session.installation();
  const generation = number === undefined ? await getPrevious(root) : await getGeneration(root, number);
  const { manifest, lockfile } = generation;
  if (manifest === undefined || lockfile === undefined) {
    throw new RoboportError(
      "NO_SUCH_GENERATION",
      `Cannot return to generation ${generation.number}: it holds no lockfile`,
      {
        hint: 'Choose another one that "roboport history" lists.',
      },
    );
  }
  const previous = await findLockfile(root);
  const looked = await look(session, { manifestText: manifest, lockfile: previous });
  const command = `rollback ${generation.number}`;
  const planned = await planFor(session, {
    manifestText: manifest,
    lockfile: parseLockfile(lockfile),
    looked,
    command,
  });
  return { ...planned, findings: [], previous };
}

async function getPrevious(root: string): Promise<Generation> {
  const generation = (await listGenerations(root)).at(-2);
  if (generation) return generation;
  throw new RoboportError("NO_SUCH_GENERATION", "Cannot roll back: there is no earlier generation", {
    hint: 'Run "roboport history" to see what is kept.',
  });
}
