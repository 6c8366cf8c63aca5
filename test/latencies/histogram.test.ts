import { describe, expect, it } from "vitest";
import { addHistograms, BUCKETS, bucketOf, countOf, histogramOf, percentileMs } from "#app/latencies/histogram.ts";

const HOUR_MS = 60 * 60_000;

describe("the histogram of how long changes took", () => {
  it("has a bucket for everything, each edge in the bucket below it", () => {
    expect([-5_000, 0, 100, 100.1, 119, 200, 201].map(bucketOf)).toEqual([0, 0, 0, 1, 2, 4, 5]);
    for (let bucket = 1; bucket < BUCKETS - 1; bucket += 1) {
      const edgeMs = 100 * 2 ** (bucket / 4);
      expect(bucketOf(edgeMs)).toBe(bucket);
      expect(bucketOf(edgeMs * 1.0001)).toBe(bucket + 1);
    }
    expect(bucketOf(30 * HOUR_MS)).toBe(BUCKETS - 1);
    expect(bucketOf(Number.MAX_SAFE_INTEGER)).toBe(BUCKETS - 1);
  });

  it("tells percentiles with an error of less than a fifth, from a tenth of a second to a day", () => {
    for (let ms = 150; ms < 24 * HOUR_MS; ms *= 1.7) {
      const half = percentileMs(histogramOf([ms]), 0.5) ?? 0;
      expect(Math.max(half, ms) / Math.min(half, ms), String(ms)).toBeLessThan(1.2);
    }
    const spread = Array.from({ length: 1_000 }, (_, at) => 1_000 * (at + 1));
    const counts = histogramOf(spread);
    for (const share of [0.1, 0.5, 0.95, 0.99]) {
      const told = percentileMs(counts, share) ?? 0;
      const exact = spread[Math.ceil(share * spread.length) - 1] ?? 0;
      expect(Math.max(told, exact) / Math.min(told, exact), String(share)).toBeLessThan(1.2);
    }
  });

  it("tells the ends: nothing of nothing, the fastest bucket from zero on, and a day at least of what is over it", () => {
    expect(percentileMs(histogramOf([]), 0.5)).toBeNull();
    expect(percentileMs([], 0.5)).toBeNull();
    expect(percentileMs(histogramOf([10, 20]), 0.5)).toBe(50);
    const endless = percentileMs(histogramOf([500 * HOUR_MS]), 0.95) ?? 0;
    expect(endless).toBeGreaterThan(24 * HOUR_MS);
    expect(endless).toBeLessThan(30 * HOUR_MS);
  });

  it("of many fast changes and a few slow ones the 95th is fast while the slow are fewer than five of a hundred", () => {
    const mixed = (slow: number) => histogramOf([...Array(100 - slow).fill(2_000), ...Array(slow).fill(HOUR_MS)]);
    expect(percentileMs(mixed(4), 0.95)).toBeLessThan(2_400);
    expect(percentileMs(mixed(6), 0.95)).toBeGreaterThan(0.8 * HOUR_MS);
  });

  it("adds up, where percentiles can't", () => {
    const parts = [[150, 9_000], [], [70_000, 150]];
    expect(addHistograms(parts.map(histogramOf))).toEqual(histogramOf(parts.flat()));
    expect(countOf(addHistograms(parts.map(histogramOf)))).toBe(4);
    expect(addHistograms([])).toEqual(histogramOf([]));
  });
});
