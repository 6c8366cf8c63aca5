/** kill -9 of the real processes, a few times here; `npm run crash` does it as often as one likes. */
import { describe, expect, it } from "vitest";
import { crash } from "#test/processes/crash.ts";

const TIMES = 5;

describe("kill -9 during the import, the first push and under load", () => {
  for (const [name, serverUrl] of [
    ["the embedded database", null],
    ["PostgreSQL, with a web process and two workers", process.env.TEST_DATABASE_URL ?? ""],
  ] as const) {
    // Both wait most of the time, so they run side by side.
    it.concurrent(`on ${name}, loses nothing and doubles nothing`, { timeout: 500_000 }, async () => {
      const report = await crash({ times: TIMES, seed: 7, serverUrl, say: () => undefined });
      expect(report.marketplaceOrders).toBeGreaterThan(0);
      expect(report).toMatchObject({ lost: [], doubled: [], diverged: [], unexplainedLevels: 0, staleLevels: 0 });
    });
  }
});
