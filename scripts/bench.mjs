// Runs bench/NAME.ts: `node scripts/bench.mjs start [ROUNDS]`.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const [name, ...args] = process.argv.slice(2);
if (!/^[a-z-]+$/.test(name ?? "")) {
  console.error("Usage: node scripts/bench.mjs NAME [ARGUMENTS], with NAME from bench/");
  process.exit(2);
}
const outfile = join(root, "out", `bench-${name}.mjs`);
buildSync({
  entryPoints: [join(root, "bench", `${name}.ts`)],
  outfile,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  packages: "external",
});
const { status } = spawnSync(process.execPath, [outfile, ...args], { cwd: root, stdio: "inherit" });
process.exit(status ?? 1);
