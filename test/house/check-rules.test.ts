import { describe, expect, it } from "vitest";
import { checkPlanted } from "./planted-tree.ts";

const RULE = "- **DEP-1** A dependency names a mod. (formats.md §5; documented)\n";
const TEST = 'it("[DEP-1] names a mod", () => {});\n';

const faultsOf = (files: Readonly<Record<string, string>>) => checkPlanted("check-rules", files).faults;

describe("check-rules", () => {
  it("is content when rules and tests name each other", () => {
    const files = { "spec/dep.md": RULE, "src/game/dep.test.ts": TEST, "src/game/dep.ts": "/** @see rule DEP-1 */\n" };
    expect(checkPlanted("check-rules", files)).toEqual({ status: 0, faults: [] });
  });

  it("reports a rule without a test", () => {
    const faults = faultsOf({ "spec/dep.md": `# Dependencies\n\n${RULE}` });
    expect(faults).toEqual(['spec/dep.md:3: DEP-1 has no test named "[DEP-1] …"']);
  });

  it("reports a test and a docstring that name a rule nobody wrote", () => {
    expect(faultsOf({ "test/a.test.ts": TEST })).toEqual([
      "test/a.test.ts: tests DEP-1, which no file of spec/ states",
    ]);
    const faults = faultsOf({ "src/game/dep.ts": "/** @see reference, rules DEP-1 to DEP-3 */\n" });
    expect(faults.map((fault) => /cites (\S+),/.exec(fault)?.[1])).toEqual(["DEP-1", "DEP-3"]);
  });

  it.each([
    "- **DEP-1** No source or certainty.\n",
    "- **DEP-1** A certainty we do not know. (somewhere; certain)\n",
    "- **DEP-1** No full stop (somewhere; ours)\n",
    "* **DEP-1** Another bullet. (somewhere; ours)\n",
  ])("reports a rule of another form: %s", (line) => {
    expect(faultsOf({ "spec/dep.md": line, "src/game/dep.test.ts": TEST })[0]).toContain("spec/dep.md:1: write it as");
  });

  it("wants no source for our own decisions", () => {
    expect(faultsOf({ "spec/dep.md": "- **DEP-1** We decided. (ours)\n", "src/game/dep.test.ts": TEST })).toEqual([]);
  });

  it("reports an id that two rules claim", () => {
    const faults = faultsOf({ "spec/a.md": RULE, "spec/b.md": RULE, "src/game/dep.test.ts": TEST });
    expect(faults).toEqual(["spec/b.md:1: DEP-1 is taken by spec/a.md:1"]);
  });

  it("finds ids in tables of tests, in names with several and in templates", () => {
    const files = {
      "spec/dep.md": `${RULE}${RULE.replace("DEP-1", "DEP-2")}${RULE.replace("DEP-1", "DEP-3")}`,
      "src/game/dep.test.ts": 'it.each([1])("[DEP-1] [DEP-2] %i", () => {});\nit(`[DEP-3] ${1}`, () => {});\n',
    };
    expect(faultsOf(files)).toEqual([]);
  });
});
