import type { Sentence } from "./explanation.ts";
import { listed } from "./wording.ts";

/** A sentence before it has a number: without its full stop. */
export interface Statement extends Omit<Sentence, "number" | "because"> {
  /** What it does to the releases it is about at this point of the proof: begins with a comma. */
  readonly effect?: string;
}

/** Sentences numbered in the order in which they are first said; what several conflicts share is said once. */
export class Protocol {
  private readonly numbers = new Map<string, number>();
  private readonly sentences: Sentence[] = [];
  /** What the conflict at hand uses, in order. */
  private used: Sentence[] = [];

  /** @returns the number of the sentence */
  say({ effect = "", ...statement }: Statement, because?: readonly number[]): number {
    const number = this.numbers.get(statement.text) ?? this.sentences.length + 1;
    const text = `${statement.text}${effect}.`;
    const sentence = this.sentences[number - 1] ?? { number, ...statement, text, ...(because && { because }) };
    this.numbers.set(statement.text, number);
    this.sentences[number - 1] = sentence;
    if (!this.used.includes(sentence)) this.used.push(sentence);
    return number;
  }

  /** Say what follows from everything the conflict at hand uses; it names the numbers when some stand further up. */
  conclude(statement: Statement): void {
    const because = this.used.map(({ number }) => number).sort((a, b) => a - b);
    const isScattered = because.some((number, at) => number !== this.sentences.length - because.length + 1 + at);
    const source = isScattered ? ` (from ${listed(because.map(String))})` : "";
    this.say({ ...statement, text: statement.text + source }, because);
  }

  /** End a conflict: the sentences it uses. */
  close(): readonly Sentence[] {
    const explanation = this.used;
    this.used = [];
    return explanation;
  }

  /** Number of the sentence that was said last. */
  get latest(): number {
    return this.used.at(-1)?.number ?? 0;
  }

  /** Every sentence, once. */
  get all(): readonly Sentence[] {
    return this.sentences;
  }
}
