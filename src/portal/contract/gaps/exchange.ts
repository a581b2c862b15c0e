import type { QueryEntries } from "../../url.ts";

/** A request and its answer as a capture shows them, secrets left out or not. */
export interface Exchange {
  readonly method: string;
  readonly url: URL;
  /** Fields of its form; none when it sent no form. */
  readonly form: QueryEntries;
  /** What it sent as JSON; undefined when it sent none. */
  readonly json: unknown;
  /** 0 when no answer came. */
  readonly status: number;
  /** What was answered as JSON; undefined when it was something else, or was not kept. */
  readonly answer: unknown;
}
