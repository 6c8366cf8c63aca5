import { describe, expect, it } from "vitest";
import { readDay } from "#app/views/history.ts";
import { readSearch } from "#app/views/paging.ts";
import { startOfDay } from "#app/views/shop-time.ts";

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

  it.each([
    "0000-01-01",
    "0001-01-01",
    "9999-12-31",
    "2099-12-31",
    "1900-01-01",
    "1000-01-01",
    "2026-02-30",
    "2026-99-99",
  ])("is a moment that can be asked for, or nothing: %s", (typed) => {
    const day = readDay(typed);
    if (day !== null) expect(startOfDay(day, "America/Los_Angeles").getTime()).not.toBeNaN();
  });
});

it("a search that no title can contain is searched for without what the database refuses", () => {
  const read = (search: string) => readSearch(new URLSearchParams({ search }));
  expect(read("\u0000")).toBe("");
  expect(read(" mug\u0000moss\n")).toBe("mug moss");
  expect(read("🫖".repeat(200))).toBe("🫖".repeat(100));
  expect(read("100 % of _it\\")).toBe("100 % of _it\\");
});
