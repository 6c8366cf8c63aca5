/** A clock that stands still until it is told to go on. For this folder's tests: nothing in them waits for real time. */
import type { Clock } from "#app/clock.ts";

export interface VirtualClock extends Clock {
  /** Moves on by `ms`, waking sleepers in the order they are due and letting each go as far as it can. */
  advance(ms: number): Promise<void>;
}

export function createVirtualClock(start = "2026-11-22T10:00:00.000Z"): VirtualClock {
  let nowMs = Date.parse(start);
  let sleepers: { dueMs: number; wake: () => void }[] = [];
  return {
    now: () => new Date(nowMs),
    sleep: (ms) =>
      new Promise((resolve) => {
        sleepers.push({ dueMs: nowMs + ms, wake: resolve });
      }),
    async advance(ms) {
      const untilMs = nowMs + ms;
      await settle();
      for (;;) {
        const next = sleepers.filter((one) => one.dueMs <= untilMs).sort((a, b) => a.dueMs - b.dueMs)[0];
        if (!next) break;
        sleepers = sleepers.filter((one) => one !== next);
        nowMs = Math.max(nowMs, next.dueMs);
        next.wake();
        await settle();
      }
      nowMs = untilMs;
    },
  };
}

/** Lets promises that are already resolvable run, however long their chain. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
