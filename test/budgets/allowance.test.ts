import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Allowance, freshAllowance, isShared, type Taker, takeCall } from "#app/budgets/allowance.ts";
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
      if (refused.granted !== false) throw new Error("a third call must be refused");
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

  it("need not know who shares it before half of it is used, and says so then", () => {
    const unknown = exhaust(day, freshAllowance(day, 0), { channel: "1", urgent: true, sharers: null });
    expect(unknown.calls).toBe(500);
    expect(takeCall(day, unknown.held, 0, { channel: "1", urgent: true, sharers: null })).toEqual({ granted: null });
    for (const channel of [...sharers, "app"])
      expect(exhaust(day, freshAllowance(day, 0), { channel, urgent: true, sharers }, 500).calls).toBe(500);
  });

  it("of a second nothing is promised: it is over before anybody starves", () => {
    const second: Limit = { ...limit("window", 10, 1_000), scope: "app" };
    expect(exhaust(second, freshAllowance(second, 0), { channel: "1", urgent: true, sharers }).calls).toBe(10);
  });
});

describe("the time until a call is left", () => {
  const ask = (of: Limit, held: Allowance, nowMs: number) => takeCall(of, held, nowMs, URGENT);
  function take(of: Limit, held: Allowance, nowMs: number): Allowance {
    const taken = ask(of, held, nowMs);
    if (!taken.granted) throw new Error(`a call at ${nowMs} must be granted`);
    return taken.left;
  }

  it("of a bucket is until the next one has run in, to the millisecond", () => {
    const of = limit("bucket", 5, 5_000);
    const empty = { slots: {}, tokens: 0, atMs: 10_000 };
    expect(ask(of, empty, 10_000)).toEqual({ granted: false, retryAfterMs: 1_000 });
    expect(ask(of, empty, 10_400)).toEqual({ granted: false, retryAfterMs: 600 });
    expect(ask(of, empty, 10_999).granted).toBe(false);
    expect(ask(of, empty, 11_000)).toEqual({ granted: true, left: { slots: {}, tokens: 0, atMs: 11_000 } });
    expect(ask(of, empty, 12_500)).toEqual({ granted: true, left: { slots: {}, tokens: 1.5, atMs: 12_500 } });
  });

  it("of a bucket that nobody used for long is not more than it holds", () => {
    const full = take(limit("bucket", 5, 5_000), { slots: {}, tokens: 0, atMs: 0 }, 1_000_000);
    expect(full.tokens).toBe(4);
    // One call of a larger bucket is left out: two calls may arrive closer together than they left.
    expect(freshAllowance(limit("bucket", 5, 5_000), 0).tokens).toBe(5);
    expect(freshAllowance(limit("bucket", 6, 5_000), 0).tokens).toBe(5);
  });

  it("of a window is until its oldest part is out of it, and what may arrive late with that", () => {
    // Slots of 50 ms; a call is out of the window 1,000 ms after its slot's end, and 250 ms for its way.
    const one = limit("window", 1, 1_000);
    const used = take(one, freshAllowance(one, 0), 1_000_010);
    expect(ask(one, used, 1_000_100)).toEqual({ granted: false, retryAfterMs: 1_200 });
    expect(ask(one, used, 1_001_299)).toEqual({ granted: false, retryAfterMs: 1 });
    expect(ask(one, used, 1_001_300).granted).toBe(true);
    const two = limit("window", 2, 1_000);
    const both = take(two, take(two, freshAllowance(two, 0), 1_000_010), 1_000_500);
    expect(ask(two, both, 1_000_600)).toEqual({ granted: false, retryAfterMs: 700 });
  });

  it("is forgotten with what is out of the window", () => {
    const one = limit("window", 1, 1_000);
    const used = take(one, freshAllowance(one, 0), 1_000_010);
    expect(Object.keys(take(one, used, 2_000_010).slots)).toEqual([String(2_000_000 / 50)]);
  });

  it.each(["window", "bucket"] as const)("of a %s does not run while the clock stands still", (shape) => {
    const of = limit(shape, 3, 1_000);
    let held = freshAllowance(of, 1_000_000);
    for (let call = 0; call < 3; call += 1) held = take(of, held, 1_000_000);
    for (let again = 0; again < 20; again += 1) expect(ask(of, held, 1_000_000).granted).toBe(false);
  });

  it.each(["window", "bucket"] as const)(
    "of a %s does not run while the clock is behind, nor twice afterwards",
    (shape) => {
      const of = limit(shape, 3, 1_000);
      let held = freshAllowance(of, 1_000_000);
      for (let call = 0; call < 3; call += 1) held = take(of, held, 1_000_000);
      for (const nowMs of [998_000, 999_999, 998_000, 1_000_000]) expect(ask(of, held, nowMs).granted).toBe(false);
      // A call of before the clock went back, and the same time once more.
      const once = limit(shape, 2, 1_000);
      let left = take(once, freshAllowance(once, 1_000_000), 1_000_000);
      left = take(once, left, 998_000);
      for (const nowMs of [998_000, 999_000]) expect(ask(once, left, nowMs).granted).toBe(false);
    },
  );
});

