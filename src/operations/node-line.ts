/** Last days of the lines of Node.js; odd ones live half a year. @see https://github.com/nodejs/release#release-schedule */
const END_OF_LIFE: ReadonlyMap<number, string> = new Map([
  [20, "2026-04-30"],
  [22, "2027-04-30"],
  [24, "2028-04-30"],
  [26, "2029-04-30"],
]);

/** A line of Node.js and its last day, `2026-04-30`; the day is undefined for a line that is not known yet. */
export interface NodeLine {
  readonly version: string;
  readonly lastDay: string | undefined;
  readonly isOver: boolean;
}

/**
 * What is known of the Node.js in a text such as `Node.js 20.20.2 on linux x64`; undefined for anything else.
 *
 * @see rule DOCTOR-5
 */
export function findNodeLine(runtime: string, now: Date): NodeLine | undefined {
  const [, version, major] = /^Node\.js ((\d+)\.\d+\.\d+)/.exec(runtime) ?? [];
  if (version === undefined) return undefined;
  const number = Number(major);
  const lastDay = END_OF_LIFE.get(number);
  const today = now.toISOString().slice(0, 10);
  const isShortLived = number % 2 === 1 && number < 26;
  return { version, lastDay, isOver: number < 20 || isShortLived || (lastDay !== undefined && today > lastDay) };
}
