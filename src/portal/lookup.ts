import * as z from "zod/mini";
import { parseModName } from "../game/mod-name.ts";
import { findAnswer } from "./ask.ts";
import type { RequestOptions } from "./client.ts";
import type { PortalContext } from "./context.ts";
import { type ModFull, ModFullSchema, type ModShort, ModShortSchema } from "./contract/mod.ts";

/** In bytes: a mod with 500 releases and a long changelog takes 1 MB. */
const MOD_CEILING = 32 * 1024 * 1024;

/** @see reference/portal-api.md §1.4, rule PORTAL-4 */
export function findShort(
  context: PortalContext,
  name: string,
  options: RequestOptions,
): Promise<ModShort | undefined> {
  return findAnswer(context, {
    method: "GET",
    path: `api/mods/${encodeURIComponent(parseModName(name))}`,
    schema: ModShortSchema.check(isAbout(name)),
    ceiling: MOD_CEILING,
    cached: true,
    signal: options.signal,
  });
}

/** @see reference/portal-api.md §1.4, rule PORTAL-4 */
export function findFull(context: PortalContext, name: string, options: RequestOptions): Promise<ModFull | undefined> {
  return findAnswer(context, {
    method: "GET",
    path: `api/mods/${encodeURIComponent(parseModName(name))}/full`,
    schema: ModFullSchema.check(isAbout(name)),
    ceiling: MOD_CEILING,
    cached: true,
    signal: options.signal,
  });
}

/** Nobody knows whether the portal tells upper from lower case in a name. */
function isAbout(name: string) {
  const isSame = (mod: { readonly name: string }) => mod.name.toLowerCase() === name.toLowerCase();
  return z.refine<{ readonly name: string }>(isSame, { path: ["name"], error: "is that of another mod" });
}
