import { describe, expect, it } from "vitest";
import { NETWORK_FAULTS } from "../../src/testing/index.ts";
import { LARGE, openPullScene } from "./pull-scene.ts";

/** `ROBOPORT_PULL_FAULTS=all` for every fault of every answer in place of some. */
const STEP = process.env["ROBOPORT_PULL_FAULTS"] === "all" ? 1 : 12;

const SERVICES = ["full", "list", "download", "file"] as const;
const CASES = SERVICES.flatMap((on) =>
  NETWORK_FAULTS.filter((each) => each.on.includes(on)).map(({ name, fault }) => ({ name, on, fault })),
).filter((_, index) => index % STEP === 0);

/** What a client gets of a portal whose upstream has a fault: the right thing, or an error that says whose fault it is. */
describe("an upstream with a fault", () => {
  it.each(CASES)("[SRC-8][PULL-5] $name in its answer to $on", async ({ on, fault }) => {
    const scene = await openPullScene();
    const zip = on === "download" || on === "file" ? await scene.pathOf("large") : undefined;
    scene.hurry();
    scene.upstream.setFaults([{ on, ...fault }]);
    const path = zip ?? (on === "full" ? "/api/mods/large/full" : "/api/mods?namelist=large&full=true");
    const answer = await scene.get(path, zip === undefined ? {} : { headers: { range: "bytes=0-" } });
    const body = Buffer.from(await answer.arrayBuffer());
    if (answer.status === 206) expect(body.equals(Buffer.from(LARGE))).toBe(true);
    else if (answer.status === 200) expect(body.toString()).toContain('"name":"large"');
    else {
      const saysAbsent = fault.fault === "status" && fault.status === 404 && on !== "file" && on !== "list";
      expect(saysAbsent ? [404] : [502, 503, 504]).toContain(answer.status);
      expect(JSON.parse(body.toString())).toHaveProperty(saysAbsent ? "message" : "error");
      if (zip !== undefined) await expect.poll(scene.quarantine, { timeout: 30_000 }).toEqual([]);
      expect(scene.data().records.count().blobs).toBe(0);
    }
  });
});
