/** Tests. The Remix plugin stays out; `#app`, `#connectors` and `#test` come from package.json's imports. */
import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

const SHARED = { testTimeout: 60_000, hookTimeout: 120_000 };

export default defineConfig({
  test: {
    maxWorkers: availableParallelism(),
    projects: [
      {
        test: {
          ...SHARED,
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/postgres/**", "test/browser/**"],
        },
      },
      { test: { ...SHARED, name: "postgres", include: ["test/postgres/**/*.test.ts"], fileParallelism: false } },
      { test: { ...SHARED, name: "browser", include: ["test/browser/**/*.test.ts"], fileParallelism: false } },
    ],
  },
});
