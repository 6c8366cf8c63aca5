import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Allowance, freshAllowance, type Taker, takeCall } from "#app/budgets/allowance.ts";
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

const URGENT: Taker = { channel: "1", urgent: true, sharers: [] };

/** Asks at each of these moments and returns the moments that were granted. */
function granted(of: Limit, gapsMs: readonly number[]): number[] {
  let nowMs = 1_000_000;
  let held = freshAllowance(of, nowMs);
  const times: number[] = [];
  for (const gapMs of gapsMs) {
    nowMs += gapMs;
    const taken = takeCall(of, held, nowMs, URGENT);
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
        const taken = takeCall(of, held, 0, URGENT);
        if (!taken.granted) throw new Error("the first calls must be granted");
        held = taken.left;
      }
      const refused = takeCall(of, held, 100, URGENT);
      if (refused.granted) throw new Error("a third call must be refused");
      expect(takeCall(of, held, 100 + refused.retryAfterMs, URGENT).granted).toBe(true);
    }
  });
});

describe("an allowance that several channels share", () => {
  const day: Limit = { ...limit("window", 1_000, 24 * 60 * 60_000), scope: "app" };
  const sharers = ["1", "2", "3", "4"];
  const promised = 125;

  /** Takes as often as it may, `timesMax` at most; returns what is left and how often it was granted. */
  function exhaust(of: Limit, start: Allowance, taker: Taker, timesMax = 2_000): { held: Allowance; calls: number } {
    let held = start;
    for (let calls = 0; calls < timesMax; calls += 1) {
      const taken = takeCall(of, held, 0, taker);
      if (!taken.granted) return { held, calls };
      held = taken.left;
    }
    return { held, calls: timesMax };
  }

  it("leaves to each its part of what is promised, however greedy another is", () => {
    const greedy = exhaust(day, freshAllowance(day, 0), { channel: "1", urgent: true, sharers });
    expect(greedy.calls).toBe(1_000 - 3 * promised);
    let { held } = greedy;
    for (const channel of ["2", "3", "4"]) {
      const modest = exhaust(day, held, { channel, urgent: true, sharers });
      expect(modest.calls).toBe(promised);
      held = modest.held;
    }
  });

  it("promises nothing to who is not among them, and still lets it have what is over", () => {
    const stranger = exhaust(day, freshAllowance(day, 0), { channel: "app", urgent: true, sharers });
    expect(stranger.calls).toBe(500);
  });

  it("keeps every promise and never goes over the limit, whoever asks in whatever order", () => {
    const asks = fc.array(fc.record({ channel: fc.constantFrom("1", "2", "3", "4", "app"), urgent: fc.boolean() }), {
      maxLength: 60,
    });
    const small: Limit = { ...day, callsMax: 40 };
    fc.assert(
      fc.property(asks, fc.constantFrom(...sharers), (order, last) => {
        let held = freshAllowance(small, 0);
        const used = new Map<string, number>();
        for (const ask of order) {
          const { held: next, calls } = exhaust(small, held, { ...ask, sharers }, 3);
          used.set(ask.channel, (used.get(ask.channel) ?? 0) + calls);
          held = next;
        }
        const own = exhaust(small, held, { channel: last, urgent: true, sharers }).calls + (used.get(last) ?? 0);
        const total = [...used.values()].reduce((sum, calls) => sum + calls, 0);
        return total <= 40 && own >= 5;
      }),
    );
  });

  it("of a second nothing is promised: it is over before anybody starves", () => {
    const second: Limit = { ...limit("window", 10, 1_000), scope: "app" };
    expect(exhaust(second, freshAllowance(second, 0), { channel: "1", urgent: true, sharers }).calls).toBe(10);
  });
});

describe("what is kept for urgent calls", () => {
  it.each(["window", "bucket"] as const)("is a fifth of a %s: others stop before it", (shape) => {
    const of = limit(shape, 21, 60_000);
    let held = freshAllowance(of, 0);
    const take = (urgent: boolean) => {
      const taken = takeCall(of, held, 0, { ...URGENT, urgent });
      if (taken.granted) held = taken.left;
      return taken;
    };
    let calls = 0;
    while (take(false).granted) calls += 1;
    expect(calls).toBe(shape === "window" ? 17 : 16);
    for (let urgent = 0; urgent < 4; urgent += 1) expect(take(true).granted).toBe(true);
    expect(take(true).granted).toBe(false);
  });

  it("is nothing of a limit too small to share out", () => {
    const of = limit("window", 2, 60_000);
    expect(takeCall(of, freshAllowance(of, 0), 0, { ...URGENT, urgent: false }).granted).toBe(true);
  });

  it("comes back to others too, when the bucket has filled again", () => {
    const of = limit("bucket", 5, 5_000);
    const first = takeCall(of, { slots: {}, tokens: 1, atMs: 0 }, 0, { ...URGENT, urgent: false });
    if (first.granted) throw new Error("the last token is kept");
    const later = takeCall(of, { slots: {}, tokens: 1, atMs: 0 }, first.retryAfterMs, { ...URGENT, urgent: false });
    expect(later.granted).toBe(true);
  });
});
