import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { plantTree, REPOSITORY } from "./planted-tree.ts";

const configuration = Object.fromEntries(
  [".oxlintrc.json", "tsconfig.json"].map((name) => [name, readFileSync(join(REPOSITORY, name), "utf8")]),
);

function lint(path: string, text: string): string {
  const root = plantTree({ ...configuration, [path]: text });
  const oxlint = join("node_modules", "oxlint", "bin", "oxlint");
  return spawnSync(process.execPath, [oxlint, "--type-aware"], { cwd: root, encoding: "utf8" }).stdout;
}

describe("the linter's configuration", () => {
  it.each([
    ["typescript(no-floating-promises)", "declare function go(): Promise<void>;\nexport const a = () => { go(); };\n"],
    [
      "typescript(switch-exhaustiveness-check)",
      'export function a(x: "a" | "b") {\n  switch (x) {\n    case "a":\n      return 1;\n  }\n  return 2;\n}\n',
    ],
    ["typescript(no-explicit-any)", "export const a: any = 1;\n"],
    ["import(no-default-export)", "export default 1;\n"],
    ["eslint(no-empty)", "try {\n  JSON.parse(``);\n} catch {}\n"],
    ["eslint(no-console)", "console.log(1);\n"],
    ["node(no-process-env)", "export const a = process.env.HOME;\n"],
    ["eslint(max-params)", "export const f = (a: 1, b: 1, c: 1, d: 1, e: 1) => [a, b, c, d, e];\n"],
    ["unicorn(prefer-node-protocol)", 'import fs from "fs";\nexport const a = fs;\n'],
  ])("reports %s", (rule, text) => {
    expect(lint("src/game/planted.ts", text)).toContain(rule);
  });

  it("reports a file name that is not kebab-case", () => {
    expect(lint("src/game/modList.ts", "export const a = 1;\n")).toContain("unicorn(filename-case)");
  });
});
