/** Tests. The Remix plugin stays out; `#app`, `#connectors` and `#test` come from package.json's imports. */
import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { isMutated, mutantPlugin } from "./test/simulation/patch-plugin.ts";
import { testServerUrl } from "./test/support/world/server-url.ts";

const SHARED = { testTimeout: 120_000, hookTimeout: 120_000 };

/**
 * They go through hours of virtual time, one thing after the other: on a server that takes minutes and shows nothing that the
 * embedded database does not.
 */
const HOURS_LONG = ["differences", "failure-scope", "mirror", "outage", "told-later", "waiting-orders"].map(
  (name) => `test/flows/${name}.test.ts`,
);

const PAGES = ["test/crawl/**/*.test.ts"];
/** The embedded database, whatever the environment of the person says. */
const EMBEDDED = { TEST_DATABASE_URL: "" };

export default defineConfig({
  test: {
    maxWorkers: availableParallelism(),
    // What a mutant's run loads must not be there for the next one.
    fsModuleCache: !isMutated(),
    projects: [
      {
        plugins: [mutantPlugin()],
        test: {
          ...SHARED,
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/postgres/**", "test/browser/**", ...PAGES],
          env: EMBEDDED,
          // To load the app anew for each file takes longer than most of them run.
          isolate: false,
        },
      },
      // The routes as Remix calls them: what they stand on is put in their way, in one file after the other.
      { test: { ...SHARED, name: "pages", include: PAGES, env: EMBEDDED } },
      {
        test: {
          ...SHARED,
          name: "postgres",
          globalSetup: "test/support/world/test-run.ts",
          // The flows once more, where statements of several connections really overlap. Each file has its own database.
          include: ["flows", "awaits", "postgres"].map((room) => `test/${room}/**/*.test.ts`),
          exclude: HOURS_LONG,
          isolate: false,
          env: { TEST_DATABASE_URL: testServerUrl() },
        },
      },
      {
        test: {
          ...SHARED,
          name: "extensions",
          include: ["extensions/*/tests/**/*.test.{ts,tsx}"],
          // What an extension finds around it: a document of its own, and Shopify's stand-in for the admin.
          environment: "jsdom",
          server: { deps: { inline: [/@shopify\/ui-extensions-tester/] } },
        },
      },
      { test: { ...SHARED, name: "browser", include: ["test/browser/**/*.test.ts"], fileParallelism: false } },
    ],
  },
});
