// Builds dist/: the command line as CommonJS chunks (dist/cli) and the library with its types (dist/lib).
//
// A CommonJS entry starts in two thirds of the time of an ES module, so the bundle is made in two steps: esbuild splits
// the program at its dynamic imports, which it can do for ES modules only; then each chunk becomes CommonJS, and each
// dynamic import a require at the moment it is reached. What answers at once is not split: one file loads fastest.
import { spawn } from "node:child_process";
import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const outdir = join(root, "dist/cli");
const entry = "roboport.cjs";

/** What the entry answers with, without the program. */
const atOnce = ["fast-install", "fast-save", "fast-solve"];

/** Leaves the imports of the other bundles as requires. */
const startsTheOthers = {
  name: "starts-the-others",
  setup: ({ onResolve }) =>
    onResolve({ filter: /\/(?:fast-[a-z]+|start)\.ts$/ }, ({ path }) => ({
      path: path.replace(/ts$/, "cjs"),
      external: true,
    })),
};

await Promise.all([buildCommandLine(), buildLibrary()]);

async function buildCommandLine() {
  // The entry and what answers at once share nothing with the program: a few lines twice load faster than one more file.
  const bundles = await Promise.all([
    bundle("roboport", { plugins: [startsTheOthers] }),
    ...atOnce.map((name) => bundle(name, { splitting: false, format: "cjs" })),
    bundle("start"),
  ]);
  const chunks = await Promise.all(bundles.flat().map(toCommonJs));
  await rm(outdir, { recursive: true, force: true });
  await mkdir(outdir, { recursive: true });
  await Promise.all(chunks.map(({ path, code }) => writeFile(path, code)));
  await chmod(join(outdir, entry), 0o755);
}

async function bundle(name, options = {}) {
  const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [{ in: `src/cli/${name}.ts`, out: name }],
    outdir,
    outExtension: { ".js": ".cjs" },
    chunkNames: "[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    // Native code stays where npm put it; the registry loads it when Node has no SQLite of its own.
    external: ["@photostructure/sqlite"],
    // The UMD files that some packages offer as "main" hide their requires from a bundler.
    mainFields: ["module", "main"],
    define: { ROBOPORT_VERSION: JSON.stringify(version) },
    logLevel: "warning",
    write: false,
    ...options,
  });
  return outputFiles;
}

async function toCommonJs({ path, text }) {
  const { code } = await transform(text, {
    format: "cjs",
    platform: "node",
    target: "node20",
    supported: { "dynamic-import": false },
    logLevel: "warning",
  });
  return { path, code: basename(path) === entry ? `#!/usr/bin/env node\n${code}` : code };
}

async function buildLibrary() {
  await rm(join(root, "dist/lib"), { recursive: true, force: true });
  await new Promise((resolve, reject) => {
    const tsc = spawn(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", "tsconfig.build.json"], {
      cwd: root,
      stdio: "inherit",
    });
    tsc.on("error", reject);
    tsc.on("exit", (code) => (code === 0 ? resolve() : reject(new Error(`tsc ended with exit code ${code}`))));
  });
}
