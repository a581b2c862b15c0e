import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Nginx, startNginx } from "./install-nginx.ts";
import { type BenchPortal, startPortal } from "./install-portal.ts";
import { type BenchMod, writeZips } from "./install-world.ts";
import { missingPrograms, type Runner } from "./rounds.ts";

export const entry = resolve("dist/cli/roboport.cjs");
export const missing = missingPrograms(["nginx", "curl", "aria2c", "sha1sum", "strace"]);

/** A world of zips with what serves them, and the folders that a run works in. */
export interface Scene {
  readonly folder: string;
  readonly mods: readonly BenchMod[];
  readonly nginx: Nginx | undefined;
  readonly portal: BenchPortal;
  readonly root: string;
  readonly cache: string;
  /** Whether the zips come over TLS. */
  readonly isSecure: boolean;
}

export interface SceneOptions {
  readonly sizes: readonly number[];
  readonly delay?: number;
  readonly secure?: boolean;
  /** Versions of every mod, oldest first. */
  readonly version?: string;
}

export async function withScene(
  name: string,
  options: SceneOptions,
  run: (scene: Scene) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), `roboport-${name}-`));
  const mods = writeZips({ folder: join(folder, "files"), sizes: options.sizes, prefix: name });
  writeFileSync(join(folder, "files", "mods.json"), JSON.stringify(mods));
  writeFileSync(join(folder, "sums"), mods.map(({ sha1, file }) => `${sha1}  ${file}\n`).join(""));
  const nginx = await startNginx(folder);
  const filesUrl = options.secure ? nginx?.secureUrl : nginx?.url;
  const portal = await startPortal({ folder: join(folder, "files"), filesUrl, delay: options.delay });
  try {
    await run({
      folder,
      mods,
      nginx,
      portal,
      root: join(folder, "server"),
      cache: join(folder, "cache"),
      isSecure: options.secure ?? false,
    });
  } finally {
    portal.stop();
    nginx?.stop();
    rmSync(folder, { recursive: true });
  }
}

/** `roboport` in a server's folder. */
export function roboport(
  { root, cache, portal, nginx, isSecure }: Scene,
  argv: readonly string[],
): Pick<Runner, "command" | "cwd" | "env"> {
  return {
    command: [process.execPath, entry, ...argv, "--mods-dir", "mods", "--portal", portal.url],
    cwd: root,
    env: {
      HOME: root,
      ROBOPORT_CACHE_DIR: cache,
      // Reading it costs Node.js as long as starting: only where it is needed.
      ...(nginx && isSecure && { NODE_EXTRA_CA_CERTS: nginx.certificate }),
    },
  };
}

/** An empty server that wants every mod. */
export function emptyServer({ root, cache, mods }: Scene, keepCache = false): void {
  rmSync(root, { recursive: true, force: true });
  if (!keepCache) rmSync(cache, { recursive: true, force: true });
  mkdirSync(join(root, "mods"), { recursive: true });
  const manifest = { factorio: "2.0.60", mods: Object.fromEntries(mods.map(({ name }) => [name, "*"])) };
  writeFileSync(join(root, "roboport.json"), JSON.stringify(manifest));
}

/** Each peer fetches all zips into an empty folder. */
export function downloaders(scene: Scene, secure = false): readonly Runner[] {
  const { folder, mods, nginx } = scene;
  const out = join(folder, "out");
  const url = secure ? nginx?.secureUrl : nginx?.url;
  if (!url || !nginx) return [];
  const list = join(folder, secure ? "secure" : "plain");
  const curlConfig = mods.map(({ file }) => `url = "${url}/files/${file}"\noutput = "${file}"\n`).join("");
  writeFileSync(`${list}.curl`, `cacert = "${nginx.certificate}"\n${curlConfig}`);
  const sums = mods.map(({ file, sha1 }) => `${url}/files/${file}\n  checksum=sha-1=${sha1}\n`).join("");
  writeFileSync(`${list}.aria2`, sums);
  const curl = `curl -sS -Z --parallel-max 8 -K ${list}.curl`;
  const aria2 = `aria2c -q -j5 --ca-certificate=${nginx.certificate} -i ${list}.aria2`;
  const shell = (name: string, script: string): Runner => ({
    name,
    command: ["sh", "-ec", script],
    cwd: out,
    prepare: () => {
      rmSync(out, { recursive: true, force: true });
      mkdirSync(out);
    },
  });
  return [
    ...(has("curl") && has("sha1sum")
      ? [shell("curl -Z + sha1sum -c", `${curl}; sha1sum -c --quiet ${folder}/sums`)]
      : []),
    ...(has("curl") ? [shell("curl -Z, not verified", curl)] : []),
    ...(has("aria2c") ? [shell("aria2c with checksums", aria2)] : []),
  ];
}

export function has(program: string): boolean {
  return !missing.includes(program);
}

/** How much a scene holds. */
export function gigabytes({ mods }: Scene): string {
  return `${(mods.reduce((sum, { size }) => sum + size, 0) / 1e9).toFixed(2)} GB`;
}
