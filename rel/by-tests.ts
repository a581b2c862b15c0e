import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Suite, SuiteOptions, SuiteResult } from "./suite.ts";

interface TestRun {
  readonly files: readonly string[];
  env(options: SuiteOptions): Readonly<Record<string, string>>;
  /** What the files report of themselves on stderr. */
  figures?(stderr: string): SuiteResult["figures"];
}

/** Run tests that `npm test` runs as well, with more of what they do by chance. */
function runTests({ files, env, figures = () => ({}) }: TestRun, options: SuiteOptions): SuiteResult {
  const folder = mkdtempSync(join(tmpdir(), "roboport-tests-"));
  const report = join(folder, "tests.json");
  const vitest = ["node_modules/vitest/vitest.mjs", "run", "--reporter=json", `--outputFile=${report}`];
  const { stderr } = spawnSync(process.execPath, [...vitest, ...files], {
    env: { ...process.env, ...env(options) },
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, "utf8"));
  rmSync(folder, { recursive: true });
  const tests: readonly TestOutcome[] = testResults.flatMap(
    (file: { assertionResults: unknown[] }) => file.assertionResults,
  );
  const named = (status: string) => tests.filter((each) => each.status === status);
  return {
    passed: numPassedTests,
    failed: numFailedTests,
    failures: named("failed").map(({ fullName, failureMessages }) => ({
      case: 0,
      text: `${fullName}\n${failureMessages.join("\n")}`,
    })),
    figures: figures(stderr),
    skipped: named("skipped").map(({ fullName }) => fullName),
  };
}

interface TestOutcome {
  readonly status: string;
  readonly fullName: string;
  readonly failureMessages: readonly string[];
}

const KILLS = 300;
const HISTORIES = 150;

export const randomKills: Suite = {
  name: "random-kills",
  goal: "kill -9 at random moments, some of them twice, leaves the old set or the new one, and the next command tidies up",
  run: async (options) =>
    runTests(
      {
        files: ["test/faults/kill.test.ts"],
        env: ({ seed, scale }) => ({
          ROBOPORT_FAULTS_SEED: String(seed),
          ...(scale === "full" && { ROBOPORT_FAULTS: String(KILLS) }),
        }),
        figures: (stderr) => ({ kills: Number(/(\d+) kills/.exec(stderr)?.[1] ?? 0) }),
      },
      options,
    ),
};

export const model: Suite = {
  name: "model",
  goal: "Random histories of commands and edits by hand keep every promise at every step",
  run: async (options) =>
    runTests(
      {
        files: ["test/model/model.test.ts"],
        env: ({ seed, scale }) => ({
          ...(scale === "full" && { ROBOPORT_MODEL: String(HISTORIES), ROBOPORT_MODEL_SEED: String(seed) }),
        }),
        figures: (stderr) => ({ histories: Number(/(\d+) histories/.exec(stderr)?.[1] ?? 0) }),
      },
      options,
    ),
};

const UPLOADS = 200;

export const uploads: Suite = {
  name: "uploads",
  goal: "kill -9 during so many uploads to a registry at once loses none that was acknowledged, and leaves no half of another",
  run: async (options) =>
    runTests(
      {
        files: ["test/registry/kill-uploads.test.ts"],
        env: ({ scale }) => ({ ...(scale === "full" && { ROBOPORT_UPLOADS: String(UPLOADS) }) }),
      },
      options,
    ),
};

export const disks: Suite = {
  name: "disks",
  goal: "Small, full, read-only, immutable and foreign disks, other owners and running servers end as documented",
  run: async (options) =>
    runTests(
      {
        files: ["disk", "owner", "two-at-once", "server-running", "canary"].map(
          (name) => `test/faults/${name}.test.ts`,
        ),
        env: () => ({}),
      },
      options,
    ),
};
