import { RoboportError } from "../errors.ts";
import { editManifest, type Manifest, type ManifestEdit } from "../plan/manifest.ts";
import type { Lockfile } from "../plan/lockfile.ts";
import { findLockfile, getManifest } from "./files.ts";
import { prepare, type Prepared, type Unsolvable } from "./prepare.ts";
import { dependentsOf, listed } from "./remove.ts";
import type { Game, Session } from "./session.ts";

export interface SwitchRequest {
  readonly names: readonly string[];
  readonly enabled: boolean;
}

/**
 * Plan to switch mods or built-ins on or off; their files stay.
 *
 * @throws {RoboportError} `NOT_INSTALLED`, `STILL_REQUIRED` naming who needs a mod that is to be off, `USAGE` for base.
 * @see rule OPS-11
 */
export async function planSwitch(session: Session, request: SwitchRequest): Promise<Prepared | Unsolvable> {
  const { root } = await session.installation();
  const { text, manifest } = await getManifest(root);
  const previous = await findLockfile(root);
  const context = { manifest, previous, game: await session.game(), request };
  const edits = request.names.map((name) => editFor(name, context));
  return await prepare(session, {
    command: `${request.enabled ? "enable" : "disable"} ${request.names.join(" ")}`,
    manifestText: editManifest(text, edits),
    previous,
    freedom: "nothing",
  });
}

interface Context {
  readonly manifest: Manifest;
  readonly previous: Lockfile | undefined;
  readonly game: Game;
  readonly request: SwitchRequest;
}

function editFor(name: string, { manifest, previous, game, request }: Context): ManifestEdit {
  const { enabled } = request;
  if (!enabled) requireDispensable(name, { previous, leaving: new Set(request.names) });
  if (game.builtIns.some((builtIn) => builtIn.name === name)) {
    if (name === "base") throw new RoboportError("USAGE", "Cannot switch base: the game does not run without it");
    return { builtIn: name, enabled };
  }
  const mod = manifest.mods.find((each) => each.name === name);
  if (mod) return { set: { ...mod, enabled } };
  const isDependency = previous?.mods.some((each) => each.name === name);
  throw new RoboportError("NOT_INSTALLED", `Cannot switch ${name}: roboport.json does not name it`, {
    hint: isDependency
      ? `Nothing needs it but a recommendation: run "roboport remove ${name}".`
      : `Run "roboport add ${name}".`,
    data: { name },
  });
}

function requireDispensable(
  name: string,
  context: { previous: Lockfile | undefined; leaving: ReadonlySet<string> },
): void {
  const dependents = dependentsOf(name, context.previous?.mods ?? []).filter((each) => !context.leaving.has(each));
  if (dependents.length === 0) return;
  throw new RoboportError(
    "STILL_REQUIRED",
    `Cannot disable ${name}: ${listed(dependents)} need${dependents.length === 1 ? "s" : ""} it`,
    {
      hint: `Disable ${listed(dependents)} as well.`,
      data: { name, dependents },
    },
  );
}
