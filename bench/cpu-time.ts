/** CPU milliseconds that this process has used so far, all threads together. */
function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** How long something takes when it is done again and again. */
export interface Timing {
  /** CPU milliseconds. */
  readonly first: number;
  readonly min: number;
  readonly median: number;
}

/** Do something `rounds` times. */
export function timeRounds(rounds: number, run: () => void): Timing {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const start = cpuTime();
    run();
    times.push(cpuTime() - start);
  }
  return summarise(times);
}

/** What a list of times comes to. */
export function summarise(times: readonly number[]): Timing {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.round((sorted.length - 1) * share)] ?? Number.NaN;
  return { first: times[0] ?? Number.NaN, min: at(0), median: at(0.5) };
}

/** `min/median`. */
export function formatTiming({ min, median }: Timing): string {
  return `${min.toFixed(1)}/${median.toFixed(1)} ms`;
}
