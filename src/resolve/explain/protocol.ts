import type { Conflict, Sentence } from "./explanation.ts";
import { listed } from "./wording.ts";

/** A sentence before it has a number. */
export type Statement = Omit<Sentence, "number" | "because">;

/** Sentences numbered in the order in which they are first said; what several conflicts share is said once. */
export class Protocol {
  private readonly numbers = new Map<string, number>();
  private readonly sentences: Sentence[] = [];
  /** What the conflict at hand uses, in order. */
  private used: Sentence[] = [];

  /** @returns the number of the sentence */
  say(statement: Statement, because?: readonly number[]): number {
    const known = this.numbers.get(statement.text);
    const number = known ?? this.sentences.length + 1;
    const sentence = this.sentences[number - 1] ?? { number, ...statement, ...(because && { because }) };
    if (known === undefined) {
      this.numbers.set(statement.text, number);
      this.sentences.push(sentence);
    }
    if (!this.used.includes(sentence)) this.used.push(sentence);
    return number;
  }

  /** Say what follows from everything the conflict at hand uses; it names what stands further up. */
  conclude(statement: Statement): void {
    const because = this.used.map(({ number }) => number).sort((a, b) => a - b);
    const isScattered = because.some((number, at) => number !== this.sentences.length - because.length + 1 + at);
    const text = isScattered ? `${statement.text.slice(0, -1)} (from ${listed(because.map(String))}).` : statement.text;
    this.say({ ...statement, text }, because);
  }

  /** How many sentences the conflict at hand has used. */
  get length(): number {
    return this.used.length;
  }

  /** End a conflict. */
  close(core: readonly string[]): Conflict {
    const explanation = this.used;
    this.used = [];
    return { core, explanation };
  }

  /** Every sentence, once. */
  get all(): readonly Sentence[] {
    return this.sentences;
  }
}
