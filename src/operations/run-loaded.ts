import { join } from "node:path";
import { listGenerationNumbers } from "../apply/generations.ts";
import { stateFolder } from "../apply/state-folder.ts";
import { isJsonObject } from "../game/json-text.ts";
import { writeAtomic } from "../store/atomic-file.ts";
import { findBytes } from "../store/plain-file.ts";
import { findSealed, formatSealed } from "../store/sealed-json.ts";
import type { Session } from "./session.ts";

/** A generation with which a server came up. */
export interface LoadedGeneration {
  readonly generation: number;
  /** ISO 8601 instant. */
  readonly at: string;
}

const FORMAT = 1;

function loadedFile(root: string): string {
  return join(stateFolder(root), "loaded.json");
}

/** The generation that is applied; undefined before the first one. */
export async function findCurrentGeneration(root: string): Promise<number | undefined> {
  return (await listGenerationNumbers(root)).at(-1);
}

/**
 * The last generation with which a server was in the game. A damaged record is none: it is written again soon.
 *
 * @see rule RUNNER-6
 */
export async function findLoadedGeneration(session: Session, root: string): Promise<LoadedGeneration | undefined> {
  const bytes = await findBytes(session.store().fs, loadedFile(root));
  const value = bytes && findSealed(bytes.toString("utf8"))?.value;
  // The seal has proved that we wrote it, so its shape is ours.
  return isJsonObject(value) && value["format"] === FORMAT ? (value["loaded"] as LoadedGeneration) : undefined;
}

/** Remember that a server came up with this generation. */
export async function keepLoadedGeneration(session: Session, root: string, generation: number): Promise<void> {
  const loaded = { generation, at: session.clock().toISOString() };
  const { store, owner } = session;
  await writeAtomic(loadedFile(root), formatSealed({ format: FORMAT, loaded }), { fs: store().fs, owner });
}
