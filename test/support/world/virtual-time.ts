/**
 * Time that stands still until everything that can happen now has happened. Sleepers wake in the order they are due, ties
 * in an order the seed decides. With an in-memory database the whole run is a function of the seed.
 */
import type { Clock } from "#app/clock.ts";
import type { Random } from "./random.ts";

interface Sleeper {
  dueMs: number;
  /** Decides among those due at the same moment. */
  tie: number;
  wake(): void;
}

export interface VirtualTime extends Clock {
  nowMs(): number;
  /** Goes on by `ms`, waking whoever is due on the way. */
  advance(ms: number): Promise<void>;
  /** Wakes the next sleeper that is due by `untilMs`; false when there is none. */
  step(untilMs: number): Promise<boolean>;
  /** Lets all run that needs no time. */
  quiesce(): Promise<void>;
  /** Work that the event loop does not show (a statement in the database): time stands still meanwhile. */
  busy<T>(work: Promise<T>): Promise<T>;
}

/** Turns of the event loop without any work begun or ended, after which nothing is left that needs no time. */
const QUIET_TURNS = 3;

export function createVirtualTime(random: Random, start = "2026-11-22T10:00:00.000Z"): VirtualTime {
  let nowMs = Date.parse(start);
  let sleepers: Sleeper[] = [];
  let underWay = 0;
  let activity = 0;

  function takeNext(untilMs: number): Sleeper | null {
    let next: Sleeper | null = null;
    for (const one of sleepers) {
      if (one.dueMs > untilMs) continue;
      if (!next || one.dueMs < next.dueMs || (one.dueMs === next.dueMs && one.tie < next.tie)) next = one;
    }
    if (next) sleepers = sleepers.filter((one) => one !== next);
    return next;
  }

  const time: VirtualTime = {
    now: () => new Date(nowMs),
    nowMs: () => nowMs,
    sleep: (ms) =>
      new Promise((wake) => {
        activity += 1;
        // Whole milliseconds, as a Date has them: else what is stored seems earlier than the moment of storing.
        sleepers.push({ dueMs: nowMs + Math.ceil(Math.max(0, ms)), tie: random.next(), wake });
      }),
    async quiesce() {
      let quiet = 0;
      let seen = activity;
      while (quiet < QUIET_TURNS || underWay > 0) {
        await new Promise((turn) => setImmediate(turn));
        if (underWay > 0 || activity !== seen) quiet = 0;
        else quiet += 1;
        seen = activity;
      }
    },
    async step(untilMs) {
      await time.quiesce();
      const next = takeNext(untilMs);
      if (!next) return false;
      nowMs = Math.max(nowMs, next.dueMs);
      activity += 1;
      next.wake();
      await time.quiesce();
      return true;
    },
    async advance(ms) {
      const untilMs = nowMs + Math.ceil(ms);
      while (await time.step(untilMs)) {
        // Each step wakes one.
      }
      nowMs = untilMs;
    },
    async busy(work) {
      underWay += 1;
      activity += 1;
      try {
        return await work;
      } finally {
        underWay -= 1;
        activity += 1;
      }
    },
  };
  return time;
}
