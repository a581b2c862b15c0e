import { describe, expect, it } from "vitest";
import { seededRandom } from "../faults/seeded-random.ts";
import { mutate } from "./mutate.ts";
import { PARSERS, tryInput } from "./parsers.ts";

const INPUTS = 1500;

describe("parsers of what others wrote", () => {
  it.each(PARSERS.map((parser) => [parser.name, parser] as const))(
    "%s: answers or refuses with a code, whatever it is given",
    async (_name, parser) => {
      const random = seededRandom(1);
      expect(await Promise.allSettled(parser.seeds.map(async (seed) => parser.parse(seed)))).toContainEqual(
        expect.objectContaining({ status: "fulfilled" }),
      );
      for (let at = 0; at < INPUTS; at++) {
        const input = mutate(parser.seeds, random);
        await tryInput(parser, input).catch((error: unknown) => {
          expect.fail(
            `${error instanceof Error ? error.stack : error}\nfor ${JSON.stringify(input.toString("latin1").slice(0, 500))}`,
          );
        });
      }
    },
  );
});
