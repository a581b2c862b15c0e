import type { Fault } from "./fault.ts";
import { seededRandom, seedOf } from "./seeded-random.ts";
import type { ChaosQuestion, Service } from "./chaos-request.ts";

/** Which answers a fault strikes; every one to the API and the files when nothing is said. */
export interface Strike {
  /** Only questions to these services. */
  readonly on?: Service | readonly Service[];
  /** Only questions about this mod. */
  readonly mod?: string;
  /** Only these among the questions that fit, counted from 1. */
  readonly nth?: number | readonly number[];
  /** How likely each of them is struck, from 0 to 1; the seed of the portal decides. */
  readonly chance?: number;
}

/** What goes wrong, where and when. */
export type FaultRule = Strike & Fault;

/** A fault that strikes a request, and the chance that decides its details. */
export interface Struck {
  readonly fault: Fault;
  /** From 0 up to 1. */
  readonly random: () => number;
}

/** Decides for one request after the other; of several rules that strike the first one counts. */
export type FaultPicker = (request: ChaosQuestion) => Struck | undefined;

/** Every rule counts the requests it is about, also those that another one strikes. */
export function openFaultPicker(rules: readonly FaultRule[], seed: number): FaultPicker {
  const pickers = rules.map((rule, index) => openRulePicker(rule, seedOf(seed, String(index))));
  return (request) => pickers.map((pick) => pick(request)).find((struck) => struck !== undefined);
}

/** Chance goes by what is asked how often, so that the order of requests at the same time does not change it. */
function openRulePicker(rule: FaultRule, seed: number): FaultPicker {
  const { on, mod, nth, chance = 1 } = rule;
  const [services, numbers] = [listOf(on), listOf(nth)];
  const times = new Map<string, number>();
  let count = 0;
  return (request) => {
    const isMeant = services ? services.includes(request.service) : request.service !== "elsewhere";
    if (!isMeant || (mod !== undefined && !request.mods.includes(mod))) return undefined;
    count++;
    const question = `${request.method} ${new URL(request.url).pathname} ${request.body}`;
    const time = (times.get(question) ?? 0) + 1;
    times.set(question, time);
    if (numbers && !numbers.includes(count)) return undefined;
    const random = seededRandom(seedOf(seed, `${question} ${time}`));
    return random() < chance ? { fault: rule, random } : undefined;
  };
}

function listOf<T>(given: T | readonly T[] | undefined): readonly T[] | undefined {
  return given === undefined ? undefined : ([given].flat() as readonly T[]);
}
