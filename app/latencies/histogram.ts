/**
 * How long changes took, as a histogram of fixed, log-scaled buckets. Pure. Histograms of hours and channels are added up,
 * which percentiles can't be, and one has the same size however many changes it counts.
 *
 * Four buckets for each doubling from 100 ms on, the last for whatever took longer than a day: so a percentile is read with an
 * error of less than a fifth (2^(1/4) = 1.19), within a bucket by interpolation on the same scale.
 */

const FIRST_MS = 100;
const PER_DOUBLING = 4;
const DOUBLINGS = 20;
/** 100 ms · 2^20 is 29 hours. */
export const BUCKETS = PER_DOUBLING * DOUBLINGS + 2;

export type Histogram = readonly number[];

/** The most that is counted in a bucket, in ms; none for the last. */
function upperMs(bucket: number): number {
  return FIRST_MS * 2 ** (bucket / PER_DOUBLING);
}

/** Where so many milliseconds are counted. Less than none, which two clocks may show, is none. */
export function bucketOf(ms: number): number {
  if (ms <= FIRST_MS) return 0;
  const bucket = Math.ceil(Math.log2(ms / FIRST_MS) * PER_DOUBLING);
  // What lies on an edge belongs below it, whatever the logarithm was rounded to.
  return Math.min(BUCKETS - 1, ms <= upperMs(bucket - 1) ? bucket - 1 : bucket);
}

export function histogramOf(allMs: readonly number[]): number[] {
  const counts = new Array<number>(BUCKETS).fill(0);
  for (const ms of allMs) {
    const bucket = bucketOf(ms);
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  }
  return counts;
}

export function addHistograms(all: readonly Histogram[]): number[] {
  return Array.from({ length: BUCKETS }, (_, bucket) => all.reduce((sum, counts) => sum + (counts[bucket] ?? 0), 0));
}

export function countOf(counts: Histogram): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/** So many milliseconds or less took `share` (0 to 1) of all; null where nothing was counted. */
export function percentileMs(counts: Histogram, share: number): number | null {
  const rank = share * countOf(counts);
  let below = 0;
  for (const [bucket, count] of counts.entries()) {
    if (count > 0 && below + count >= rank) return within(bucket, (rank - below) / count);
    below += count;
  }
  return null;
}

/** `part`: how far into the bucket, 0 to 1. */
function within(bucket: number, part: number): number {
  if (bucket === 0) return FIRST_MS * part;
  const lower = upperMs(bucket - 1);
  // Of the last nothing is known but that it took longer.
  return bucket === BUCKETS - 1 ? lower : lower * (upperMs(bucket) / lower) ** part;
}
