import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { plantTree, REPOSITORY } from "./planted-tree.ts";

const HARNESS = {
  "scripts/bootstrap.mjs": readFileSync(join(REPOSITORY, "scripts/bootstrap.mjs"), "utf8"),
  "scripts/build.mjs": "",
  "package-lock.json": '{"packages":{"":{}}}',
};
const IMPORT = 'import { expect, it } from "vitest";\n';

function test(files: Readonly<Record<string, string>>, node: readonly string[] = []) {
  const root = plantTree({ ...HARNESS, ...files });
  const args = [...node, "scripts/bootstrap.mjs", "test"];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  return { status, stderr, lines: stdout.trimEnd().split("\n") };
}

describe("npm test", () => {
  it("ends with what vitest counted", () => {
    const { status, lines } = test({ "test/a.test.ts": `${IMPORT}it("a", () => {});\nit.skip("b", () => {});\n` });
    expect(lines.slice(-2)).toEqual(["skipped: b", "1 passed, 0 failed"]);
    expect(status).toBe(0);
  });

  it("counts a file that cannot run, and fails", () => {
    const { status, lines } = test({
      "test/a.test.ts": `${IMPORT}it("a", () => expect(1).toBe(2));\nit("b", () => {});\n`,
      "test/b.test.ts": 'throw new Error("broken");\n',
    });
    expect(lines.at(-2)).toContain("b.test.ts: broken");
    expect(lines.at(-1)).toBe("1 passed, 2 failed");
    expect(status).toBe(1);
  });

  it("fails when the run does, though every test passed", () => {
    const late =
      'it("a", () => { setTimeout(() => { throw new Error("late"); }); return new Promise((r) => setTimeout(r, 20)); });';
    const { status, lines } = test({ "test/a.test.ts": `${IMPORT}${late}\n` });
    expect([status, lines.at(-1)]).toEqual([1, "1 passed, 1 failed"]);
  });

  it("shows what the build said and stops there when it fails", () => {
    const { status, stderr, lines } = test({
      "scripts/build.mjs": 'console.error("no such file"); process.exit(3);\n',
    });
    expect([status, stderr.trim()]).toEqual([3, "no such file"]);
    expect(lines.at(-1)).toMatch(/^Building … failed/);
  });

  it("refuses a Node that is too old", () => {
    const pretend = 'Object.defineProperty(process.versions, "node", { value: "18.20.0" })';
    const { status, stderr } = test({}, ["--import", `data:text/javascript,${encodeURIComponent(pretend)}`]);
    expect(status).toBe(1);
    expect(stderr).toContain("Roboport needs Node 20.19 or later");
  });
});
