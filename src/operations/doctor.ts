import type { Installation } from "../installation/installation.ts";
import { isRoboportError } from "../errors.ts";
import { type DoctorCheck, examineOne, type Examination } from "./doctor-check.ts";
import { machineExaminations, suppliesExaminations } from "./doctor-machine.ts";
import { modsExaminations } from "./doctor-mods.ts";
import { type DoctorRequest, openScene } from "./doctor-scene.ts";
import { serverExaminations } from "./doctor-server.ts";
import { stateExaminations } from "./doctor-state.ts";
import type { Session } from "./session.ts";

/** Everything that was looked at, with what was found. */
export interface Diagnosis {
  /** False when a check is an error; warnings stop nothing. */
  readonly ok: boolean;
  readonly checks: readonly DoctorCheck[];
}

/**
 * Look at a server, its mods, our own files and the machine, and say what is wrong with each. Changes nothing, not even
 * what a killed process left behind; asks no portal unless told to.
 *
 * @see rules DOCTOR-1 to DOCTOR-15
 */
export async function examine(session: Session, request: DoctorRequest): Promise<Diagnosis> {
  const found = await findOrExplain(session);
  const checks: DoctorCheck[] = [];
  for (const each of examinationsOf(session, request, found)) {
    session.signal.throwIfAborted();
    checks.push(...(await examineOne(each)));
  }
  return { ok: checks.every(({ status }) => status !== "error"), checks };
}

function examinationsOf(session: Session, request: DoctorRequest, found: Installation | Error): readonly Examination[] {
  const machine = machineExaminations(session, request);
  if (found instanceof Error) {
    const look = () => Promise.reject(found);
    return [{ area: "server", name: "installation", look }, ...machine];
  }
  const scene = openScene(session, found, request);
  return [
    ...serverExaminations(scene),
    ...modsExaminations(scene),
    ...stateExaminations(scene),
    ...machine,
    ...suppliesExaminations(scene),
  ];
}

async function findOrExplain(session: Session): Promise<Installation | Error> {
  try {
    return await session.installation();
  } catch (error) {
    if (isRoboportError(error)) return error;
    throw error;
  }
}
