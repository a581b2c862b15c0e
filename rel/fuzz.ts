import { seededRandom } from "../test/faults/seeded-random.ts";
import { mutate } from "../test/fuzz/mutate.ts";
import { type Parser, PARSERS, tryInput } from "../test/fuzz/parsers.ts";
import { runCases } from "./run-cases.ts";
import type { Scale, Suite, SuiteOptions } from "./suite.ts";

/** Inputs of one case. */
const ROUND = 10_000;
/** Cases of each parser. */
const ROUNDS: Readonly<Record<Scale, number>> = { ci: 1, full: 100 };
const MILLISECONDS_MAX = 1_000;
const MEBIBYTE = 2 ** 20;
const MEMORY_MAX = 512 * MEBIBYTE;

interface Round {
  readonly parser: Parser;
  readonly seed: number;
}

export const suite: Suite = {
  name: "fuzz",
  goal: "Every parser of foreign bytes answers or refuses with a code, within a second and 512 MiB, whatever it is given",
  run: async (options) => {
    const seen = { inputs: 0, slowest: 0, mostMemory: 0 };
    const tally = await runCases(roundsOf(options), options, (round) => fuzz(round, seen));
    const figures = {
      parsers: PARSERS.length,
      inputs: seen.inputs,
      "slowest, ms": Math.round(seen.slowest),
      "most memory, MiB": Math.round(seen.mostMemory / MEBIBYTE),
    };
    return { ...tally, figures, skipped: [] };
  },
};

function* roundsOf({ seed, scale }: SuiteOptions): Generator<Round> {
  for (const [at, parser] of PARSERS.entries()) {
    for (let round = 0; round < ROUNDS[scale]; round++) yield { parser, seed: seed + at * 1_000_003 + round };
  }
}

async function fuzz(
  { parser, seed }: Round,
  seen: { inputs: number; slowest: number; mostMemory: number },
): Promise<void> {
  const random = seededRandom(seed);
  const memory = process.memoryUsage.rss();
  for (let at = 0; at < ROUND; at++) {
    const input = mutate(parser.seeds, random);
    // Of the processor: what the machine does meanwhile is not the parser's fault.
    const start = process.cpuUsage();
    await tryInput(parser, input).catch((error: unknown) => {
      throw new Error(`${parser.name}, ${describe(input)}: ${error instanceof Error ? error.stack : error}`, {
        cause: error,
      });
    });
    const { user, system } = process.cpuUsage(start);
    const took = (user + system) / 1000;
    seen.inputs++;
    seen.slowest = Math.max(seen.slowest, took);
    if (took > MILLISECONDS_MAX) throw new Error(`${parser.name}, ${describe(input)}: took ${took} ms`);
  }
  seen.mostMemory = Math.max(seen.mostMemory, process.memoryUsage.rss() - memory);
  if (seen.mostMemory > MEMORY_MAX) throw new Error(`${parser.name}: took ${seen.mostMemory} bytes of memory`);
}

function describe(input: Buffer): string {
  return JSON.stringify(input.toString("latin1").slice(0, 300));
}
