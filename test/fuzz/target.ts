/** What a target of the fuzzer is: how to make cases, and what is wrong with what became of one. */
import type fc from "fast-check";

export interface Target {
  name: string;
  /** Built once, before the first case. */
  cases: fc.Arbitrary<unknown>;
  /** What is wrong; null: all is well. A throw is wrong too. */
  run(input: unknown): Promise<string | null>;
  /** In words, for who replays it. */
  show(input: unknown): string;
}

/** `T`: what a case of this target is made of. */
export function target<T>(made: {
  name: string;
  cases: fc.Arbitrary<T>;
  run(input: T): Promise<string | null>;
  show(input: T): string;
}): Target {
  return made as unknown as Target;
}
