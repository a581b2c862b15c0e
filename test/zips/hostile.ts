import type { ZipFault } from "../../src/store/zip-fault.ts";
import type { Random } from "../faults/seeded-random.ts";
import { CONTENT } from "./hostile-content.ts";
import { FRAMING } from "./hostile-framing.ts";
import { HEADERS } from "./hostile-headers.ts";
import { INFOS } from "./hostile-info.ts";
import { randomMod, type SomeMod } from "./some-mod.ts";

/** One way to make a zip that no mod is: another one each time. */
export interface HostileClass {
  readonly name: string;
  /** Row of the threat model. */
  readonly row: string;
  /** What it may be refused for. */
  readonly reasons: readonly ZipFault[];
  /** @param variant counts from 0 */
  make(mod: SomeMod, random: Random, variant: number): Buffer;
}

/** An archive that has to be refused. */
export interface HostileZip {
  readonly from: HostileClass;
  readonly variant: number;
  readonly mod: SomeMod;
  readonly bytes: Buffer;
}

/** Every class of the threat model, framing first. */
export const HOSTILE: readonly HostileClass[] = [...FRAMING, ...HEADERS, ...CONTENT, ...INFOS];

/** So many archives of every class, one after the other. */
export function* hostileZips(random: Random, variants: number): Generator<HostileZip> {
  for (const from of HOSTILE) {
    for (let variant = 0; variant < variants; variant++) {
      const mod = randomMod(random);
      yield { from, variant, mod, bytes: from.make(mod, random, variant) };
    }
  }
}
