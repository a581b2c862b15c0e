import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    exclude: ["**/node_modules/**", "dist/**"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: "forks",
    // By default one core is left idle, which on two of them is half the time; most tests wait for processes of ours anyway.
    maxWorkers: availableParallelism(),
    env: { NO_COLOR: "1" },
  },
});
