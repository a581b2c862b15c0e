import * as z from "zod/mini";

/**
 * How sure we are: an official page says so; the game itself sends or expects it; it was recorded, or several clients
 * agree; a single client does it; nobody knows and we infer it.
 */
export const CONFIDENCES = ["documented", "game", "observed", "one client", "assumed"] as const;

/** One of {@link CONFIDENCES}. */
export type Confidence = (typeof CONFIDENCES)[number];

/** What is known of a field, a parameter or a whole answer. */
export interface Fact {
  /** What it means, with its unit, in sentences for the users of the API; Markdown without links. */
  readonly description: string;
  readonly "x-confidence": Confidence;
  /** A page of the official wiki, a section of the reference, or a client. */
  readonly "x-source": string;
}

interface Facts extends Partial<Fact> {
  /** The name of a shape that several answers share. */
  readonly id?: string;
}

/** Everything the schemas of the contract tell about themselves. */
export const FACTS = z.registry<Facts>();

/** Says how a field is known. */
export type Telling = <Schema extends z.ZodMiniType>(schema: Schema, description: string, source: string) => Schema;

/** An official page says so. */
export const documented: Telling = tell("documented");
/** The game's own requests, files or texts show it. */
export const inGame: Telling = tell("game");
/** It stands in recorded answers, or several independent clients agree. */
export const observed: Telling = tell("observed");
/** One client does or says so. */
export const byOneClient: Telling = tell("one client");
/** It is inferred. */
export const assumed: Telling = tell("assumed");

/** Gives a shape the name under which every answer refers to it. */
export function named<Schema extends z.ZodMiniType>(id: string, schema: Schema): Schema {
  FACTS.add(schema, { id });
  return schema;
}

function tell(confidence: Confidence): Telling {
  return (schema, description, source) => {
    FACTS.add(schema, { description, "x-confidence": confidence, "x-source": source });
    return schema;
  };
}
