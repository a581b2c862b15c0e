import { existsSync } from "node:fs";
import { expect, it } from "vitest";
import type { Suite } from "../../rel/suite.ts";
import { chooseSeed } from "./seeded-random.ts";

/** Thousands of small files come and go; on a disk each would be waited for. */
const FAST_DISK = "/dev/shm";

/** Run a sample of a suite; `ROBOPORT_FAULTS_SEED` for that of an earlier run. */
export function itHolds({ name, goal, run }: Suite, rules: string): void {
  it(`${rules} ${name}: ${goal}`, { timeout: 600_000 }, async ({ skip }) => {
    if (existsSync(FAST_DISK)) process.env["TMPDIR"] ??= FAST_DISK;
    const seed = chooseSeed();
    const { passed, failures, figures, skipped } = await run({ seed, scale: "ci" });
    process.stderr.write(
      `npm run rel -- ${name} --scale ci --seed ${seed}: ${passed} passed, ${JSON.stringify(figures)}\n`,
    );
    expect(failures).toEqual([]);
    if (passed === 0) skip(skipped.join("; "));
  });
}
