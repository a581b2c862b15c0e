/** What is published: the right files, a small tarball, exports that resolve, dependencies that need no install script. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { readSource, runCheck } from "./source-tree.mjs";

/** Of this the page about the API has 415,000, packed already. */
const TARBALL_MAX = 1_800_000;
const PUBLISHED = /^(?:dist\/|schema\/|LICENSE$|README\.md$|CHANGELOG\.md$|package\.json$)/;
const PRIVATE = /\.test\.|\.map$|\.tsbuildinfo$/;

await runCheck(async (root) => {
  const manifest = JSON.parse(readSource(root, "package.json"));
  return [
    ...checkDependencies(root, manifest),
    ...(existsSync(join(root, "dist"))
      ? [...checkTarball(root), ...(await checkExports(root, manifest))]
      : ["dist/: not built"]),
  ];
});

function checkDependencies(root, manifest) {
  const faults = [];
  const rows = existsSync(join(root, "docs/dependencies.md")) ? readSource(root, "docs/dependencies.md") : "";
  for (const [name, range] of Object.entries(manifest.dependencies ?? {})) {
    if (!/^\d+\.\d+\.\d+$/.test(range)) faults.push(`package.json: ${name} is ${range}, not one exact version`);
    if (!rows.includes(`| \`${name}\` |`)) faults.push(`docs/dependencies.md: has no row for ${name}`);
  }
  for (const [, name] of rows.matchAll(/^\| `([^`]+)` \|/gm)) {
    if (!manifest.dependencies?.[name]) faults.push(`docs/dependencies.md: ${name} is no runtime dependency`);
  }
  const { allowScripts = {} } = JSON.parse(readSource(root, "package.json"));
  const { packages } = JSON.parse(readSource(root, "package-lock.json"));
  for (const [path, each] of Object.entries(packages)) {
    // What package.json forbids by name was tried without its script.
    const isForbidden = allowScripts[path.replace("node_modules/", "")] === false;
    if (each.hasInstallScript && !each.dev && !each.devOptional && !isForbidden)
      faults.push(`package-lock.json: ${path} needs an install script`);
  }
  return faults;
}

function checkTarball(root) {
  const options = {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    shell: process.platform === "win32",
  };
  const [{ files, size }] = JSON.parse(
    execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], options),
  );
  const faults = files
    .filter(({ path }) => !PUBLISHED.test(path) || PRIVATE.test(path))
    .map(({ path }) => `npm pack: ${path} does not belong into the tarball`);
  if (size > TARBALL_MAX) faults.push(`npm pack: the tarball has ${size} bytes, more than ${TARBALL_MAX}`);
  console.log(`npm pack: ${files.length} files, ${size} bytes`);
  return faults;
}

async function checkExports(root, manifest) {
  const { messages } = await publint({ pkgDir: root, strict: true });
  return messages.map((message) => `publint: ${formatMessage(message, manifest, { color: false })}`);
}