describe("a limit is promised to channels in parts", () => {
  const app: Limit = { ...limit("window", 10, 60_000), scope: "app" };
  it.each<[string, Limit, boolean]>([
    ["where it is the app's, a window, and long", app, true],
    ["not where it is a channel's", { ...app, scope: "channel" }, false],
    ["not where it is a bucket", { ...app, shape: "bucket" }, false],
    ["not where it is over in less than a minute", { ...app, windowMs: 59_999 }, false],
  ])("%s", (_, of, shared) => {
    expect(isShared(of)).toBe(shared);
  });

  const day: Limit = { ...limit("window", 1_000, 24 * 60 * 60_000), scope: "app" };
  const sharers = ["1", "2", "3", "4"];
  /** May `channel` call once more, when these have called as often? Each is promised 125; others leave 200 to the urgent. */
  const may = (used: Record<string, number>, channel: string, urgent = true) =>
    takeCall(day, { slots: { "0": used }, tokens: 0, atMs: 0 }, 0, { channel, urgent, sharers }).granted;

  it("which hold though others had more before a channel came", () => {
    expect(may({ "1": 990 }, "2")).toBe(true);
    expect(may({ "1": 990 }, "1")).toBe(false);
    expect(may({ "1": 875, "2": 124 }, "2")).toBe(true);
    expect(may({ "1": 875, "2": 125 }, "2")).toBe(false);
  });

  it("of which a fifth is kept for urgent calls", () => {
    expect(may({ "1": 690, "2": 99 }, "2", false)).toBe(true);
    expect(may({ "1": 690, "2": 100 }, "2", false)).toBe(false);
    expect(may({ "1": 690, "2": 100 }, "2", true)).toBe(true);
    expect(may({ "1": 800 }, "2", false)).toBe(false);
  });

  it("beside which anybody may call, as long as what is owed to the others fits", () => {
    // 100 + 430 called, 250 owed to channels 3 and 4: 780 of the 800 that are not kept.
    expect(may({ "1": 430, "2": 100 }, "2", false)).toBe(true);
    expect(may({ "1": 449, "2": 100 }, "2", false)).toBe(true);
    expect(may({ "1": 450, "2": 100 }, "2", false)).toBe(false);
  });

  it("and are owed no more once they are used", () => {
    const all = { "1": 125, "2": 125, "3": 125, "4": 125 };
    expect(may({ ...all, app: 499 }, "app")).toBe(true);
    expect(may({ ...all, app: 500 }, "app")).toBe(false);
    expect(may({ ...all, "4": 25, app: 499 }, "app")).toBe(true);
    expect(may({ ...all, "4": 25, app: 500 }, "app")).toBe(false);
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
    if (first.granted !== false) throw new Error("the last token is kept");
    const later = takeCall(of, { slots: {}, tokens: 1, atMs: 0 }, first.retryAfterMs, { ...URGENT, urgent: false });
    expect(later.granted).toBe(true);
  });
});
