/**
 * docs/openapi.json and docs/api.md say what src/portal/contract says.
 *
 * `--write` brings them up to date.
 */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { readSource, runCheck } from "./source-tree.mjs";

const SOURCE = `
  export { formatOpenApi } from "./src/portal/contract/openapi.ts";
  export { formatReferencePage } from "./src/portal/contract/reference-page.ts";
`;

await runCheck(async (root) => {
  const { formatOpenApi, formatReferencePage } = await load(root);
  const { version } = JSON.parse(readSource(root, "package.json"));
  const pages = {
    "docs/openapi.json": `${JSON.stringify(formatOpenApi(version), null, 2)}\n`,
    "docs/api.md": formatReferencePage(),
  };
  if (process.argv.includes("--write")) {
    for (const [path, text] of Object.entries(pages)) writeFileSync(join(root, path), text);
  }
  return Object.entries(pages)
    .filter(([path, text]) => (existsSync(join(root, path)) ? readSource(root, path) : "") !== text)
    .map(([path]) => `${path}: differs from src/portal/contract; run npm run docs`);
});

async function load(root) {
  const { outputFiles } = buildSync({
    stdin: { contents: SOURCE, resolveDir: root, loader: "ts" },
    bundle: true,
    format: "esm",
    platform: "node",
    write: false,
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
}
