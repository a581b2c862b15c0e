import { BUILT_IN_NAMES } from "../game/built-ins.ts";
import { editManifest, type ManifestEdit, type ManifestMod } from "../plan/manifest.ts";
import { formatConstraints } from "../plan/requirement.ts";
import type { Requirement } from "../resolve/universe.ts";
import { findLockfile, getManifest } from "./files.ts";
import { prepare, type Prepared, type Unsolvable } from "./prepare.ts";
import type { Session } from "./session.ts";

export interface AddRequest {
  readonly requirements: readonly Requirement[];
  /** ISO 8601 instant: as if nothing had been published since. */
  readonly releasedBefore?: string | undefined;
}

/**
 * Plan to want these mods. A built-in is switched on; a mod that was turned down or switched off is wanted again.
 *
 * @throws {RoboportError} `NO_INSTALLATION` and whatever looking and asking throws.
 * @see rule OPS-7
 */
export async function planAdd(session: Session, request: AddRequest): Promise<Prepared | Unsolvable> {
  const { root } = await session.installation();
  const { text, manifest } = await getManifest(root);
  const previous = await findLockfile(root);
  const names = new Set(request.requirements.map(({ name }) => name));
  const known = new Map(manifest.mods.map((mod) => [mod.name, mod]));
  const edits = request.requirements.map((requirement): ManifestEdit => {
    if (BUILT_IN_NAMES.has(requirement.name)) return { builtIn: requirement.name, enabled: true };
    return { set: wantedMod(requirement, known.get(requirement.name)) };
  });
  const without = manifest.without.filter((name) => !names.has(name));
  if (without.length < manifest.without.length) edits.push({ without });
  return await prepare(session, {
    command: `add ${request.requirements.map(formatRequirement).join(" ")}`,
    manifestText: editManifest(text, edits),
    previous,
    freedom: names,
    releasedBefore: request.releasedBefore,
  });
}

function wantedMod({ name, constraints }: Requirement, known: ManifestMod | undefined): ManifestMod {
  return { ...known, name, constraints, enabled: true };
}

/** `flib` or `flib@>= 0.16`, as it was asked for. */
function formatRequirement({ name, constraints }: Requirement): string {
  return constraints.length === 0 ? name : `${name}@${formatConstraints(constraints)}`;
}
