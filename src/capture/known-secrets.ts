import { redact, Secret } from "../portal/secret.ts";

/** Secrets that were seen so far: from then on they are taken out wherever they are repeated, in any encoding. */
export interface KnownSecrets {
  /** How many there are. */
  readonly size: number;
  learn(value: string): void;
  /** A copy of a JSON value whose texts hold none of them. */
  redacted<T>(value: T): T;
}

/** Shorter ones are left out where they stand by their name; everywhere they would take words out of sentences. */
const LENGTH_MIN = 6;
const SECRETS_MAX = 200;

const WORD = /^[a-z]{1,15}$/i;

export interface SecretsOptions {
  /** Told of each new one. */
  readonly onSecret: (secret: Secret) => void;
  /** What everybody knows: somebody may be called by one of its words, and without them nothing could be read. */
  readonly publicText: string;
}

/**
 * Start to remember secrets.
 *
 * @see rule CAPTURE-5
 */
export function rememberSecrets({ onSecret, publicText }: SecretsOptions): KnownSecrets {
  const isWord = (value: string) => WORD.test(value) && publicText.includes(value);
  const known = new Map<string, Secret>();
  return {
    get size() {
      return known.size;
    },
    learn(value) {
      if (value.length < LENGTH_MIN || known.has(value) || known.size >= SECRETS_MAX || isWord(value)) return;
      const secret = new Secret(value);
      known.set(value, secret);
      onSecret(secret);
    },
    redacted: (value) => (known.size === 0 ? value : (mapTexts(value, [...known.values()]) as typeof value)),
  };
}

function mapTexts(value: unknown, secrets: readonly Secret[]): unknown {
  if (typeof value === "string") return redact(value, secrets);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, secrets));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, mapTexts(inner, secrets)]));
}
