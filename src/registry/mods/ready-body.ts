import { hash } from "node:crypto";
import type { WorldMod } from "../world.ts";

/** An answer that is ready to be sent. */
export interface ReadyBody {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Strong validator, quotes included. */
  readonly etag: string;
}

/** Bytes with their validator. */
export function readyBody(bytes: Uint8Array<ArrayBuffer>): ReadyBody {
  return { bytes, etag: `"${hash("sha1", bytes, "base64url")}"` };
}

/** Answers by mod: a mod is immutable, so what was rendered once stays true as long as the mod is served. */
const RENDERED = new WeakMap<WorldMod, Map<string, ReadyBody>>();

/**
 * The JSON of one mod in one form, rendered at the first call only.
 *
 * @param form names what `render` gives
 */
export function renderedMod(mod: WorldMod, form: string, render: () => object): ReadyBody {
  const known = RENDERED.get(mod);
  const forms = known ?? new Map<string, ReadyBody>();
  if (!known) RENDERED.set(mod, forms);
  const ready = forms.get(form);
  if (ready) return ready;
  const body = readyBody(Buffer.from(JSON.stringify(render())));
  forms.set(form, body);
  return body;
}
