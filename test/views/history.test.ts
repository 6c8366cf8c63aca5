import { describe, expect, it } from "vitest";
import { readDay, startOfDay } from "#app/views/history.ts";

describe("a day of the history", () => {
  it("begins at midnight where the shop is", () => {
    expect(startOfDay("2026-11-22", "UTC").toISOString()).toBe("2026-11-22T00:00:00.000Z");
    expect(startOfDay("2026-11-22", "Europe/Berlin").toISOString()).toBe("2026-11-21T23:00:00.000Z");
    expect(startOfDay("2026-11-22", "America/Los_Angeles").toISOString()).toBe("2026-11-22T08:00:00.000Z");
  });

  it("begins right on the days the clocks change", () => {
    expect(startOfDay("2026-03-29", "Europe/Berlin").toISOString()).toBe("2026-03-28T23:00:00.000Z");
    expect(startOfDay("2026-03-30", "Europe/Berlin").toISOString()).toBe("2026-03-29T22:00:00.000Z");
  });

  it("is nothing when it is not a date", () => {
    expect(readDay("2026-02-30x")).toBeNull();
    expect(readDay("yesterday")).toBeNull();
    expect(readDay("2026-11-22")).toBe("2026-11-22");
  });
});
