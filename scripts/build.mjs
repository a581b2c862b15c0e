// Builds dist/: the command line as CommonJS chunks (dist/cli), the library with its types (dist/lib), and the files of the
// page at /docs, packed (dist/api-page).
//
// A CommonJS entry starts in two thirds of the time of an ES module, so the bundle is made in two steps: esbuild splits
// the program at its dynamic imports, which it can do for ES modules only; then each chunk becomes CommonJS, and each
// dynamic import a require at the moment it is reached. What answers at once is not split: one file loads fastest.
import { spawn } from "node:child_process";
import { constants, brotliCompressSync } from "node:zlib";
import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const outdir = join(root, "dist/cli");
const entry = "roboport.cjs";

/** What the entry answers with, without the program; and what of that is needed seldom enough to be files of their own. */
const atOnce = ["cli/fast-install", "cli/fast-list", "cli/fast-save", "cli/fast-solve"];
const seldom = [
  "store/disk-error",
  "game/mod-list",
  "installation/save-file",
  "store/catalogue-build",
  "store/catalogue-source",
];

/** Leaves dynamic imports of other bundles as requires. */
const apart = (paths) => ({
  name: "apart",
  setup: ({ onResolve }) =>
    onResolve({ filter: /\.ts$/ }, ({ kind, path }) => {
      const name = basename(path, ".ts");
      const isApart = kind === "dynamic-import" && paths.some((each) => basename(each) === name);
      return isApart ? { path: `./${name}.cjs`, external: true } : undefined;
    }),
});

await Promise.all([buildCommandLine(), buildLibrary(), buildApiPage()]);

async function buildCommandLine() {
  // The entry and what answers at once share nothing with the program: a few lines twice load faster than one more file.
  const bundles = await Promise.all([
    bundle("cli/roboport", { plugins: [apart([...atOnce, "cli/start"])] }),
    ...[...atOnce, ...seldom].map((path) =>
      bundle(path, { splitting: false, format: "cjs", plugins: [apart(seldom)] }),
    ),
    bundle("cli/start"),
  ]);
  const chunks = await Promise.all(bundles.flat().map(toCommonJs));
  await rm(outdir, { recursive: true, force: true });
  await mkdir(outdir, { recursive: true });
  await Promise.all(chunks.map(({ path, code }) => writeFile(path, code)));
  await chmod(join(outdir, entry), 0o755);
}

async function bundle(path, options = {}) {
  const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [{ in: `src/${path}.ts`, out: basename(path) }],
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
    define: { "import.meta.dirname": "__dirname" },
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

/** Of the twelve megabytes of swagger-ui-dist the page needs two files; packed they are served as they are. */
async function buildApiPage() {
  const source = dirname(fileURLToPath(import.meta.resolve("swagger-ui-dist/package.json")));
  const target = join(root, "dist/api-page");
  await mkdir(target, { recursive: true });
  for (const name of ["swagger-ui-bundle.js", "swagger-ui.css"]) {
    const params = {
      [constants.BROTLI_PARAM_QUALITY]: 9,
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
    };
    await writeFile(join(target, `${name}.br`), brotliCompressSync(await readFile(join(source, name)), { params }));
  }
  for (const name of ["LICENSE", "NOTICE"]) await writeFile(join(target, name), await readFile(join(source, name)));
}
