import type { BuiltIn } from "../game/built-ins.ts";
import { type EffectiveMods, findEffectiveMods } from "../game/effective-mods.ts";
import type { ModList } from "../game/mod-list.ts";
import type { Installation } from "../installation/installation.ts";
import { findModListFile } from "../installation/mod-list-file.ts";
import { type FoundMod, type ModsFolder, readModsFolder } from "../installation/mods-folder.ts";
import { readModZip } from "../store/mod-zip.ts";
import { isRoboportError } from "../errors.ts";
import type { Session } from "./session.ts";

/** What `doctor` is told beside the session. */
export interface DoctorRequest {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What runs us: `Node.js 20.20.2 on linux x64`. */
  readonly runtime: string;
  /** Ask the portal as well. */
  readonly online: boolean;
  /** What the machine's absolute paths begin with; `/` by default. */
  readonly systemRoot?: string | undefined;
}

/** What the checks look at once an installation was found. Nothing is recovered, made or changed. */
export interface DoctorScene {
  readonly session: Session;
  readonly installation: Installation;
  readonly request: DoctorRequest;
  /** Every mod and foreign file; read once. */
  readonly folder: () => Promise<ModsFolder>;
  readonly modList: () => Promise<ModList | undefined>;
  /** What a game would load; a mod-list.json that cannot be read has its own check, and counts as none here. */
  readonly effective: () => Promise<EffectiveMods<FoundMod>>;
}

export function openScene(session: Session, installation: Installation, request: DoctorRequest): DoctorScene {
  const { modsDir } = installation;
  const folder = once(() => readModsFolder(modsDir, { readZipInfo: (path) => readModZip(path).info }));
  const modList = once(() => findModListFile(modsDir));
  const effective = once(async () =>
    findEffectiveMods((await folder()).mods, await modList().catch(unlessUnreadable), await builtInsOf(session)),
  );
  return { session, installation, request, folder, modList, effective };
}

function unlessUnreadable(error: unknown): undefined {
  if (!isRoboportError(error, "MOD_LIST_SHAPE")) throw error;
}

/** Where nobody knows the game, nothing ships with it. */
async function builtInsOf(session: Session): Promise<readonly BuiltIn[]> {
  try {
    return (await session.game()).builtIns;
  } catch (error) {
    if (!isRoboportError(error)) throw error;
    return [];
  }
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
