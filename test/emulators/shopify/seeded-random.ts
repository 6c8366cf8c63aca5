/** Randomness from a seed, so that a run of the simulation replays exactly. Never for anything secret. */
export interface SeededRandom {
  /** At least 0, below 1. */
  next(): number;
  /** Whole number, `min` and `max` included. */
  between(min: number, max: number): number;
  hex(length: number): string;
  uuid(): string;
}

/** mulberry32: small, fast and good enough to spread latencies and name things. */
export function createSeededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }
  const between = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1));
  const hex = (length: number): string => Array.from({ length }, () => between(0, 15).toString(16)).join("");
  return {
    next,
    between,
    hex,
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`,
  };
}
