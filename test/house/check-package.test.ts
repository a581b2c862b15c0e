import { describe, expect, it } from "vitest";
import { checkPlanted } from "./planted-tree.ts";

const PACKAGE = {
  name: "planted",
  version: "1.0.0",
  license: "MIT",
  type: "module",
  files: ["dist", "LICENSE", "README.md", "CHANGELOG.md"],
  exports: { ".": "./dist/index.js" },
  dependencies: { hono: "4.0.0" },
};

function planted(change: object, files: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  return {
    "package.json": JSON.stringify({ ...PACKAGE, ...change }),
    "package-lock.json": JSON.stringify({ packages: { "node_modules/hono": {} } }),
    "docs/dependencies.md": "| `hono` | server |\n",
    "README.md": "# Planted\n",
    LICENSE: "MIT\n",
    "dist/index.js": "export const x = 1;\n",
    ...files,
  };
}

const faultsOf = (files: Readonly<Record<string, string>>) => checkPlanted("check-package", files).faults.join("\n");

describe("check-package", () => {
  it("is content with a package that holds what it promises", () => {
    expect(checkPlanted("check-package", planted({}))).toEqual({ status: 0, faults: [] });
  });

  it("reports a range, a dependency without a row, and one that needs an install script", () => {
    const lock = JSON.stringify({ packages: { "node_modules/sharp": { hasInstallScript: true } } });
    const faults = faultsOf(planted({ dependencies: { sharp: "^1.0.0" } }, { "package-lock.json": lock }));
    expect(faults).toContain("sharp is ^1.0.0, not one exact version");
    expect(faults).toContain("has no row for sharp");
    expect(faults).toContain("hono is no runtime dependency");
    expect(faults).toContain("node_modules/sharp needs an install script");
  });

  it("lets a development tool have an install script", () => {
    const lock = JSON.stringify({ packages: { "node_modules/esbuild": { hasInstallScript: true, dev: true } } });
    expect(faultsOf(planted({}, { "package-lock.json": lock }))).toBe("");
  });

  it("reports files that do not belong, a tarball too large and an export that leads nowhere", () => {
    const noise = Array.from({ length: 400_000 }, (_, index) => Math.sin(index)).join();
    const exports = { ".": "./dist/none.js" };
    const faults = faultsOf(planted({ exports }, { "dist/a.test.js": "", "dist/noise.js": `// ${noise}` }));
    expect(faults).toContain("dist/a.test.js does not belong");
    expect(faults).toContain("bytes, more than");
    expect(faults).toContain("publint: ");
  });

  it("asks for a build first", () => {
    const { "dist/index.js": _, ...unbuilt } = planted({});
    expect(faultsOf(unbuilt)).toBe("dist/: not built");
  });
});
