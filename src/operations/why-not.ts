import { disabledBuiltIns } from "../plan/request.ts";
import {
  type Attainable,
  explainWhyNotRelease,
  type ReleaseQuestion,
  type Unattainable,
} from "../resolve/why-not-release.ts";
import { settled } from "./alone.ts";
import { solveRequest } from "./decide.ts";
import { findLockfile, getManifest } from "./files.ts";
import { findKnown } from "./known-releases.ts";
import { loadCandidates } from "./load-candidates.ts";
import { look } from "./look.ts";
import type { Session } from "./session.ts";

/**
 * Explain why a release is not installed, and what would have to give for it. Changes nothing.
 *
 * @throws {RoboportError} `NO_INSTALLATION`, `NO_GAME_VERSION`, and as a portal does.
 * @see rule OPS-31
 */
export async function findWhyNot(
  session: Session,
  { name, version }: Omit<ReleaseQuestion, "request">,
): Promise<Attainable | Unattainable> {
  const { root } = await settled(session);
  const { manifest } = await getManifest(root);
  const previous = await findLockfile(root);
  const looked = await look(session);
  const game = await session.game();
  const known = await findKnown(session, { manifest, previous, look: looked });
  const disabled = disabledBuiltIns(game.builtIns, manifest, looked.actual.modList);
  const extra = [{ name, constraints: [] }];
  const universe = await loadCandidates(session, { manifest, known, look: looked, extra, game });
  const wanted = { manifest, previous, look: looked, freedom: "nothing", disabled, known } as const;
  return explainWhyNotRelease({ request: { ...solveRequest(session, wanted), universe }, name, version });
}
