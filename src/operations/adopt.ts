import { parseManifest } from "../plan/manifest.ts";
import { editManifest } from "../plan/manifest-edit.ts";
import { describeRequest, disabledBuiltIns } from "../plan/request.ts";
import { settled } from "./alone.ts";
import { findLockfile, getManifest } from "./files.ts";
import { lockPresent } from "./known-releases.ts";
import { look } from "./look.ts";
import { planFor, type Prepared } from "./prepare.ts";
import type { Session } from "./session.ts";

/**
 * Plan to take charge of zips that were put into the mods folder by hand: those that load become part of the manifest and
 * of the lockfile, as they are.
 *
 * @throws {RoboportError} `NO_INSTALLATION` where `init` has not been, `MOD_LIST_SHAPE`, `PERMISSION`, `DISK_ERROR`
 * @see rule IMPORT-6
 */
export async function planAdopt(session: Session): Promise<Prepared> {
  const { root } = await settled(session);
  const { text, manifest } = await getManifest(root);
  const previous = await findLockfile(root);
  const { version: game, builtIns } = await session.game();
  const before = await look(session);
  const found = before.effective.enabled.filter((mod) => !mod.owned && mod.form === "zip");
  const names = new Set(found.map(({ name }) => name));
  const known = new Map(manifest.mods.map((mod) => [mod.name, mod]));
  const manifestText = editManifest(
    text,
    found.map(({ name }) => ({ set: { name, constraints: [], ...known.get(name), enabled: true } })),
  );
  const looking = { adopt: new Set(found.map(({ file }) => file)) };
  const looked = await look(session, looking);
  const adopted = looked.actual.mods.filter(({ file }) => looking.adopt.has(file)).map(lockPresent);
  const wanted = parseManifest(manifestText);
  const disabled = disabledBuiltIns(builtIns, wanted, looked.actual.modList);
  const fixed = [...looked.fixed].map(([name, mod]) => `${name} ${mod.version.text}`);
  const lockfile = {
    factorio: game,
    builtIns: builtIns.map(({ name, version }) => ({ name, version, enabled: !disabled.has(name) })),
    request: describeRequest({ manifest: wanted, game, builtIns, disabled, fixed }),
    mods: [...(previous?.mods ?? []).filter(({ name }) => !names.has(name)), ...adopted],
  };
  const planned = await planFor(session, { manifestText, lockfile, looked, looking, command: "import mods" });
  return { ...planned, findings: [], previous };
}
