import { describe, expect, it } from "vitest";
import { lastReadings } from "#app/inventory/last-readings.ts";

const reading = (inventoryItemGid: string, available: number | null, second: number, locationGid = "leeds") => ({
  inventoryItemGid,
  locationGid,
  available,
  remoteUpdatedAt: new Date(Date.UTC(2026, 10, 28, 12, 0, second)),
});

describe("of many readings of levels", () => {
  it("the latest of each item and location counts, in whatever order they came", () => {
    const late = reading("a", 3, 9);
    const other = reading("a", 8, 2, "york");
    const { last, unclear } = lastReadings([reading("a", 5, 7), late, reading("a", 4, 8), other]);
    expect(last).toEqual([late, other]);
    expect(unclear).toEqual(new Set());
  });

  it("two quantities of the latest second leave their item unclear, the same one told twice does not", () => {
    const { last, unclear } = lastReadings([
      ...[reading("a", 3, 9), reading("a", 4, 9)],
      ...[reading("b", 3, 9), reading("b", 3, 9)],
      ...[reading("c", null, 9), reading("c", 0, 9)],
    ]);
    expect(last.map((one) => one.available)).toEqual([3, 3, null]);
    expect(unclear).toEqual(new Set(["a", "c"]));
  });

  it("what was unclear in an earlier second is clear after a later one", () => {
    const { last, unclear } = lastReadings([reading("a", 3, 8), reading("a", 4, 8), reading("a", 9, 9)]);
    expect(last.map((one) => one.available)).toEqual([9]);
    expect(unclear.size).toBe(0);
  });

  it("of none there are none", () => {
    expect(lastReadings([])).toEqual({ last: [], unclear: new Set() });
  });
});
