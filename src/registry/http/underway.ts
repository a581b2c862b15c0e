import type { IncomingMessage, ServerResponse } from "node:http";
import type { Passage } from "./passage.ts";

/** What is known of a request when its head is here. */
export interface UnderwayOptions extends Pick<Passage, "address" | "origin" | "target"> {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  /** When its head was here. */
  readonly since: number;
  /** What it is called, or what names it. */
  readonly name: string | (() => string);
}

/** A request from its head to the end of its answer. */
export class Underway implements Passage {
  readonly address: string;
  readonly origin: string | undefined;
  readonly target: string;
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly since: number;
  user: string | undefined = undefined;
  #name: string | (() => string);

  constructor({ address, origin, target, incoming, outgoing, since, name }: UnderwayOptions) {
    this.address = address;
    this.origin = origin;
    this.target = target;
    this.incoming = incoming;
    this.outgoing = outgoing;
    this.since = since;
    this.#name = name;
  }

  /** Most requests are never called anything, so they are named when somebody asks. */
  get id(): string {
    if (typeof this.#name === "function") this.#name = this.#name();
    return this.#name;
  }
}

const UNDERWAY = Symbol("underway");

interface Marked extends IncomingMessage {
  [UNDERWAY]?: Underway;
}

/** Let {@link underwayOf} find it. */
export function markUnderway(underway: Underway): void {
  (underway.incoming as Marked)[UNDERWAY] = underway;
}

/** What a request was marked with. */
export function underwayOf(incoming: IncomingMessage): Underway | undefined {
  return (incoming as Marked)[UNDERWAY];
}
