import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { freshAllowance, takeCall } from "#app/budgets/allowance.ts";
import type { Limit } from "#connectors/contract/connector.ts";

const limit = (shape: "window" | "bucket", callsMax: number, windowMs: number): Limit => ({
  name: "test",
  operations: "*",
  scope: "channel",
  callsMax,
  windowMs,
  shape,
  source: "test",
});

/** Asks at each of these moments and returns the moments that were granted. */
function granted(of: Limit, gapsMs: readonly number[]): number[] {
  let nowMs = 1_000_000;
  let held = freshAllowance(of, nowMs);
  const times: number[] = [];
  for (const gapMs of gapsMs) {
    nowMs += gapMs;
    const taken = takeCall(of, held, nowMs);
    if (!taken.granted) continue;
    held = taken.left;
    times.push(nowMs);
  }
  return times;
}

describe("an allowance", () => {
  it("a window never lets more calls through than published, in any span, wherever it begins", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 100, max: 5_000 }),
        fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 200 }),
        (callsMax, windowMs, gapsMs) => {
          const times = granted(limit("window", callsMax, windowMs), gapsMs);
          return times.every((from) => times.filter((at) => at >= from && at < from + windowMs).length <= callsMax);
        },
      ),
    );
  });

  it("a bucket never lets more through than its burst and what has refilled since", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 100, max: 60_000 }),
        fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 200 }),
        (burst, windowMs, gapsMs) => {
          const times = granted(limit("bucket", burst, windowMs), gapsMs);
          return times.every((from, first) =>
            times.every(
              (to, last) => last < first || last - first + 1 <= burst + ((to - from) * burst) / windowMs + 1e-6,
            ),
          );
        },
      ),
    );
  });

  it("says when the next call is left, and it is", () => {
    for (const shape of ["window", "bucket"] as const) {
      const of = limit(shape, 2, 10_000);
      let held = freshAllowance(of, 0);
      for (let call = 0; call < 2; call += 1) {
        const taken = takeCall(of, held, 0);
        if (!taken.granted) throw new Error("the first calls must be granted");
        held = taken.left;
      }
      const refused = takeCall(of, held, 100);
      if (refused.granted) throw new Error("a third call must be refused");
      expect(takeCall(of, held, 100 + refused.retryAfterMs).granted).toBe(true);
    }
  });
});
