import { RoboportError } from "../errors.ts";
import { BUILT_IN_NAMES, type BuiltIn } from "../game/built-ins.ts";
import { type ManifestMod } from "../plan/manifest.ts";
import { editManifest, type ManifestEdit } from "../plan/manifest-edit.ts";
import { formatConstraints } from "../plan/requirement.ts";
import type { Requirement } from "../resolve/universe.ts";
import { settled } from "./alone.ts";
import { getWish } from "./files.ts";
import { prepare, type Prepared, type Unsolvable } from "./prepare.ts";
import type { Session } from "./session.ts";
import type { TimeLimits } from "./time-limits.ts";

/** What to want from now on. */
export interface AddRequest extends TimeLimits {
  readonly requirements: readonly Requirement[];
}

/**
 * Plan to want these mods. A built-in is switched on; a mod that was turned down or switched off is wanted again.
 *
 * @throws {RoboportError} `NO_INSTALLATION` and whatever looking and asking throws.
 * @see rule OPS-7
 */
export async function planAdd(session: Session, request: AddRequest): Promise<Prepared | Unsolvable> {
  const { root } = await settled(session);
  const { text, manifest, previous, texts } = await getWish(root);
  const names = new Set(request.requirements.map(({ name }) => name));
  const { builtIns } = await session.game();
  request.requirements.forEach((requirement) => requireAddable(requirement, builtIns));
  const twice = request.requirements.find(
    ({ name }, at) => request.requirements.findIndex((each) => each.name === name) < at,
  );
  if (twice) throw usage(`Cannot add ${twice.name} twice`, "Put all bounds into one requirement: NAME@>=1.2,<2.0.");
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
    texts,
    freedom: names,
    releasedBefore: request.releasedBefore,
    settledBefore: request.settledBefore,
  });
}

/** What ships with the game is there in its version or not at all. */
function requireAddable({ name, constraints }: Requirement, builtIns: readonly BuiltIn[]): void {
  if (!BUILT_IN_NAMES.has(name)) return;
  const shipped = builtIns.filter((each) => each.name !== "base").map((each) => each.name);
  const hint = `This game has ${shipped.join(", ") || "none but base"}, each in its one version.`;
  if (constraints.length > 0) throw usage(`Cannot choose a version of ${name}: it ships with the game`, hint);
  if (name === "base") throw usage("Cannot add base: it is the game itself, and always on", "Leave it out.");
  if (shipped.includes(name)) return;
  throw new RoboportError("NO_SUCH_MOD", `Cannot add ${name}: it ships with other games, and no portal has it`, {
    hint,
  });
}

function usage(message: string, hint: string): RoboportError {
  return new RoboportError("USAGE", message, { hint });
}

function wantedMod({ name, constraints }: Requirement, known: ManifestMod | undefined): ManifestMod {
  return { ...known, name, constraints, enabled: true };
}

/** `flib` or `flib@>= 0.16`, as it was asked for. */
function formatRequirement({ name, constraints }: Requirement): string {
  return constraints.length === 0 ? name : `${name}@${formatConstraints(constraints)}`;
}
