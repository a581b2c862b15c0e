import { expect, it } from "vitest";
import { openQuestionBudget } from "./question-budget.ts";

it("[SRC-13] a thousand questions at once, then ten each second", () => {
  let time = 0;
  const spend = openQuestionBudget({ now: () => time });
  const asked = (times: number) => {
    let count = 0;
    try {
      for (; count < times; count++) spend();
    } catch (error) {
      expect(error).toMatchObject({ code: "PORTAL_RATE_LIMITED", data: { retryAfterSeconds: 1 } });
    }
    return count;
  };
  expect(asked(2_000)).toBe(1_000);
  time += 2_500;
  expect(asked(2_000)).toBe(25);
  time -= 10_000;
  expect(asked(1)).toBe(0);
  time += 10_000_000;
  expect(asked(2_000)).toBe(1_000);
});
