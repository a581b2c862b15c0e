import { HTTPException } from "hono/http-exception";
import { isRoboportError } from "../../errors.ts";
import type { Clock } from "../../portal/clock.ts";
import { errorAnswer } from "../answers.ts";
import type { RegistryData } from "../storage/registry-data.ts";
import { keepMods } from "./keep-mods.ts";
import { type KnownMods, openKnownMods } from "./known-mods.ts";
import type { Guarded } from "./outage.ts";
import { openQuestionBudget } from "./question-budget.ts";
import { singleFlight } from "./single-flight.ts";
import { isOfUpstream, unavailable } from "./unavailable.ts";
import type { Upstream } from "./upstream.ts";
import { findToldMod } from "./upstream-record.ts";

export interface PulledMetadataOptions {
  readonly data: RegistryData;
  readonly upstream: Upstream;
  readonly guard: Guarded;
  readonly clock: Pick<Clock, "now">;
  /** Told of what is left out, and of failures that were answered from what is here. */
  readonly report: (error: Error) => void;
  readonly signal: AbortSignal;
}

/** Whether what is here was confirmed lately; `stale` when the upstream could not be asked. */
export type Freshness = "fresh" | "stale";

/** What the upstream says about mods, kept here and asked for again when it is old. */
export interface PulledMetadata {
  /** True when what is here of a mod, or that nothing is, counts without asking. */
  isSettled(name: string): boolean;
  /**
   * Have here what there is of a mod.
   *
   * @throws {HTTPException} when nothing is here and the upstream does not answer.
   */
  refresh(name: string): Promise<Freshness>;
  /**
   * The same however fresh it is, because something in it is missing.
   *
   * @throws {HTTPException} when the upstream does not answer, whatever is here.
   */
  refreshNow(name: string): Promise<void>;
  /**
   * The same for many, in one question.
   *
   * @throws {HTTPException} 400 for more than 2,000 that would have to be asked for.
   */
  refreshAll(names: Iterable<string>): Promise<void>;
}

/** Names in one list that may have to be asked for. */
const NAMES_MAX = 2_000;

/**
 * Ask an upstream for metadata: once at a time for each mod, with validators, and never for a name that belongs here.
 *
 * @see rules SRC-6 to SRC-13
 */
export function pullMetadata(options: PulledMetadataOptions): PulledMetadata {
  const known = openKnownMods(options);
  const questions = openQuestions(known, options);
  const flights = singleFlight<void>();
  const tell = oncePerError(options.report);
  const ask = async (name: string) => await flights(name, () => questions.askOne(name));
  /** What is here does when the upstream fails, if that is everything that was asked for. */
  const orStale = async (names: readonly string[], asked: Promise<void>): Promise<Freshness> => {
    try {
      await asked;
      return "fresh";
    } catch (error) {
      tell(error);
      if (names.every(known.isHere)) return "stale";
      throw unavailable(error);
    }
  };
  return {
    isSettled: known.isSettled,
    refresh: async (name) =>
      known.isSettled(name) || !known.isForeign(name) ? "fresh" : await orStale([name], ask(name)),
    refreshNow: async (name) => {
      try {
        if (known.isForeign(name)) await ask(name);
      } catch (error) {
        throw unavailable(error);
      }
    },
    refreshAll: async (names) => {
      const wanted = [...names].filter((name) => !known.isSettled(name) && known.isForeign(name)).sort();
      if (wanted.length > NAMES_MAX) throw tooMany();
      // A comma stands in no name, so no single name is the key of a list.
      const key = `${wanted.join(",")},`;
      if (wanted.length > 0)
        await orStale(
          wanted,
          flights(key, () => questions.askMany(wanted)),
        );
    },
  };
}

/** Each asks the upstream, and writes down what it says. */
function openQuestions(known: KnownMods, { data, upstream, guard, clock, report, signal }: PulledMetadataOptions) {
  const spend = openQuestionBudget(clock);
  const leaveOut = ({ file, reason }: { readonly file: string; readonly reason: string }) =>
    report(new Error(`Left out ${file}: ${reason}`));
  return {
    askOne: async (name: string) => {
      spend();
      const told = await guard(() => upstream.findMod(name, known.lastAnswer(name), signal));
      if (told.kind === "absent" || (told.kind === "told" && told.value.name !== name)) return known.miss(name);
      const mod = told.kind === "told" ? findToldMod(told.value, leaveOut) : undefined;
      if (mod) keepMods(data, [mod], leaveOut);
      known.confirm(name, told.answer);
    },
    askMany: async (names: readonly string[]) => {
      spend();
      const entries = await guard(() => upstream.findMods(names, signal));
      const told = entries.flatMap((entry) => findToldMod(entry, leaveOut) ?? []);
      keepMods(data, told, leaveOut);
      const found = new Set(entries.map(({ name }) => name));
      for (const name of names) if (!found.has(name)) known.miss(name);
      // Where its first day is missing, the portal does not know what a full answer is.
      for (const { name, created_at } of entries) if (created_at) known.confirm(name);
    },
  };
}

/**
 * Tells of a failure of the upstream, once however many it met.
 *
 * @throws every other error
 */
function oncePerError(report: (error: Error) => void): (error: unknown) => void {
  const reported = new WeakSet<Error>();
  return (error) => {
    if (!isRoboportError(error) || !isOfUpstream(error)) throw error;
    if (!reported.has(error)) report(error);
    reported.add(error);
  };
}

function tooMany(): HTTPException {
  const answer = errorAnswer(400, `At most ${NAMES_MAX} mods that are not here may be asked for at once`);
  return new HTTPException(400, { res: answer });
}
