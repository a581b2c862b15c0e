import type { Context } from "hono";
import { errorAnswer, metadataAnswer } from "../answers.ts";
import { fullMod, shortMod } from "./mod-json.ts";
import { renderedMod } from "./ready-body.ts";
import type { World } from "../world.ts";

const FORMS = { short: shortMod, full: fullMod };

/**
 * `GET /api/mods/{name}` and `GET /api/mods/{name}/full`; parameters change nothing.
 *
 * @see reference/portal-api.md §1.4, rules REG-11 and REG-15
 */
export function modRoute(world: World, form: keyof typeof FORMS): (context: Context) => Promise<Response> {
  return async ({ req }) => {
    const mod = await world.findMod(req.param("name") ?? "");
    if (!mod) return errorAnswer(404, "Mod not found");
    return metadataAnswer(
      req.raw,
      renderedMod(mod, form, () => FORMS[form](mod)),
    );
  };
}
