import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Activity } from "./activity.ts";
import { newPackage } from "./package.ts";

const packages = () =>
  Array.from({ length: 20 }, (_, at) => newPackage(`mod-${at}`, { origin: "portal", candidates: [] }));

describe("activity", () => {
  it("hands out each package once, the busiest first", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(19)), fc.array(fc.nat(19)), (added, bumped) => {
        const [all, activity] = [packages(), new Activity()];
        for (const at of added) activity.add(all[at] ?? fail());
        for (const at of bumped) {
          activity.bump(all[at] ?? fail());
          activity.age();
        }
        const order = [];
        for (let next = activity.pop(); next; next = activity.pop()) order.push(next);
        expect(new Set(order)).toEqual(new Set(added.map((at) => all[at])));
        expect(order).toHaveLength(new Set(added).size);
        for (let at = 1; at < order.length; at++) {
          expect(order[at - 1]?.activity).toBeGreaterThanOrEqual(order[at]?.activity ?? 0);
        }
      }),
    );
  });

  it("counts the latest conflicts most, however many there were", () => {
    const [early, late] = packages();
    const activity = new Activity();
    for (let conflict = 0; conflict < 30_000; conflict++) {
      activity.bump((conflict < 29_000 ? early : late) ?? fail());
      activity.age();
    }
    expect(late?.activity).toBeGreaterThan(early?.activity ?? 0);
    expect(late?.activity).toBeLessThan(Number.MAX_VALUE);
  });
});

function fail(): never {
  throw new Error("No such package");
}
