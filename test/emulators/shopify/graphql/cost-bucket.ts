/** The leaky bucket of query cost, one per app and store. */
import type { Clock } from "#app/clock.ts";

export interface ThrottleStatus {
  maximumAvailable: number;
  currentlyAvailable: number;
  restoreRate: number;
}

export interface CostBucket {
  /** Takes the points, or refuses and takes none. */
  take(points: number): boolean;
  /** Gives back what a query did not use after all. */
  giveBack(points: number): void;
  /** Test control: leaves this many points. */
  drainTo(points: number): void;
  status(): ThrottleStatus;
}

export function createCostBucket(
  clock: Clock,
  limits: { costMaximumAvailable: number; costRestorePerSecond: number },
): CostBucket {
  let points = limits.costMaximumAvailable;
  let countedAt = clock.now().getTime();

  function refill(): void {
    const now = clock.now().getTime();
    points = Math.min(limits.costMaximumAvailable, points + ((now - countedAt) / 1000) * limits.costRestorePerSecond);
    countedAt = now;
  }

  return {
    take(wanted) {
      refill();
      if (wanted > points) return false;
      points -= wanted;
      return true;
    },
    giveBack(unused) {
      refill();
      points = Math.min(limits.costMaximumAvailable, points + unused);
    },
    drainTo(left) {
      refill();
      points = left;
    },
    status() {
      refill();
      return {
        maximumAvailable: limits.costMaximumAvailable,
        currentlyAvailable: Math.floor(points),
        restoreRate: limits.costRestorePerSecond,
      };
    },
  };
}
