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
    schema: ModShortSchema,
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
    schema: ModFullSchema,
    ceiling: MOD_CEILING,
    cached: true,
    signal: options.signal,
  });
}
