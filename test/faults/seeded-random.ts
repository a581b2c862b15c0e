export { seededRandom } from "../../src/testing/seeded-random.ts";

/** Chance that can be had again: numbers from 0 up to 1 by their seed. */
export type Random = () => number;

/** The seed of this run: `ROBOPORT_FAULTS_SEED` to have an earlier one again. */
export function chooseSeed(): number {
  const given = process.env["ROBOPORT_FAULTS_SEED"];
  return given === undefined ? Math.floor(Math.random() * 2 ** 32) : Number(given);
}
