import { describe, expect, it } from "vitest";
import { checkPlanted } from "./planted-tree.ts";

const faultsOf = (files: Readonly<Record<string, string>>) => checkPlanted("check-docs", files).faults;
const indexOf = (name: string) => ({ "src/game/index.ts": `export { ${name} } from "./version.ts";\n` });

describe("check-docs on exports", () => {
  it("is content with a docstring, through a further re-export too", () => {
    const files = {
      "src/index.ts": 'export { parse as parseVersion, type Version } from "./game/index.ts";\n',
      "src/game/index.ts": 'export {\n  parse,\n  type Version,\n} from "./version.ts";\n',
      "src/game/version.ts":
        "/** Reads. */\nexport function parse() {\n}\n/** A version. */\nexport interface Version {}\n",
    };
    expect(checkPlanted("check-docs", files)).toEqual({ status: 0, faults: [] });
  });

  it("reports what has none", () => {
    const text =
      "/** Another thing. */\nconst other = 1;\n\nexport const parse = other;\nexport type Version = string;\n";
    const faults = faultsOf({ ...indexOf("parse, type Version"), "src/game/version.ts": text });
    expect(faults).toEqual([
      "src/game/version.ts: parse is public and has no docstring",
      "src/game/version.ts: Version is public and has no docstring",
    ]);
  });

  it("reports an error code that the docstring does not name", () => {
    const body = 'export function parse() {\n  throw new RoboportError("VERSION_SYNTAX", "x");\n}\n';
    const silent = faultsOf({ ...indexOf("parse"), "src/game/version.ts": `/** Reads. */\n${body}` });
    expect(silent).toEqual(["src/game/version.ts: parse throws VERSION_SYNTAX, which its docstring does not say"]);
    const told = `/** Reads. @throws {RoboportError} VERSION_SYNTAX when it cannot. */\n${body}`;
    expect(faultsOf({ ...indexOf("parse"), "src/game/version.ts": told })).toEqual([]);
  });

  it("reports an export of everything and of what does not exist", () => {
    expect(faultsOf({ "src/game/index.ts": 'export * from "./version.ts";\n' })[0]).toContain("name each export");
    expect(faultsOf({ ...indexOf("parse"), "src/game/version.ts": "" })).toEqual([
      "src/game/version.ts: does not declare parse",
    ]);
  });
});

describe("check-docs on texts", () => {
  it("follows links to files and headings", () => {
    const files = {
      "README.md": "[a](docs/guide.md#two-words--and-more) [b](#here) [c](https://example.org/x)\n# Here\n",
      "docs/guide.md": "## Two words & `and more`\n[up](../README.md) and `src/game/`\n",
      "src/game/version.ts": "",
    };
    expect(checkPlanted("check-docs", files)).toEqual({ status: 0, faults: [] });
  });

  it("reports links and paths that lead nowhere", () => {
    const files = { "README.md": "[a](docs/none.md) [b](#gone) see `src/none.ts`\n" };
    expect(faultsOf(files)).toEqual([
      "README.md: leads nowhere: docs/none.md",
      "README.md: leads nowhere: #gone",
      "README.md: names src/none.ts, which does not exist",
    ]);
  });
});
