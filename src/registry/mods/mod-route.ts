import type { Context } from "hono";
import { errorAnswer, metadataAnswer } from "../answers.ts";
import { fullMod, shortMod } from "./mod-json.ts";
import { renderedMod } from "./ready-body.ts";
import type { World } from "../world.ts";

/** How one mod may be told. */
export const MOD_FORMS = { short: shortMod, full: fullMod };

/** One of {@link MOD_FORMS}. */
export type ModForm = keyof typeof MOD_FORMS;

/**
 * `GET /api/mods/{name}` and `GET /api/mods/{name}/full`; parameters change nothing.
 *
 * @see reference/portal-api.md §1.4, rules REG-11, REG-15 and SRC-7
 */
export function modRoute(world: World, form: ModForm): (context: Context) => Promise<Response> {
  return async ({ req }) => {
    const mod = await world.findMod(req.param("name") ?? "");
    if (!mod) return errorAnswer(404, "Mod not found");
    const answer = await metadataAnswer(
      req.raw,
      renderedMod(mod, form, () => MOD_FORMS[form](mod)),
    );
    return mod.isStale ? withWarning(answer) : answer;
  };
}

function withWarning(answer: Response): Response {
  answer.headers.set("Warning", '110 - "Response is Stale"');
  return answer;
}
