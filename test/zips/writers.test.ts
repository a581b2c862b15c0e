import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { checkModZip } from "../../src/store/mod-zip.ts";
import { GOOD_MOD, GOOD_MODS, layOut, WRITERS } from "./writers.ts";

describe("zips of other programs", () => {
  it.each(WRITERS.map((writer) => [writer.name, writer] as const))(
    "[ZIP-3] accepts what %s writes",
    async (_, writer) => {
      const scratch = mkdtempSync(join(tmpdir(), "roboport-zip-"));
      onTestFinished(() => rmSync(scratch, { recursive: true, force: true }));
      const folder = join(scratch, "x");
      layOut(folder, GOOD_MODS["usual"] ?? {});
      if (!(await writer.write(folder))) return;
      expect(checkModZip(join(folder, "out.zip"), GOOD_MOD)).toMatchObject({
        root: "my-mod",
        info: { name: "my-mod" },
      });
    },
  );
});
