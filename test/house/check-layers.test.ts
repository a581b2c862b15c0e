import { describe, expect, it } from "vitest";
import { checkPlanted } from "./planted-tree.ts";

const faultsOf = (files: Readonly<Record<string, string>>) => checkPlanted("check-layers", files).faults;

describe("check-layers", () => {
  it("is content with imports that point up the list", () => {
    const files = {
      "src/errors.ts": "export const code = 1;\n",
      "src/game/version.ts": 'import { code } from "../errors.ts";\nexport const version = code;\n',
      "src/cli/main.ts": 'import { readFile } from "node:fs";\nimport { version } from "../game/version.ts";\n',
    };
    expect(checkPlanted("check-layers", files)).toEqual({ status: 0, faults: [] });
  });

  it.each([
    ["a static import", 'import { run } from "../cli/main.ts";'],
    ["an import over several lines", 'import {\n  run,\n  stop,\n} from "../cli/main.ts";'],
    ["a type import", 'import type { Run } from "../cli/main.ts";'],
    ["a re-export", 'export { run } from "../cli/main.ts";'],
    ["a dynamic import", 'const load = () => import("../cli/main.ts");'],
    ["an import for its effects", 'import "../cli/main.ts";'],
  ])("reports %s that points down", (_, text) => {
    const faults = faultsOf({ "src/store/cache.ts": `${text}\n` });
    expect(faults).toEqual(["src/store/cache.ts: imports src/cli/main.ts, which is above store"]);
  });

  it("reports a folder nobody put into the list, and an import from outside src", () => {
    expect(faultsOf({ "src/mail/send.ts": "" })).toEqual(["src/mail/send.ts: src/mail is not in the list of layers"]);
    expect(faultsOf({ "src/cli/main.ts": 'import "../../scripts/ok.mjs";\n' })).toHaveLength(1);
  });

  it("lets tests import what they like", () => {
    expect(faultsOf({ "src/game/x.test.ts": 'import "../cli/main.ts";\nconst now = Date.now();\n' })).toEqual([]);
  });

  it.each([
    ['import { readFile } from "node:fs";', "imports node:fs"],
    ["export const now = Date.now();", "reads the clock"],
    ["export const now = new Date();", "reads the clock"],
    ["export const dice = Math.random();", "rolls dice"],
    ["export const home = process.env.HOME;", "reads the process"],
    ['export const answer = fetch("http://127.0.0.1");', "fetches"],
    ['console.log("hello");', "prints"],
    ["setTimeout(() => {}, 1);", "sets a timer"],
  ])("reports a decision that is not pure: %s", (text, habit) => {
    const faults = faultsOf({ "src/plan/plan.ts": `${text}\n` });
    expect(faults).toEqual([`src/plan/plan.ts: ${habit}, and plan is pure`]);
  });

  it("does not mistake a comment, a type or a parsed instant for impurity", () => {
    const text =
      "/** Never Date.now(). */\nexport type F = typeof fetch;\nexport const day = new Date(0); // process\n";
    expect(faultsOf({ "src/plan/plan.ts": text })).toEqual([]);
  });

  it("follows an entry that must run in a browser to the file that needs Node", () => {
    const faults = faultsOf({
      "src/portal/index.ts": 'export { read } from "./read.ts";\n',
      "src/portal/read.ts": 'import { readFileSync } from "node:fs";\nexport const read = () => readFileSync("x");\n',
      "src/portal/credentials.ts": 'import { readFileSync } from "node:fs";\nexport const c = readFileSync;\n',
    });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain("src/portal/index.ts: does not run outside Node: src/portal/read.ts");
  });
});
