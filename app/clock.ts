/**
 * Time as a dependency: the simulation runs the same code under a virtual clock. Nothing in app or connectors asks
 * `Date.now()` or sets a timer but through this.
 */
export interface Clock {
  now(): Date;
  /** Resolves after `ms` of this clock's time. */
  sleep(ms: number): Promise<void>;
}

export const systemClock: Clock = {
  now: () => new Date(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

export function addMs(time: Date, ms: number): Date {
  return new Date(time.getTime() + ms);
}
