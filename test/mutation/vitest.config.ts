/** How Stryker runs unit tests: one after the other, in a copy of the sources with the mutants in it. */
import { defineConfig } from "vitest/config";
import { TEST_FILES_VARIABLE } from "./targets.ts";

export default defineConfig({
  test: {
    include: process.env[TEST_FILES_VARIABLE]?.split(",") ?? [],
    testTimeout: 30_000,
    env: { TEST_DATABASE_URL: "" },
    // Each copy is another path: what is kept of it is never read again.
    fsModuleCache: false,
  },
});
