import { describe, expect, it } from "vitest";
import { checkPlanted } from "./planted-tree.ts";

const faultsOf = (files: Readonly<Record<string, string>>) => checkPlanted("check-style", files).faults;

describe("check-style", () => {
  it.each([
    ["writeFile", 'import { readFile, writeFile } from "node:fs/promises";\n'],
    ["rename", 'import { rename as move } from "node:fs/promises";\n'],
    ["createWriteStream", 'import {\n  createWriteStream,\n} from "fs";\n'],
    ["writeSync", 'import { writeSync } from "node:fs";\n'],
    ["promises", 'import { promises } from "node:fs";\n'],
    ["* (* as fs)", 'import * as fs from "node:fs";\n'],
    ["* (fs)", 'import fs from "node:fs";\n'],
  ])("reports a way to change a disk past the one seam: %s", (name, text) => {
    expect(faultsOf({ "src/apply/steps.ts": text })).toEqual([
      `src/apply/steps.ts: takes ${name} from node:fs; only src/store/file-system.ts may change a disk`,
    ]);
  });

  it("lets that seam change it, tests too, and everybody read and talk about writing", () => {
    const writes = 'import { writeFile } from "node:fs/promises";\nawait writeFile("x", "y");\n';
    const files = {
      "src/store/file-system.ts": 'import * as disk from "node:fs/promises";\n',
      "src/store/cache.test.ts": writes,
      "src/apply/steps.ts": '/** Never writeFile(). */\nimport { readFile, type Stats } from "node:fs";\n',
    };
    expect(checkPlanted("check-style", files)).toEqual({ status: 0, faults: [] });
  });

  it.each(["src/utils/sort.ts", "src/game/helpers.ts", "src/cli/string-utils.ts", "scripts/common.mjs"])(
    "reports a vague name: %s",
    (path) => {
      expect(faultsOf({ [path]: "" })).toEqual([`${path}: name it after the noun it holds`]);
    },
  );

  it("reports unfinished work, tests that hide others and silenced checks", () => {
    const files = {
      "src/game/a.ts": `// ${"TO"}${"DO"}: later\n// @ts-${"ignore"}\n`,
      "src/game/a.test.ts": `${"it"}.only("x", () => {});\n`,
      "src/game/b.ts": "// oxlint-disable-next-line no-console -- the one place that prints\n",
    };
    expect(faultsOf(files)).toEqual([
      "src/game/a.test.ts:1: a test is switched off or hides the others",
      "src/game/a.ts:1: unfinished",
      'src/game/a.ts:2: a check is silenced without " -- reason"',
    ]);
  });
});
