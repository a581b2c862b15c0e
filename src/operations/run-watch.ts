import { StringDecoder } from "node:string_decoder";
import { findFailedMod, findLogRecord, isHarmless, type LogRecord, redactLogText } from "../game/factorio-log.ts";

/** Why a server did not come up, as it said itself. */
export interface LoadFailure {
  /** The mod it named. */
  readonly mod: string | undefined;
  /** Its words, without secrets. */
  readonly text: string;
  /** False for what another set of mods would not mend: a port in use, a full disk, a lock. */
  readonly isOfMods: boolean;
}

/** Reads along with what a server prints. */
export interface RunWatch {
  read(bytes: Uint8Array): void;
  /** True once the map is loaded and players may come. */
  readonly isInGame: () => boolean;
  /** The fault that explains most of what was printed so far. */
  readonly failure: () => LoadFailure | undefined;
}

/** Longer lines are cut: mods write whole tables. */
const LINE_MAX = 64 * 1024;
/** Lines below a fault that belong to it. */
const MORE_MAX = 20;
const IN_GAME = /\bchanging state from\(\w+\) to\(InGame\)/;
const ENVIRONMENT =
  /already in use|bind socket|acquire exclusive lock|No space left|Permission denied|Read-only file system|No such file or directory|Too many open files/i;

/**
 * Watch the output of a server until it is in the game.
 *
 * @param onInGame called once
 * @see reference/formats.md §13, rules RUNNER-4 and RUNNER-5
 */
export function openRunWatch(onInGame: () => void): RunWatch {
  const decoder = new StringDecoder("utf8");
  const faults: LogRecord[] = [];
  let rest = "";
  let number = 0;
  let isInGame = false;
  let current: LogRecord | undefined;
  const take = (line: string): void => {
    const record = findLogRecord(line, ++number);
    if (record) {
      current = record.level === "Error" && !isHarmless(record) ? record : undefined;
      if (current) faults.push(current);
      if (!IN_GAME.test(record.text)) return;
      isInGame = true;
      onInGame();
    } else if (current && current.more.length < MORE_MAX) {
      current = { ...current, more: [...current.more, line] };
      faults[faults.length - 1] = current;
    }
  };
  return {
    read(bytes) {
      if (isInGame) return;
      const lines = (rest + decoder.write(Buffer.from(bytes))).split("\n");
      rest = (lines.pop() ?? "").slice(0, LINE_MAX);
      for (const line of lines) {
        if (!isInGame) take(line.slice(0, LINE_MAX).replace(/\r$/, ""));
      }
    },
    isInGame: () => isInGame,
    failure: () => explain(faults),
  };
}

/** A fault that names a mod says more than one that does not, and an earlier one more than those that follow from it. */
function explain(faults: readonly LogRecord[]): LoadFailure | undefined {
  const fault = faults.find((each) => findFailedMod(each) !== undefined) ?? faults[0];
  if (!fault) return undefined;
  const mod = findFailedMod(fault);
  const isOfMods = mod !== undefined || !faults.some(({ text }) => ENVIRONMENT.test(text));
  const more = fault.more.map((line) => line.trim()).filter((line) => line !== "");
  return { mod, text: redactLogText([fault.text.trim(), ...more].join(" ")), isOfMods };
}
