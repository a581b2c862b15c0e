// Runs the reliability suites: `node scripts/rel.mjs [SUITE…] [--seed S] [--case N] [--scale ci|full] [--report]`.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const outfile = join(root, "out", "rel.mjs");

/** In one bundle each file still knows where it lies. */
const keepsPlaces = {
  name: "keeps-places",
  setup: ({ onLoad }) =>
    onLoad({ filter: /\/(?:rel|test)\/.*\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path).href)),
      loader: "ts",
    })),
};

await build({
  absWorkingDir: root,
  entryPoints: ["rel/main.ts"],
  outfile,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  packages: "external",
  plugins: [keepsPlaces],
  logLevel: "warning",
});
const { status } = spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { cwd: root, stdio: "inherit" });
process.exit(status ?? 1);
