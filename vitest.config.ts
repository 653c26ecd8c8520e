import { defineConfig } from "vitest/config";
import { ConformanceReporter } from "./tests/conformance/reporter.ts";

export default defineConfig({
  test: {
    include: ["**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/.data/**"],
    globalSetup: ["infra/local/src/vitest-global-setup.ts"],
    reporters: ["default", new ConformanceReporter()],
    pool: "forks",
    // The tests start processes and servers of their own; more at once would only wait for each other.
    maxWorkers: 2,
    // Generous, as processes come up slowly on a busy machine; nobody waits for what works.
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
