import { CATEGORIES } from "../../portal/contract/mod.ts";
import { freshAnswer } from "../answers.ts";

/**
 * `GET /api/categories`, which the game asked for in 0.17: name and title of each category.
 *
 * @see reference/portal-api.md §2.3, rule REG-56
 */
export function categoriesRoute(): Response {
  return freshAnswer(CATEGORIES.map((name) => ({ name, title: titleOf(name) })));
}

function titleOf(name: string): string {
  const text = name.replaceAll("-", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
