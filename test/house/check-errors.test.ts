import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { plantTree, runCheck } from "./planted-tree.ts";

const ERRORS = `/** Head. */
const EXIT_CODES = {
  /** A command line nobody
   * understands. */
  USAGE: 2,
  /** The portal is down. */
  PORTAL_DOWN: 5,
} as const;
`;
const THROWS = 'throw new RoboportError("USAGE", "x");\nthrow new RoboportError("PORTAL_DOWN", "x");\n';
const TESTS = 'expect(code).toBe("USAGE"); expect(code).toBe("PORTAL_DOWN");\n';

describe("check-errors", () => {
  it("writes the page and is content with it", () => {
    const root = plantTree({ "src/errors.ts": ERRORS, "src/a.ts": THROWS, "src/a.test.ts": TESTS, "docs/x.md": "" });
    expect(runCheck("check-errors", root, "--write")).toEqual({ status: 0, faults: [] });
    expect(runCheck("check-errors", root)).toEqual({ status: 0, faults: [] });
    const page = readFileSync(join(root, "docs/errors.md"), "utf8");
    expect(page).toContain("## Exit code 2: usage or bad input");
    expect(page).toContain("| `USAGE` | A command line nobody understands. |");
  });

  it("reports a code that nothing throws, one that no test sees, and a page that is behind", () => {
    const root = plantTree({
      "src/errors.ts": ERRORS,
      "src/a.ts": 'const x = "USAGE";',
      "src/a.test.ts": "PORTAL_DOWN",
    });
    expect(runCheck("check-errors", root)).toEqual({
      status: 1,
      faults: [
        "src/errors.ts: no test sees USAGE",
        "src/errors.ts: nothing throws PORTAL_DOWN",
        "docs/errors.md: differs from src/errors.ts; run npm run docs",
      ],
    });
  });
});
