import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Dependency, findDependency } from "../src/game/dependency.ts";
import { runsOn } from "../src/game/game-version.ts";
import { formatCanonicalVersion } from "../src/game/version.ts";
import type { Release, SolveRequest } from "../src/resolve/index.ts";

/** What libsolv made of a request. */
export interface LibsolvAnswer {
  readonly ok: boolean;
  readonly picks: Readonly<Record<string, string>>;
  /** CPU milliseconds of building and of solving, for each round. */
  readonly times: readonly (readonly [build: number, solve: number])[];
}

const PYTHON = "/usr/bin/python3";

/** True where Debian's python3-solv is installed. */
export function hasLibsolv(): boolean {
  return spawnSync(PYTHON, ["-c", "import solv"]).status === 0;
}

/** Solve with libsolv, `rounds` times in one process. */
export function solveWithLibsolv(request: SolveRequest, rounds: number): LibsolvAnswer {
  const folder = mkdtempSync(join(tmpdir(), "roboport-libsolv-"));
  const file = join(folder, "problem");
  try {
    writeFileSync(file, formatProblem(request));
    const { stdout, stderr, status } = spawnSync(PYTHON, [join("bench", "libsolv.py"), file, String(rounds)], {
      encoding: "utf8",
      maxBuffer: 2 ** 28,
    });
    if (status !== 0) throw new Error(`libsolv.py ended with ${status}: ${stderr}`);
    return JSON.parse(stdout) as LibsolvAnswer;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Everything reachable from the roots through any release for this game, as libsolv's test format has it. */
function formatProblem({ universe, requirements }: SolveRequest): string {
  const lines = ["=Ver: 2.0"];
  for (const builtIn of universe.builtIns)
    lines.push(...formatPackage(builtIn.name, { ...builtIn, factorioVersion: "" }));
  const names = new Set(requirements.map(({ name }) => name));
  for (const name of names) {
    for (const release of universe.mods.get(name)?.releases ?? []) {
      if (!runsOn(release.factorioVersion, universe.game)) continue;
      lines.push(...formatPackage(name, release));
      for (const text of release.dependencies) {
        const dependency = findDependency(text);
        if (dependency?.kind === "required" || dependency?.kind === "unordered") names.add(dependency.name);
      }
    }
  }
  const builtIns = universe.builtIns.map(({ name }) => name);
  return `${lines.join("\n")}\n=Roots: ${[...requirements.map(({ name }) => name), ...builtIns].join(" ")}\n`;
}

function formatPackage(name: string, { version, dependencies }: Release): readonly string[] {
  const evr = formatCanonicalVersion(version);
  const read = dependencies.map(findDependency).filter((each) => each !== undefined);
  return [`=Pkg: ${name} ${evr} 1 noarch`, `=Prv: ${name} = ${evr}-1`, ...read.flatMap(formatTags)];
}

function formatTags({ kind, name, constraint }: Dependency): readonly string[] {
  const version = constraint && formatCanonicalVersion(constraint.version);
  const bound = constraint ? ` ${constraint.operator} ${version}` : "";
  if (kind === "required" || kind === "unordered") return [`=Req: ${name}${bound}`];
  if (kind === "incompatible") return [`=Con: ${name}`];
  if (!constraint) return [];
  const opposite = { "<": [">="], "<=": [">"], "=": ["<", ">"], ">=": ["<"], ">": ["<="] }[constraint.operator];
  return opposite.map((operator) => `=Con: ${name} ${operator} ${version}`);
}
